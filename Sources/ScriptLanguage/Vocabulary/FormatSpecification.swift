// One conversion of printf: `%-8.3lf` taken apart, and a value printed by it (C17 7.21.6.1).

/// What stands between a `%` and the letter of its conversion.
struct FormatSpecification: Equatable {
  var isLeft = false
  var showsPlus = false
  var showsBlank = false
  var isAlternate = false
  var padsWithZeros = false
  /// The least number of characters; nil for none, `.star` for `*`.
  var width: Number?
  /// What stands behind the point.
  var precision: Number?
  /// `hh`, `h`, `l`, `ll`, `z`, `j`, `t` or `L`; empty for none.
  var length = ""
  /// The letter of the conversion; nil where a text leaves it out.
  var conversion: UInt8?

  /// A width or precision.
  enum Number: Equatable {
    case fixed(Int)
    case star
  }

  /// The largest width and precision: more are no mistake in C, but nothing that anybody reads.
  static let largestNumber = 1 << 20

  init() {}

  /// Reads a conversion behind its `%`, and moves on behind it.
  ///
  /// - Returns: nil when there is none.
  init?(_ bytes: ArraySlice<UInt8>, end: inout Int) {
    var place = bytes.startIndex
    func next() -> UInt8 { place < bytes.endIndex ? bytes[place] : 0 }
    flags: while true {
      switch next() {
      case UInt8(ascii: "-"): isLeft = true
      case UInt8(ascii: "+"): showsPlus = true
      case UInt8(ascii: " "): showsBlank = true
      case UInt8(ascii: "#"): isAlternate = true
      case UInt8(ascii: "0"): padsWithZeros = true
      case UInt8(ascii: "'"): break
      default: break flags
      }
      place += 1
    }
    func number() -> Number? {
      if next() == UInt8(ascii: "*") {
        place += 1
        return .star
      }
      var value: Int?
      while next() >= UInt8(ascii: "0"), next() <= UInt8(ascii: "9") {
        value = min((value ?? 0) * 10 + Int(next() - UInt8(ascii: "0")), Self.largestNumber + 1)
        place += 1
      }
      return value.map { .fixed($0) }
    }
    width = number()
    if next() == UInt8(ascii: ".") {
      place += 1
      precision = number() ?? .fixed(0)
    }
    while [
      UInt8(ascii: "h"), UInt8(ascii: "l"), UInt8(ascii: "z"), UInt8(ascii: "j"), UInt8(ascii: "t"),
      UInt8(ascii: "L"),
    ]
    .contains(next()), length.utf8.count < 2 {
      length.unicodeScalars.append(UnicodeScalar(next()))
      place += 1
    }
    if "diouxXcspfFeEgGaAn%m".utf8.contains(next()) {
      conversion = next()
      place += 1
    }
    end = place
  }

  /// Reads the format of `{x:…}` in a text: the `%` and the letter may be left out, and nothing may be left over.
  init?(inText text: String) {
    var bytes = Array(text.utf8)[...]
    if bytes.first == UInt8(ascii: "%") { bytes = bytes.dropFirst() }
    guard !bytes.isEmpty, !bytes.contains(UInt8(ascii: "*")) else { return nil }
    var end = bytes.startIndex
    self.init(bytes, end: &end)
    guard end == bytes.endIndex, conversion != UInt8(ascii: "n"), conversion != UInt8(ascii: "m"),
      conversion != UInt8(ascii: "%")
    else { return nil }
  }

  /// How C writes it, for messages.
  var text: String {
    "%" + length + (conversion.map { String(UnicodeScalar($0)) } ?? "")
  }

  // MARK: Printing

  /// The text of a value; a conversion that was left out is the value's own.
  ///
  /// - Parameters:
  ///   - word: the bytes of a `long`.
  ///   - cut: told of a number of which C prints only a part.
  /// - Throws: `ScriptError` when the value does not fit the conversion.
  func format(
    _ value: ScriptValue, word: Int = 8, cut: (FormatSpecification, ScriptValue) -> Void = { _, _ in }
  ) throws
    -> String
  {
    switch conversion {
    case UInt8(ascii: "d"), UInt8(ascii: "i"): return padded(try signed(value, word, cut))
    case UInt8(ascii: "u"), UInt8(ascii: "x"), UInt8(ascii: "X"), UInt8(ascii: "o"):
      return padded(try unsigned(value, word, cut))
    case UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "g"),
      UInt8(ascii: "G"),
      UInt8(ascii: "a"), UInt8(ascii: "A"):
      return padded(floating(try number(of: value)))
    case UInt8(ascii: "c"): return padded(Pieces(body: try character(value), isNumber: false))
    case UInt8(ascii: "s"):
      return padded(
        Pieces(
          body: cutText(value == .null ? "(null)" : value.description), isNumber: false, countsBytes: true))
    case UInt8(ascii: "p"):
      let text = value == .null || value == .pointer(0) ? "(nil)" : "0x" + String(try bits(value), radix: 16)
      return padded(Pieces(body: text, isNumber: false))
    default: return try formatByKind(value, word)
    }
  }

  /// The text where no letter says which conversion.
  private func formatByKind(_ value: ScriptValue, _ word: Int) throws -> String {
    var specification = self
    switch value {
    case .double:
      guard precision != nil else { return padded(Pieces(body: value.description, isNumber: true)) }
      specification.conversion = UInt8(ascii: "f")
    case .integer, .unsigned, .boolean:
      if case .boolean = value { return padded(Pieces(body: value.description, isNumber: false)) }
      specification.length = "ll"
      specification.conversion = precision != nil ? UInt8(ascii: "f") : UInt8(ascii: "d")
      if case .unsigned = value, precision == nil { specification.conversion = UInt8(ascii: "u") }
    case .pointer: specification.conversion = UInt8(ascii: "p")
    default: return padded(Pieces(body: cutText(value.description), isNumber: false))
    }
    return try specification.format(value, word: word)
  }

  /// The parts of a number: what zeros stand behind, and the rest.
  private struct Pieces {
    var sign = ""
    var body: String
    var isNumber = true
    /// Whether the width counts bytes, as C's does, rather than characters.
    var countsBytes = false
    /// Whether the flag `0` has no effect.
    var refusesZeros = false
  }

  private func padded(_ pieces: Pieces) -> String {
    let length =
      pieces.countsBytes ? pieces.body.utf8.count : pieces.sign.utf8.count + pieces.body.unicodeScalars.count
    guard case .fixed(let width)? = width, length < width else { return pieces.sign + pieces.body }
    let count = width - length
    if isLeft { return pieces.sign + pieces.body + String(repeating: " ", count: count) }
    if padsWithZeros, pieces.isNumber, !pieces.refusesZeros {
      return pieces.sign + String(repeating: "0", count: count) + pieces.body
    }
    return String(repeating: " ", count: count) + pieces.sign + pieces.body
  }

  private var fixedPrecision: Int? {
    guard case .fixed(let count)? = precision else { return nil }
    return count
  }

  private func plusSign(_ isNegative: Bool) -> String {
    isNegative ? "-" : showsPlus ? "+" : showsBlank ? " " : ""
  }

  /// How many bits of an integer count.
  private func bitCount(_ word: Int) -> Int {
    switch length {
    case "hh": 8
    case "h": 16
    case "": 32
    case "l", "z", "t": word * 8
    default: 64
    }
  }

  /// The bits of a whole number.
  private func bits(_ value: ScriptValue) throws -> UInt64 {
    switch value {
    case .integer(let number): return UInt64(bitPattern: number)
    case .unsigned(let number): return number
    case .boolean(let value): return value ? 1 : 0
    case .pointer(let address): return address
    case .null: return 0
    case .double:
      throw ScriptError(
        "`\(text)` prints integers, and this is a floating-point number", kind: .type,
        hint: "`%f` or `%g` prints it; `int(x)` cuts it")
    default:
      throw ScriptError(
        "`\(text)` prints integers, and this is \(value.kindName)", kind: .type,
        hint: "`%s` prints texts; `int(text)` reads a number")
    }
  }

  private func signed(_ value: ScriptValue, _ word: Int, _ cut: (FormatSpecification, ScriptValue) -> Void)
    throws
    -> Pieces
  {
    let all = Int64(bitPattern: try bits(value))
    let shift = Int64(64 - bitCount(word))
    let number = (all << shift) >> shift
    if number != all || isBig(value) { if length.isEmpty { cut(self, value) } }
    return integer(number < 0, number.magnitude, radix: 10, prefix: "")
  }

  private func isBig(_ value: ScriptValue) -> Bool {
    if case .unsigned = value { return true }
    return false
  }

  private func unsigned(_ value: ScriptValue, _ word: Int, _ cut: (FormatSpecification, ScriptValue) -> Void)
    throws
    -> Pieces
  {
    let all = try bits(value)
    let shift = UInt64(64 - bitCount(word))
    let number = (all << shift) >> shift
    // A negative int is printed with its bits on purpose.
    if number != all, length.isEmpty, Int64(bitPattern: all) != Int64(Int32(truncatingIfNeeded: all)) {
      cut(self, value)
    }
    var pieces: Pieces
    switch conversion {
    case UInt8(ascii: "x"):
      pieces = integer(false, number, radix: 16, prefix: isAlternate && number != 0 ? "0x" : "")
    case UInt8(ascii: "X"):
      pieces = integer(false, number, radix: 16, prefix: isAlternate && number != 0 ? "0X" : "")
      pieces.body = pieces.body.uppercased()
    case UInt8(ascii: "o"):
      pieces = integer(false, number, radix: 8, prefix: "")
      if isAlternate, !pieces.body.hasPrefix("0") { pieces.body = "0" + pieces.body }
    default: pieces = integer(false, number, radix: 10, prefix: "")
    }
    if !pieces.sign.hasPrefix("0") { pieces.sign = "" }
    return pieces
  }

  private func integer(_ isNegative: Bool, _ magnitude: UInt64, radix: Int, prefix: String) -> Pieces {
    var digits = String(magnitude, radix: radix)
    if let count = fixedPrecision {
      if count == 0, magnitude == 0 { digits = "" }
      if digits.utf8.count < count {
        digits = String(repeating: "0", count: count - digits.utf8.count) + digits
      }
    }
    return Pieces(
      sign: prefix.isEmpty ? plusSign(isNegative) : prefix, body: digits, refusesZeros: precision != nil)
  }

  private func number(of value: ScriptValue) throws -> Double {
    switch value {
    case .double(let number): return number
    case .integer(let number): return Double(number)
    case .unsigned(let number): return Double(number)
    case .boolean(let value): return value ? 1 : 0
    default: throw ScriptError("`\(text)` prints numbers, and this is \(value.kindName)", kind: .type)
    }
  }

  private func floating(_ number: Double) -> Pieces {
    let isUpper = [UInt8(ascii: "F"), UInt8(ascii: "E"), UInt8(ascii: "G"), UInt8(ascii: "A")].contains(
      conversion)
    let sign = plusSign(number.sign == .minus)
    guard number.isFinite else {
      let word = number.isNaN ? "nan" : "inf"
      return Pieces(sign: sign, body: isUpper ? word.uppercased() : word, refusesZeros: true)
    }
    let expansion = DecimalExpansion(number.magnitude)
    let letter: Character = isUpper ? "E" : "e"
    let precision = fixedPrecision ?? 6
    switch conversion {
    case UInt8(ascii: "f"), UInt8(ascii: "F"):
      return Pieces(sign: sign, body: expansion.fixed(precision, alwaysPoint: isAlternate))
    case UInt8(ascii: "e"), UInt8(ascii: "E"):
      return Pieces(
        sign: sign, body: expansion.scientific(precision, letter: letter, alwaysPoint: isAlternate))
    case UInt8(ascii: "a"), UInt8(ascii: "A"):
      let text = Self.hexadecimal(number.magnitude, fixedPrecision, alwaysPoint: isAlternate)
      return Pieces(sign: sign + (isUpper ? "0X" : "0x"), body: isUpper ? text.uppercased() : text)
    default: return Pieces(sign: sign, body: general(expansion, max(precision, 1), letter))
    }
  }

  private func general(_ expansion: DecimalExpansion, _ precision: Int, _ letter: Character) -> String {
    let power = expansion.scientificExponent(precision - 1)
    guard power < -4 || power >= precision else {
      let text = expansion.fixed(precision - 1 - power, alwaysPoint: isAlternate)
      return isAlternate ? text : Self.withoutZeros(text)
    }
    let text = expansion.scientific(precision - 1, letter: letter, alwaysPoint: isAlternate)
    guard !isAlternate, let mark = text.firstIndex(of: letter) else { return text }
    return Self.withoutZeros(String(text[..<mark])) + text[mark...]
  }

  private static func withoutZeros(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: ".")) else { return text }
    var digits = Substring(text)
    while digits.hasSuffix("0") { digits.removeLast() }
    if digits.hasSuffix(".") { digits.removeLast() }
    return String(digits)
  }

  /// The digits of `%a` as glibc writes them, behind its `0x`.
  private static func hexadecimal(_ number: Double, _ precision: Int?, alwaysPoint: Bool) -> String {
    if number == 0 {
      let zeros = String(repeating: "0", count: precision ?? 0)
      return "0\(zeros.isEmpty && !alwaysPoint ? "" : ".")\(zeros)p+0"
    }
    let isSubnormal = number.exponentBitPattern == 0
    var lead: UInt64 = isSubnormal ? 0 : 1
    var fraction = number.significandBitPattern
    let power = isSubnormal ? -1022 : Int(number.exponentBitPattern) - 1023
    if let precision, precision < 13 {
      let shift = UInt64(52 - 4 * precision)
      let half: UInt64 = 1 << (shift - 1)
      let whole = lead << 52 | fraction
      let rest = whole & ((1 << shift) - 1)
      var kept = whole >> shift
      if rest > half || (rest == half && kept & 1 == 1) { kept += 1 }
      lead = kept >> UInt64(4 * precision)
      fraction = kept << shift & ((1 << 52) - 1)
    }
    var digits = String(fraction, radix: 16)
    digits = String(repeating: "0", count: 13 - digits.utf8.count) + digits
    if let precision {
      digits =
        precision <= 13
        ? String(digits.prefix(precision)) : digits + String(repeating: "0", count: precision - 13)
    } else {
      while digits.hasSuffix("0") { digits.removeLast() }
    }
    return
      "\(lead)\(digits.isEmpty && !alwaysPoint ? "" : ".")\(digits)p\(power < 0 ? "-" : "+")\(power.magnitude)"
  }

  private func character(_ value: ScriptValue) throws -> String {
    if case .string(let text) = value { return text.unicodeScalars.first.map { String($0) } ?? "" }
    let byte = UInt8(truncatingIfNeeded: try bits(value))
    return String(UnicodeScalar(byte))
  }

  /// A text cut to the precision, at the end of a character.
  private func cutText(_ text: String) -> String {
    guard let count = fixedPrecision, text.utf8.count > count else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: count)
    while end > text.startIndex, text.utf8[end] & 0xC0 == 0x80 { end = text.utf8.index(before: end) }
    return String(text[..<end])
  }
}

extension ScriptValue {
  /// What a message calls the kind of this value.
  var kindName: String {
    switch self {
    case .null: "NULL"
    case .boolean: "a boolean"
    case .integer, .unsigned: "an integer"
    case .double: "a floating-point number"
    case .pointer: "a pointer"
    case .string: "a string"
    case .list: "a list"
    case .map: "a map"
    case .object: "an object of the host"
    }
  }
}
