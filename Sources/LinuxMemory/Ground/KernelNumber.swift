// How the kernel reads an integer from text.

/// The kernel's own conversion from text to a number (`kstrtoll` with base 0, lib/kstrtox.c).
enum KernelNumber {
  /// Reads a whole text as one signed number: sign, then decimal, `0x` hexadecimal or leading-zero octal, and
  /// at most one newline behind it.
  ///
  /// - Returns: the number; `EINVAL` when it is none, `ERANGE` when it does not fit 64 bits.
  static func parse(_ text: ArraySlice<UInt8>) -> Result<Int64, ErrorNumber> {
    var rest = text
    var isNegative = false
    if rest.first == UInt8(ascii: "-") {
      isNegative = true
      rest = rest.dropFirst()
    } else if rest.first == UInt8(ascii: "+") {
      rest = rest.dropFirst()
    }
    let (magnitude, count, overflow) = digits(&rest)
    if overflow { return .failure(.ERANGE) }
    if count == 0 { return .failure(.EINVAL) }
    if rest.first == UInt8(ascii: "\n") { rest = rest.dropFirst() }
    guard rest.isEmpty else { return .failure(.EINVAL) }
    if isNegative {
      guard magnitude <= UInt64(Int64.max) + 1 else { return .failure(.ERANGE) }
      return .success(Int64(bitPattern: 0 &- magnitude))
    }
    guard let value = Int64(exactly: magnitude) else { return .failure(.ERANGE) }
    return .success(value)
  }

  /// Takes the digits at the head of a text, in the base that its prefix names.
  ///
  /// - Returns: their value, how many there were, and whether the value left 64 bits.
  static func digits(_ text: inout ArraySlice<UInt8>) -> (value: UInt64, count: Int, overflow: Bool) {
    var base: UInt64 = 10
    let start = text.startIndex
    if text.first == UInt8(ascii: "0") {
      base = 8
      if text.count > 2, text[start + 1] | 0x20 == UInt8(ascii: "x"), digit(text[start + 2]) != nil {
        base = 16
        text = text.dropFirst(2)
      }
    }
    var value: UInt64 = 0
    var count = 0
    var overflow = false
    while let byte = text.first, let next = digit(byte), next < base {
      let (product, tooLarge) = value.multipliedReportingOverflow(by: base)
      let (sum, carries) = product.addingReportingOverflow(next)
      overflow = overflow || tooLarge || carries
      value = sum
      count += 1
      text = text.dropFirst()
    }
    return (value, count, overflow)
  }

  private static func digit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}
