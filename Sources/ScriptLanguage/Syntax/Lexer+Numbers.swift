// Numbers: decimal, hexadecimal, octal, binary, sizes such as `4K` and `1.5G`, and C's suffixes.

extension Lexer {
  /// Reads a number; the position is at its first digit.
  mutating func scanNumber() -> Token {
    let radix = scanRadix()
    let first = position
    guard let whole = scanDigits(radix) else { return tooLarge() }
    guard position > first || byte(position - 1) == UInt8(ascii: "0") else {
      return badNumber("digits are missing behind the `0x`, `0o` or `0b`")
    }
    var fraction: (digits: UInt64, scale: UInt64)?
    if radix == 10, byte(position) == UInt8(ascii: "."), Lexer.isDigit(byte(position + 1)) {
      position += 1
      fraction = scanFraction()
      if fraction == nil { return badNumber("this fraction has too many digits") }
    }
    let unit = scanUnit()
    let suffix = scanSuffix()
    if Lexer.isNamePart(byte(position)) {
      return badNumber(
        "`\(SourceLocation.visible([byte(position)]))` does not belong to a number",
        hint: unit == 1 ? "sizes end in K, M, G or T: `4K`, `1.5G`" : "write `100M`, without a `B` behind it")
    }
    guard let bits = value(whole, fraction, unit) else {
      return fraction == nil
        ? tooLarge()
        : badNumber(
          unit == 1 ? "there are no fractions" : "this is no whole number of bytes",
          hint: unit == 1 ? "a fraction needs a unit: `1.5G`" : nil)
    }
    return number(bits, isAddress: radix != 10 || suffix.contains(UInt8(ascii: "u")))
  }

  private mutating func number(_ bits: UInt64, isAddress: Bool) -> Token {
    if bits <= UInt64(Int64.max) { return Token(kind: .integer, start: 0, end: 0, bits: bits) }
    if isAddress { return Token(kind: .pointer, start: 0, end: 0, bits: bits) }
    if bits == 1 << 63 { return Token(kind: .integerMinimumMagnitude, start: 0, end: 0, bits: bits) }
    return tooLarge()
  }

  private mutating func scanRadix() -> UInt64 {
    guard byte(position) == UInt8(ascii: "0") else { return 10 }
    switch byte(position + 1) | 0x20 {
    case UInt8(ascii: "x"):
      position += 2
      return 16
    case UInt8(ascii: "b"):
      position += 2
      return 2
    case UInt8(ascii: "o"):
      position += 2
      return 8
    default:
      guard Lexer.isDigit(byte(position + 1)) else { return 10 }
      position += 1
      return 8
    }
  }

  /// Reads digits and `_` between them; nil when they leave 64 bits.
  private mutating func scanDigits(_ radix: UInt64) -> UInt64? {
    var value: UInt64 = 0
    var fits = true
    while position < bytes.count {
      guard let digit = Lexer.digit(bytes[position]), digit < radix else {
        guard bytes[position] == UInt8(ascii: "_"), Lexer.digit(byte(position + 1)) != nil else { break }
        position += 1
        continue
      }
      let product = value.multipliedReportingOverflow(by: radix)
      let sum = product.partialValue.addingReportingOverflow(digit)
      fits = fits && !product.overflow && !sum.overflow
      value = sum.partialValue
      position += 1
    }
    return fits ? value : nil
  }

  private mutating func scanFraction() -> (digits: UInt64, scale: UInt64)? {
    var digits: UInt64 = 0
    var scale: UInt64 = 1
    var fits = true
    while Lexer.isDigit(byte(position)) {
      fits = fits && scale < 1_000_000_000_000_000_000
      if fits {
        digits = digits * 10 + UInt64(bytes[position] - UInt8(ascii: "0"))
        scale *= 10
      }
      position += 1
    }
    return fits ? (digits, scale) : nil
  }

  private mutating func scanUnit() -> UInt64 {
    let unit: UInt64
    switch byte(position) {
    case UInt8(ascii: "K"): unit = 1 << 10
    case UInt8(ascii: "M"): unit = 1 << 20
    case UInt8(ascii: "G"): unit = 1 << 30
    case UInt8(ascii: "T"): unit = 1 << 40
    default: return 1
    }
    position += 1
    return unit
  }

  /// Reads `U`, `L`, `UL`, `ULL` and their kin; returns them in lower case.
  private mutating func scanSuffix() -> [UInt8] {
    let start = position
    while position - start < 3 {
      let letter = byte(position) | 0x20
      guard letter == UInt8(ascii: "u") || letter == UInt8(ascii: "l") else { break }
      position += 1
    }
    return bytes[start..<position].map { $0 | 0x20 }
  }

  private func value(_ whole: UInt64, _ fraction: (digits: UInt64, scale: UInt64)?, _ unit: UInt64) -> UInt64?
  {
    let product = whole.multipliedReportingOverflow(by: unit)
    guard !product.overflow else { return nil }
    guard let fraction else { return product.partialValue }
    let wide = fraction.digits.multipliedFullWidth(by: unit)
    let (quotient, remainder) = fraction.scale.dividingFullWidth(wide)
    let sum = product.partialValue.addingReportingOverflow(quotient)
    return unit == 1 || remainder != 0 || sum.overflow ? nil : sum.partialValue
  }

  static let tooLargeMessage = "this number does not fit 64 bits"
  static let tooLargeHint =
    "the largest integer is 9223372036854775807; addresses above it are written `0x…` or end in `U`"

  private mutating func tooLarge() -> Token {
    skipRest()
    return invalid(Self.tooLargeMessage, hint: Self.tooLargeHint)
  }

  private mutating func badNumber(_ message: String, hint: String? = nil) -> Token {
    skipRest()
    return invalid(message, hint: hint)
  }

  private mutating func skipRest() {
    while Lexer.isNamePart(byte(position)) { position += 1 }
  }

  static func digit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}
