// How limits are written to the files of a group, and read from them.

/// The text of a limit in pages.
package enum LimitText {
  /// Reads what is written to a file of limits (`page_counter_memparse`, mm/page_counter.c): a number in bytes in C's
  /// notation with one suffix, rounded down to pages, or a word for no limit. A number above 64 bits wraps around.
  ///
  /// - Parameters:
  ///   - text: what was written.
  ///   - word: the word for no limit.
  /// - Returns: pages; `EINVAL` when something else is in it.
  package static func parse(_ text: String, unlimited word: String) -> Result<Int, ErrorNumber> {
    let stripped = Self.stripped(text)
    if stripped == word { return .success(PageCounter.unlimited) }
    var rest = stripped.utf8[...]
    var base: UInt64 = 10
    if rest.first == UInt8(ascii: "0") {
      base = 8
      let second = rest.dropFirst().first.map { $0 | 0x20 }
      if second == UInt8(ascii: "x"), rest.dropFirst(2).first.flatMap({ digit($0, 16) }) != nil {
        base = 16
        rest = rest.dropFirst(2)
      }
    }
    var bytes: UInt64 = 0
    while let next = rest.first, let value = digit(next, base) {
      bytes = bytes &* base &+ value
      rest = rest.dropFirst()
    }
    if let suffix = rest.first, let place = "kmgtpe".utf8.firstIndex(of: suffix | 0x20) {
      let power = "kmgtpe".utf8.distance(from: "kmgtpe".utf8.startIndex, to: place) + 1
      bytes = bytes << UInt64(10 * power)
      rest = rest.dropFirst()
    }
    guard rest.isEmpty else { return .failure(.EINVAL) }
    return .success(Int(min(bytes / 4096, UInt64(PageCounter.unlimited))))
  }

  /// What a file of limits reads: bytes, or `max` for none.
  package static func text(_ pages: Int) -> String {
    pages == PageCounter.unlimited ? "max" : String(pages * 4096)
  }

  /// Reads a whole number (`kstrtoint` of the stripped text).
  ///
  /// - Returns: `EINVAL` for what is none, `ERANGE` outside 32 bits.
  package static func parseInteger(_ text: String) -> Result<Int, ErrorNumber> {
    var rest = Substring(stripped(text))
    let isNegative = rest.hasPrefix("-")
    if isNegative || rest.hasPrefix("+") { rest = rest.dropFirst() }
    var base: UInt64 = 10
    if rest.hasPrefix("0x") || rest.hasPrefix("0X") {
      base = 16
      rest = rest.dropFirst(2)
    } else if rest.hasPrefix("0") {
      base = 8
    }
    guard !rest.isEmpty else { return .failure(.EINVAL) }
    var value: UInt64 = 0
    var isTooLarge = false
    for byte in rest.utf8 {
      guard let next = digit(byte, base) else { return .failure(.EINVAL) }
      let (product, overflow) = value.multipliedReportingOverflow(by: base)
      let (sum, more) = product.addingReportingOverflow(next)
      isTooLarge = isTooLarge || overflow || more
      value = sum
    }
    guard !isTooLarge, value <= UInt64(Int32.max) + (isNegative ? 1 : 0) else { return .failure(.ERANGE) }
    return .success(isNegative ? -Int(value) : Int(value))
  }

  /// A text without the blanks around it (`strstrip`).
  package static func stripped(_ text: String) -> String {
    let blanks: Set<UInt8> = [9, 10, 11, 12, 13, 32]
    var bytes = Array(text.utf8)[...]
    while let last = bytes.last, blanks.contains(last) { bytes.removeLast() }
    while let first = bytes.first, blanks.contains(first) { bytes.removeFirst() }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8, _ base: UInt64) -> UInt64? {
    let lower = byte | 0x20
    let value: UInt64
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): value = UInt64(byte - UInt8(ascii: "0"))
    case _ where (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(lower):
      value = UInt64(lower - UInt8(ascii: "a")) + 10
    default: return nil
    }
    return value < base ? value : nil
  }
}
