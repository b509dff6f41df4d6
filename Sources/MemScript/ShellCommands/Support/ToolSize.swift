// Sizes as GNU and util-linux tools read them.

/// Reading of numbers such as `600M`, `10MB` or `2x512`.
enum ToolSize {
  /// What a text says.
  enum Reading: Equatable {
    case bytes(UInt64)
    /// A number that has no place in a signed number of 64 bits.
    case tooLarge
    case malformed
  }

  /// The letters of powers of 1024 that GNU tools know.
  private static let letters: [Character] = ["K", "M", "G", "T", "P", "E", "Z", "Y"]

  /// Reads a size as truncate(1) does: decimal digits and a suffix `K`, `M` … `Y` (also `KiB` …, in powers of 1024)
  /// or `KB`, `MB` … (in powers of 1000); a suffix alone means one of it.
  static func read(_ text: String) -> Reading {
    read(text, lowercase: "kgmt", multipliers: [:])
  }

  /// Reads a size as dd(1) does, which knows the suffixes `c`, `w` and `b` beside, and factors joined by `x`.
  static func readForDd(_ text: String) -> Reading {
    var product: UInt64 = 1
    var isTooLarge = false
    for part in text.split(separator: "x", omittingEmptySubsequences: false) {
      switch read(String(part), lowercase: "k", multipliers: ["c": 1, "w": 2, "b": 512]) {
      case .bytes(let bytes):
        let (next, overflow) = product.multipliedReportingOverflow(by: bytes)
        isTooLarge = isTooLarge || overflow || next > UInt64(Int64.max)
        product = overflow ? .max : next
      case .tooLarge: isTooLarge = true
      case .malformed: return .malformed
      }
    }
    return isTooLarge ? .tooLarge : .bytes(product)
  }

  private static func read(_ text: String, lowercase: String, multipliers: [String: UInt64]) -> Reading {
    var rest = text.drop { $0 == " " || $0 == "\t" }
    if rest.first == "+" { rest = rest.dropFirst() }
    let digits = rest.prefix { ("0"..."9").contains($0) }
    let suffix = rest.dropFirst(digits.count)
    if digits.isEmpty, suffix.isEmpty { return .malformed }
    let number = digits.isEmpty ? 1 : UInt64(digits)
    if let factor = multipliers[String(suffix)] { return product(number, factor) }
    guard let letter = suffix.first else { return product(number, 1) }
    guard let power = power(of: letter, lowercase: lowercase), let base = base(of: suffix.dropFirst()) else {
      return .malformed
    }
    var factor: UInt64? = 1
    for _ in 0...power {
      factor = factor.flatMap {
        let (next, overflow) = $0.multipliedReportingOverflow(by: base)
        return overflow ? nil : next
      }
    }
    return number == 0 ? .bytes(0) : product(number, factor)
  }

  /// Reads a size as fallocate(1) does (util-linux's `parse_size`): decimal, `0x` or octal digits or a fraction such
  /// as `1.5M`, and a suffix of either case.
  static func readForUtilLinux(_ text: String) -> Reading {
    var rest = text.drop { $0 == " " || $0 == "\t" }
    if rest.first == "+" { rest = rest.dropFirst() }
    let radix = rest.hasPrefix("0x") ? 16 : rest.hasPrefix("0") ? 8 : 10
    if radix == 16 { rest = rest.dropFirst(2) }
    let digits = rest.prefix { $0.isASCII && ($0.hexDigitValue ?? 16) < radix }
    guard !digits.isEmpty else { return .malformed }
    rest = rest.dropFirst(digits.count)
    var fraction: Substring = ""
    if rest.first == "." {
      fraction = rest.dropFirst().prefix { ("0"..."9").contains($0) }
      rest = rest.dropFirst(fraction.count + 1)
    }
    guard let letter = rest.first else {
      return fraction.isEmpty ? product(UInt64(digits, radix: radix), 1) : .malformed
    }
    guard let power = power(of: letter, lowercase: "kmgtpezy"), let base = base(of: rest.dropFirst()) else {
      return .malformed
    }
    guard power < 6, let number = UInt64(digits, radix: radix) else { return .tooLarge }
    let factor = (0...power).reduce(1) { factor, _ in factor * base }
    // More than 9 digits behind the point make no difference to a byte.
    var part: UInt64 = 0
    var scale: UInt64 = 1
    for digit in fraction.prefix(9) {
      part = part * 10 + UInt64(digit.wholeNumberValue ?? 0)
      scale *= 10
    }
    let more = scale.dividingFullWidth(factor.multipliedFullWidth(by: part)).quotient
    guard case .bytes(let whole) = product(number, factor) else { return .tooLarge }
    return product(whole.addingReportingOverflow(more).overflow ? nil : whole + more, 1)
  }

  private static func power(of letter: Character, lowercase: String) -> Int? {
    let isKnown = letter.isUppercase || lowercase.contains(letter)
    return isKnown ? letters.firstIndex { String($0) == letter.uppercased() } : nil
  }

  private static func base(of suffix: Substring) -> UInt64? {
    switch suffix {
    case "", "iB": 1024
    case "B": 1000
    default: nil
    }
  }

  /// A product, where nil is a number beyond 64 bits.
  private static func product(_ number: UInt64?, _ factor: UInt64?) -> Reading {
    guard let number, let factor else { return .tooLarge }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow || bytes > UInt64(Int64.max) ? .tooLarge : .bytes(bytes)
  }

  /// A size in powers of 1000 or 1024 with at most one digit behind the point, as dd(1) and `ls -h` print it.
  ///
  /// - Parameter roundsUp: whether the last digit comes out rounded up (ls) rather than to the nearest (dd).
  /// - Returns: such as `105 MB`, `1.5 GiB` with a unit, or `1.5G` for an empty one.
  static func human(_ bytes: UInt64, base: UInt64, roundsUp: Bool) -> (number: String, prefix: String) {
    var power = 0
    var scale: UInt64 = 1
    while power < 6, bytes / scale >= base {
      scale *= base
      power += 1
    }
    let prefix = ["", base == 1000 ? "k" : "K", "M", "G", "T", "P", "E"][power]
    if power == 0 { return ("\(bytes)", "") }
    let whole = bytes / scale
    let rest = bytes % scale
    if whole < 10 {
      // Below 10 one digit behind the point is shown, unless rounding reaches 10.
      let tenths = whole * 10 + rounded(rest, times: 10, over: scale, up: roundsUp)
      if tenths < 100 { return ("\(tenths / 10).\(tenths % 10)", prefix) }
    }
    let number = whole + rounded(rest, times: 1, over: scale, up: roundsUp)
    guard number >= base, power < 6 else { return ("\(number)", prefix) }
    return ("1.0", ["", base == 1000 ? "k" : "K", "M", "G", "T", "P", "E"][power + 1])
  }

  private static func rounded(_ rest: UInt64, times factor: UInt64, over scale: UInt64, up: Bool) -> UInt64 {
    let product = rest.multipliedFullWidth(by: factor)
    let (quotient, remainder) = scale.dividingFullWidth(product)
    let isMore = up ? remainder > 0 : remainder >= scale - remainder
    return quotient + (isMore ? 1 : 0)
  }
}
