// A span of bytes as people see it: file, line, column, and the line with the marked part.

/// A place in a source text with an excerpt of its line that is safe to print on any terminal.
public struct SourceLocation: Equatable, Sendable, Codable {
  /// One end of a range of text, as people and as editors count.
  public struct Position: Hashable, Sendable, Codable {
    /// The line, counted from 1.
    public var line: Int
    /// The column, counted from 1 in characters (Unicode scalars), not bytes.
    public var column: Int
    /// The column, counted from 0 in UTF-16 code units, as the Language Server Protocol does.
    public var utf16Column: Int
    /// The offset in bytes from the beginning of the text.
    public var offset: Int

    /// Makes a position.
    public init(line: Int, column: Int, utf16Column: Int, offset: Int) {
      self.line = line
      self.column = column
      self.utf16Column = utf16Column
      self.offset = offset
    }

    init(_ place: LinePlace, offset: Int) {
      self.init(
        line: place.line, column: place.column, utf16Column: place.utf16Column, offset: offset)
    }
  }

  /// The name of the source text.
  public var file: String
  /// Where the marked part begins.
  public var start: Position
  /// Where it ends: the position behind its last character.
  public var end: Position
  /// The line, counted from 1.
  public var line: Int {
    get { start.line }
    set { start.line = newValue }
  }
  /// The column, counted from 1 in characters, not bytes.
  public var column: Int { start.column }

  /// Moves the marked part right within its line, by bytes of ASCII: for a text of which only a part was at hand.
  package mutating func moveRight(by bytes: Int) {
    start = Position(
      line: start.line, column: start.column + bytes, utf16Column: start.utf16Column + bytes,
      offset: start.offset + bytes)
    end = Position(
      line: start.line, column: end.column + bytes, utf16Column: end.utf16Column + bytes,
      offset: end.offset + bytes)
  }
  /// The line, or a window of a very long one, with tabs as spaces and control bytes as `\x..`.
  public var excerpt: String
  /// How many columns of `excerpt` stand before the marked part.
  public var markStart: Int
  /// How many columns are marked; at least 1.
  public var markLength: Int

  /// How many bytes of a line an excerpt shows at most on each side of the mark.
  private static let window = 60
  /// How many columns are marked at most.
  private static let longestMark = 80

  /// Finds a span in its source text.
  public init(_ span: SourceSpan, in source: SourceText) {
    var lines = LineCounter()
    let start = lines.place(of: span, in: source)
    let end = lines.place(at: max(span.end, span.start), source: span.source, in: source)
    self.init(span, in: source, from: start, to: end)
  }

  init(_ span: SourceSpan, in source: SourceText, from place: LinePlace, to endPlace: LinePlace) {
    let bytes = source.bytes
    let start = min(max(0, Int(span.start)), bytes.count)
    let end = min(max(start, Int(span.end)), bytes.count)
    let lineStart = place.lineStart
    // What lies behind the window is not looked at: a line may be as long as the text.
    let horizon = min(bytes.count, start + Self.longestMark + Self.window + 2)
    var lineEnd = bytes[start..<horizon].firstIndex(of: 0x0A) ?? horizon
    if lineEnd > start, bytes[lineEnd - 1] == 0x0D { lineEnd -= 1 }
    file = source.name
    self.start = Position(place, offset: start)
    self.end = Position(endPlace, offset: end)

    let markEnd = min(max(end, start), lineEnd, start + Self.longestMark)
    let from = Self.characterStart(max(lineStart, start - Self.window), in: bytes)
    let to = Self.characterStart(min(lineEnd, max(markEnd, start) + Self.window), in: bytes)
    let before = Self.visible(bytes[from..<start])
    let marked = start < markEnd ? Self.visible(bytes[start..<markEnd]) : ""
    let after = markEnd < to ? Self.visible(bytes[max(markEnd, start)..<to]) : ""
    let lead = from > lineStart ? "..." : ""
    excerpt = lead + before + marked + after + (to < lineEnd ? "..." : "")
    markStart = lead.unicodeScalars.count + before.unicodeScalars.count
    markLength = max(1, marked.unicodeScalars.count)
  }

  /// Moves an offset back to where its character begins.
  private static func characterStart(_ offset: Int, in bytes: [UInt8]) -> Int {
    var offset = offset
    var steps = 0
    while offset > 0, offset < bytes.count, bytes[offset] & 0xC0 == 0x80, steps < 3 {
      offset -= 1
      steps += 1
    }
    return offset
  }

  /// Text that cannot move the cursor: tabs become a space, control and stray bytes a visible escape.
  static func visible(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for scalar in String(decoding: Array(bytes), as: UTF8.self).unicodeScalars {
      switch scalar.value {
      case 0x09: text += " "
      case 0..<0x20, 0x7F..<0xA0: text += "\\x" + hexadecimal(scalar.value)
      case 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: text += "\u{FFFD}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return digits.count < 2 ? "0" + digits : digits
  }
}
