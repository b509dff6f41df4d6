// The source texts that an engine keeps, because diagnostics may have to quote them.

/// Source texts by number. The number of one that was let go is given again.
struct SourceTable: Sendable {
  private var texts: [SourceText?] = []
  /// How many bytes the texts have together.
  private(set) var byteCount = 0

  subscript(number: Int32) -> SourceText {
    guard texts.indices.contains(Int(number)), let text = texts[Int(number)] else {
      return SourceText(name: "", bytes: [])
    }
    return text
  }

  /// Whether a text has this number.
  func holds(_ text: SourceText, at number: Int32) -> Bool {
    texts.indices.contains(Int(number)) && texts[Int(number)] == text
  }

  /// The number that the next text gets.
  var nextNumber: Int32 { Int32(texts.firstIndex { $0 == nil } ?? texts.count) }

  /// Keeps a text.
  ///
  /// - Returns: its number.
  mutating func insert(_ text: SourceText) -> Int32 {
    byteCount += text.bytes.count
    let number = nextNumber
    if Int(number) == texts.count { texts.append(text) } else { texts[Int(number)] = text }
    return number
  }

  /// Keeps a text under a number that no other has.
  mutating func insert(_ text: SourceText, at number: Int32) {
    while texts.count <= Int(number) { texts.append(nil) }
    byteCount += text.bytes.count
    texts[Int(number)] = text
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
