// Numbers: decimal, hexadecimal, octal, binary, sizes such as `4K` and `1.5G`, fractions, and C's suffixes.

extension Lexer {
  /// Reads a number; the position is at its first digit, or at the point before it.
  mutating func scanNumber() -> Token {
    let start = position
    let radix = scanRadix()
    let first = position
    guard let whole = scanDigits(radix) else {
      return isFraction(from: start) ? scanDouble(start) : tooLarge()
    }
    guard position > first || byte(position - 1) == UInt8(ascii: "0") || byte(position) == UInt8(ascii: ".")
    else {
      return badNumber("digits are missing behind the `0x`, `0o` or `0b`")
    }
    if radix == 8 || radix == 2, Lexer.isDigit(byte(position)) {
      let digit = SourceLocation.visible([byte(position)])
      return badNumber(
        radix == 8
          ? "`\(digit)` is no octal digit; a number that begins with 0 is octal, as in C"
          : "`\(digit)` is no binary digit", hint: radix == 8 ? "leave the 0 out for a decimal number" : nil)
    }
    if radix == 10 || radix == 8, isFraction(from: start) { return scanDouble(start) }
    var fraction: (digits: UInt64, scale: UInt64)?
    if radix == 10, byte(position) == UInt8(ascii: "."), Lexer.isDigit(byte(position + 1)) {
      position += 1
      fraction = scanFraction()
      if fraction == nil { return badNumber("this fraction has too many digits") }
    }
    let unit = scanUnit()
    let suffix = scanSuffix()
    if Lexer.isNamePart(byte(position)) { return badSuffix(unit) }
    guard let bits = value(whole, fraction, unit) else {
      guard let fraction else { return tooLarge() }
      return badNumber(
        "this is no whole number of bytes",
        hint: Self.nearestSize(whole, fraction.digits, fraction.scale, unit))
    }
    return number(bits, isAddress: radix != 10, suffix: suffix)
  }

  private mutating func badSuffix(_ unit: UInt64) -> Token {
    let letter = byte(position)
    let shown = SourceLocation.visible([letter])
    if unit > 1 {
      return badNumber(
        "`\(shown)` does not belong to a number", hint: "write `100M`, without a `B` behind it")
    }
    if let index = Array("kmgt".utf8).firstIndex(of: letter) {
      let upper = SourceLocation.visible([Array("KMGT".utf8)[index]])
      return badNumber(
        "`\(shown)` does not belong to a number", hint: "units are capital letters: `\(upper)`")
    }
    let sizes = "sizes end in K, M, G or T: `4K`, `1.5G`"
    return badNumber("`\(shown)` does not belong to a number", hint: sizes)
  }

  /// The whole numbers of a smaller unit that lie next to a fraction of a unit.
  private static func nearestSize(
    _ whole: UInt64, _ digits: UInt64, _ scale: UInt64, _ unit: UInt64
  ) -> String? {
    guard unit >= 1 << 20, scale > 0, whole < 1 << 20 else { return nil }
    let smaller: UInt64 = 1024
    let letter = unit == 1 << 20 ? "K" : unit == 1 << 30 ? "M" : "G"
    let part = scale.dividingFullWidth(digits.multipliedFullWidth(by: smaller)).quotient
    return "write `\(whole * smaller + part)\(letter)`"
  }

  /// Whether a number that begins at an offset has a point or an exponent, and no unit that makes it a size.
  private func isFraction(from start: Int) -> Bool {
    var place = start
    while Lexer.isDigit(byte(place)) || byte(place) == UInt8(ascii: "_") { place += 1 }
    var hasPoint = false
    if byte(place) == UInt8(ascii: "."), byte(place + 1) != UInt8(ascii: "."),
      !Lexer.isNameStart(byte(place + 1)) || isExponent(place + 1)
    {
      hasPoint = true
      place += 1
      while Lexer.isDigit(byte(place)) { place += 1 }
    }
    if isExponent(place) { return true }
    return hasPoint
      && ![UInt8(ascii: "K"), UInt8(ascii: "M"), UInt8(ascii: "G"), UInt8(ascii: "T")].contains(byte(place))
  }

  private func isExponent(_ place: Int) -> Bool {
    guard byte(place) | 0x20 == UInt8(ascii: "e") else { return false }
    let sign = byte(place + 1)
    let digit = sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") ? place + 2 : place + 1
    return Lexer.isDigit(byte(digit))
  }

  /// Reads a floating-point number.
  private mutating func scanDouble(_ start: Int) -> Token {
    position = start
    while Lexer.isDigit(byte(position)) || byte(position) == UInt8(ascii: "_") { position += 1 }
    if byte(position) == UInt8(ascii: ".") { position += 1 }
    while Lexer.isDigit(byte(position)) { position += 1 }
    if isExponent(position) {
      position += 2
      while Lexer.isDigit(byte(position)) { position += 1 }
    }
    let digits = String(decoding: bytes[start..<position].filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
    let suffix = byte(position) | 0x20
    let isSingle = suffix == UInt8(ascii: "f")
    if isSingle || suffix == UInt8(ascii: "l") { position += 1 }
    if [UInt8(ascii: "K"), UInt8(ascii: "M"), UInt8(ascii: "G"), UInt8(ascii: "T")].contains(byte(position)) {
      return badNumber("a number with an exponent has no unit", hint: "write its digits: `1000000M`")
    }
    if Lexer.isNamePart(byte(position)) { return badSuffix(1) }
    let number = Double(digits.hasSuffix(".") ? digits + "0" : digits) ?? 0
    let bits = isSingle ? Double(Float(number)).bitPattern : number.bitPattern
    return Token(kind: .double, start: 0, end: 0, bits: bits)
  }

  private mutating func number(_ bits: UInt64, isAddress: Bool, suffix: [UInt8]) -> Token {
    let longs = suffix.count { $0 == UInt8(ascii: "l") }
    if suffix.contains(UInt8(ascii: "u")) {
      return Token(kind: .unsigned, start: 0, end: 0, bits: bits, suffixLongs: longs)
    }
    if bits <= UInt64(Int64.max) {
      return Token(kind: .integer, start: 0, end: 0, bits: bits, suffixLongs: longs)
    }
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
    return remainder != 0 || sum.overflow ? nil : sum.partialValue
  }

  static let tooLargeMessage = "this number does not fit 64 bits"
  static let tooLargeHint =
    "the largest integer is 9223372036854775807; addresses above it are written `0x...` or end in `U`"

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
