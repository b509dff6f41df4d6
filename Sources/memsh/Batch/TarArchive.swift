// The archives of tar(1), as far as captures need them.

/// The regular files of an archive in the formats ustar and GNU, read from memory.
struct TarArchive: Sequence, IteratorProtocol {
  /// A file in it.
  struct Member {
    /// Its path, with a slash before it and no `./`.
    var path: String
    /// What it holds.
    var content: ArraySlice<UInt8>
  }

  private static let blockSize = 512
  private let bytes: [UInt8]
  private var position = 0

  /// Whether bytes look like an archive.
  static func isOne(_ bytes: [UInt8]) -> Bool {
    bytes.count >= blockSize && bytes[257..<262].elementsEqual("ustar".utf8)
  }

  /// Stands before the first member.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next file; nil at the end, and where the archive is cut or damaged.
  mutating func next() -> Member? {
    var longName: String?
    while position + Self.blockSize <= bytes.count, bytes[position] != 0 {
      let head = bytes[position..<position + Self.blockSize]
      let start = position + Self.blockSize
      guard let size = Self.number(head, 124, 12), size <= bytes.count - start else { return nil }
      position = start + (size + Self.blockSize - 1) / Self.blockSize * Self.blockSize
      let content = bytes[start..<start + size]
      let kind = head[head.startIndex + 156]
      let prefix = Self.text(head, 345, 155)
      // GNU's own format has other things where ustar has the head of a path.
      let isPOSIX = head[head.startIndex + 263] == UInt8(ascii: "0")
      let name = longName ?? (prefix.isEmpty || !isPOSIX ? "" : prefix + "/") + Self.text(head, 0, 100)
      switch kind {
      case UInt8(ascii: "L"): longName = String(decoding: content.prefix { $0 != 0 }, as: UTF8.self)
      case 0, UInt8(ascii: "0"): return Member(path: Self.cleaned(name), content: content)
      default: longName = nil
      }
    }
    return nil
  }

  private static func cleaned(_ name: String) -> String {
    "/" + name.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }

  private static func text(_ head: ArraySlice<UInt8>, _ offset: Int, _ length: Int) -> String {
    let start = head.startIndex + offset
    return String(decoding: head[start..<start + length].prefix { $0 != 0 }, as: UTF8.self)
  }

  /// An octal number; nil for any other.
  private static func number(_ head: ArraySlice<UInt8>, _ offset: Int, _ length: Int) -> Int? {
    Int(text(head, offset, length).filter { $0 != " " }, radix: 8)
  }
}
