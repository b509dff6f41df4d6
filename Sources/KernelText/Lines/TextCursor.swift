// Reading along the bytes of one line.

/// A place in the bytes of a line, from which words and numbers are taken.
struct TextCursor {
  private let bytes: ArraySlice<UInt8>
  private(set) var position: Int

  /// Stands at the beginning of some text.
  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// The byte here; nil at the end.
  var next: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  /// Whether nothing is left.
  var isAtEnd: Bool { position >= bytes.endIndex }

  /// What is left.
  var rest: ArraySlice<UInt8> { bytes[position...] }

  /// Goes past spaces and tabs.
  mutating func skipSpaces() {
    while let byte = next, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { position += 1 }
  }

  /// Goes past a text if it is what comes next.
  mutating func take(_ text: StaticString) -> Bool {
    guard bytes.endIndex - position >= text.utf8CodeUnitCount else { return false }
    for offset in 0..<text.utf8CodeUnitCount where bytes[position + offset] != text.utf8Start[offset] {
      return false
    }
    position += text.utf8CodeUnitCount
    return true
  }

  /// Takes a decimal number with its sign; nil, and nothing taken, where there is none or 64 bits do not hold it.
  mutating func integer() -> Int? {
    var index = position
    let isNegative = next == UInt8(ascii: "-")
    if isNegative { index += 1 }
    let start = index
    var value = 0
    while index < bytes.endIndex, case let digit = bytes[index] &- UInt8(ascii: "0"), digit < 10 {
      let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
      let (sum, carried) = product.addingReportingOverflow(Int(digit))
      if overflowed || carried { return nil }
      value = sum
      index += 1
    }
    guard index > start else { return nil }
    position = index
    return isNegative ? -value : value
  }

  /// Takes a count that a machine can have: not below 0, and so far from what 64 bits hold that thousands can be
  /// summed and multiplied by the size of a page.
  mutating func count() -> Int? {
    let start = position
    if let value = integer(), (0..<1 << 44).contains(value) { return value }
    position = start
    return nil
  }

  /// Takes a number after `0x`, or 0; nil, and nothing taken, where there is none.
  mutating func hexadecimal() -> UInt64? {
    let start = position
    guard take("0x") else { return take("0") ? 0 : nil }
    var value: UInt64 = 0
    let first = position
    while let byte = next, let digit = Self.digit(byte), value >> 60 == 0 {
      value = value << 4 | UInt64(digit)
      position += 1
    }
    if position == first { position = start }
    return position == start ? nil : value
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// Takes what stands before a byte, and the byte; nil, and nothing taken, where the byte does not come.
  mutating func text(before end: UInt8) -> ArraySlice<UInt8>? {
    guard let found = rest.firstIndex(of: end) else { return nil }
    defer { position = found + 1 }
    return bytes[position..<found]
  }

  /// Takes the bytes up to the next space.
  mutating func word() -> ArraySlice<UInt8> {
    let end = rest.firstIndex(of: UInt8(ascii: " ")) ?? bytes.endIndex
    defer { position = end }
    return bytes[position..<end]
  }
}

extension ArraySlice<UInt8> {
  /// The text of the bytes; what is no UTF-8 becomes U+FFFD.
  var text: String { String(decoding: self, as: UTF8.self) }

  /// Where a text first begins; nil where it does not occur.
  func firstIndex(of text: StaticString) -> Int? {
    let count = text.utf8CodeUnitCount
    guard self.count >= count else { return nil }
    return withUnsafeBufferPointer { buffer in
      let first = text.utf8Start[0]
      for index in 0...buffer.count - count where buffer[index] == first {
        var matched = 1
        while matched < count, buffer[index + matched] == text.utf8Start[matched] { matched += 1 }
        if matched == count { return startIndex + index }
      }
      return nil
    }
  }

  /// Where a text last begins; nil where it does not occur.
  func lastIndex(of text: StaticString) -> Int? {
    let count = text.utf8CodeUnitCount
    var index = endIndex - count
    while index >= startIndex {
      if self[index...].starts(with: text) { return index }
      index -= 1
    }
    return nil
  }

  /// Whether the bytes begin with a text.
  func starts(with text: StaticString) -> Bool {
    var cursor = TextCursor(self)
    return cursor.take(text)
  }

  /// Whether a text occurs.
  func contains(_ text: StaticString) -> Bool { firstIndex(of: text) != nil }

  /// The bytes without spaces at the end.
  var trimmed: ArraySlice<UInt8> {
    var end = endIndex
    while end > startIndex, self[end - 1] == UInt8(ascii: " ") || self[end - 1] == UInt8(ascii: "\t") {
      end -= 1
    }
    return self[startIndex..<end]
  }

  /// The letters, digits, underscores and dots at the beginning.
  var prefixOfLetters: ArraySlice<UInt8> { prefix { $0.isNameByte } }

  /// The number behind a word; nil where it is missing, or where something must follow and does not: then it is cut.
  func number(after word: StaticString, endsWith end: StaticString = "") -> Int? {
    guard let place = firstIndex(of: word) else { return nil }
    var cursor = TextCursor(self[place...])
    _ = cursor.take(word)
    cursor.skipSpaces()
    guard let value = cursor.integer() else { return nil }
    return cursor.take(end) ? value : nil
  }
}

extension UInt8 {
  /// Whether it can stand in the name of a function.
  var isNameByte: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
