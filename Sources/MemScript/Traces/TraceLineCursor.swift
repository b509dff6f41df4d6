// A line of a trace, read word by word from its bytes.

/// What is wrong with a line of a trace.
struct TraceProblem: Error {
  /// What is wrong, in one line.
  var message: String
  /// The offsets of the bytes at fault in the whole text.
  var range: Range<Int>
  /// What would be right.
  var hint: String?
}

/// A place in a line of a trace.
struct TraceLineCursor {
  /// The whole text.
  let bytes: UnsafeBufferPointer<UInt8>
  /// The line's bytes, without the end of the line.
  let line: Range<Int>
  /// The line's number, counted from 1.
  let number: Int
  /// Whether the text ends in this line, without a newline behind it.
  let isUnfinished: Bool
  /// The next byte.
  var position: Int

  init(_ bytes: UnsafeBufferPointer<UInt8>, line: Range<Int>, number: Int, isUnfinished: Bool) {
    self.bytes = bytes
    self.line = line
    self.number = number
    self.isUnfinished = isUnfinished
    position = line.lowerBound
  }

  /// The next byte; nil at the end of the line.
  var next: UInt8? { position < line.upperBound ? bytes[position] : nil }

  /// Steps over spaces and tabs.
  mutating func skipSpaces() {
    while position < line.upperBound, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
  }

  /// Steps over a text if it comes next.
  mutating func skip(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard line.upperBound - position >= count else { return false }
    for offset in 0..<count where bytes[position + offset] != text.utf8Start[offset] { return false }
    position += count
    return true
  }

  /// Whether a range of bytes is a text.
  func spells(_ range: Range<Int>, _ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    for offset in 0..<range.count where bytes[range.lowerBound + offset] != text.utf8Start[offset] {
      return false
    }
    return true
  }

  /// Steps behind the first place of a text that is not empty; stays where there is none.
  ///
  /// - Returns: whether there is one.
  mutating func skipBehind(_ text: StaticString) -> Bool {
    let first = text.utf8Start[0]
    var place = position
    while place < line.upperBound {
      if bytes[place] == first {
        var found = self
        found.position = place
        if found.skip(text) {
          self = found
          return true
        }
      }
      place += 1
    }
    return false
  }

  /// The bytes up to the next space.
  mutating func word() -> Range<Int> {
    skipSpaces()
    let start = position
    while position < line.upperBound, bytes[position] != 0x20, bytes[position] != 0x09 { position += 1 }
    return start..<position
  }

  /// The last word before an offset; empty when there is none.
  func lastWord(before offset: Int) -> Range<Int> {
    var end = offset
    while end > line.lowerBound, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    var start = end
    while start > line.lowerBound, bytes[start - 1] != 0x20, bytes[start - 1] != 0x09 { start -= 1 }
    return start..<end
  }

  /// The digits that come next, decimal, or hexadecimal behind `0x`; nil when there are none or too many.
  mutating func digits() -> UInt64? {
    var radix: UInt64 = 10
    if position + 1 < line.upperBound, bytes[position] == 0x30, bytes[position + 1] | 0x20 == 0x78 {
      radix = 16
      position += 2
    }
    let start = position
    var value: UInt64 = 0
    while let byte = next, let digit = Self.value(ofDigit: byte), digit < radix {
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: radix)
      let (sum, overflow) = product.addingReportingOverflow(digit)
      if isTooLarge || overflow { return nil }
      value = sum
      position += 1
    }
    return position > start ? value : nil
  }

  /// The number that a range of bytes writes out, negative ones in two's complement; nil when it is not one.
  func number(in range: Range<Int>) -> UInt64? {
    var cursor = TraceLineCursor(bytes, line: range, number: number, isUnfinished: false)
    let isNegative = cursor.next == 0x2D
    if isNegative { cursor.position += 1 }
    guard let magnitude = cursor.digits(), cursor.position == range.upperBound else { return nil }
    if isNegative { return magnitude <= 1 << 63 ? 0 &- magnitude : nil }
    return magnitude
  }

  private static func value(ofDigit byte: UInt8) -> UInt64? {
    switch byte {
    case 0x30...0x39: UInt64(byte - 0x30)
    case 0x41...0x46, 0x61...0x66: UInt64(byte | 0x20) - 0x61 + 10
    default: nil
    }
  }

  /// A part of the text for a message, shortened where it is long.
  func text(_ range: Range<Int>) -> String {
    let shown = range.prefix(40)
    return String(decoding: bytes[shown.startIndex..<shown.endIndex], as: UTF8.self)
      + (shown.count < range.count ? "..." : "")
  }
}
