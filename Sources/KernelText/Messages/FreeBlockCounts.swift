// The free blocks of a zone in one line: `3*4kB (UM) 0*8kB ... = 12kB`.

/// The free blocks of a zone by size.
public struct FreeBlockCounts: Sendable, Equatable {
  /// Blocks of one size.
  public struct Blocks: Sendable, Equatable {
    /// How many.
    public var count: Int
    /// The size of one in KiB.
    public var kilobytes: Int
    /// The letters of the migrate types that have some: `U`, `M`, `E`, `H`, `C`, `I`; nil where none are told.
    public var types: String?

    /// Makes blocks.
    public init(count: Int, kilobytes: Int, types: String? = nil) {
      self.count = count
      self.kilobytes = kilobytes
      self.types = types
    }
  }

  /// The blocks, the smallest first.
  public var blocks: [Blocks]
  /// The sum as printed, in KiB; nil where the line is cut.
  public var total: Int?

  /// Makes a line.
  ///
  /// - Parameters:
  ///   - blocks: the blocks, the smallest first.
  ///   - total: their sum in KiB.
  public init(blocks: [Blocks], total: Int?) {
    self.blocks = blocks
    self.total = total
  }

  /// Reads what can be read of a line; nil where there is no block.
  init?(reading line: ArraySlice<UInt8>) {
    self.init(blocks: [], total: nil)
    var cursor = TextCursor(line)
    while true {
      cursor.skipSpaces()
      if cursor.take("=") {
        cursor.skipSpaces()
        if let sum = cursor.count(), cursor.take("kB") { total = sum }
        break
      }
      // Which kinds of blocks they are stands in brackets.
      if !blocks.isEmpty, cursor.take("("), let types = cursor.text(before: UInt8(ascii: ")")) {
        blocks[blocks.count - 1].types = types.text
        continue
      }
      guard let count = cursor.count(), cursor.take("*"), let size = cursor.count(), cursor.take("kB"),
        size > 0, size.nonzeroBitCount == 1
      else { break }
      blocks.append(Blocks(count: count, kilobytes: size))
    }
    if blocks.isEmpty { return nil }
  }

  /// The line.
  public var text: String {
    blocks.map { "\($0.count)*\($0.kilobytes)kB" + ($0.types.map { " (\($0))" } ?? "") }
      .joined(separator: " ") + (total.map { " = \($0)kB" } ?? "")
  }
}
