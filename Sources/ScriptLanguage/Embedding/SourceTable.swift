// The source texts that an engine keeps, because diagnostics may have to quote them.

/// Source texts by number. The number of one that was let go is given again.
struct SourceTable {
  private var texts: [SourceText?] = []
  /// How many bytes the texts have together.
  private(set) var byteCount = 0

  subscript(number: Int32) -> SourceText {
    guard texts.indices.contains(Int(number)), let text = texts[Int(number)] else {
      return SourceText(name: "", bytes: [])
    }
    return text
  }

  /// Keeps a text.
  ///
  /// - Returns: its number.
  mutating func insert(_ text: SourceText) -> Int32 {
    byteCount += text.bytes.count
    if let free = texts.firstIndex(where: { $0 == nil }) {
      texts[free] = text
      return Int32(free)
    }
    texts.append(text)
    return Int32(texts.count - 1)
  }

  /// Lets all texts go but some.
  mutating func keep(_ numbers: Set<Int32>) {
    for index in texts.indices where !numbers.contains(Int32(index)) {
      byteCount -= texts[index]?.bytes.count ?? 0
      texts[index] = nil
    }
    while let last = texts.last, last == nil { texts.removeLast() }
  }
}

/// How many bytes of source texts an engine keeps, for its budget to read.
final class SourceBytes {
  var count = 0
}
