// Sizes as GNU and util-linux tools read them.

/// Reading of numbers such as `600M`, `10MB` or `2x512`.
enum ToolSize {
  /// The bytes that a text stands for: a decimal or `0x` number with an optional suffix `K`, `M`, `G`, `T`, `P`
  /// (also `KiB` …, in powers of 1024) or `KB`, `MB` … (in powers of 1000).
  ///
  /// - Returns: nil for anything else, and for what exceeds 64 bits.
  static func parse(_ text: String) -> UInt64? {
    guard let (number, suffix) = split(text), let factor = factor(of: suffix) else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? nil : bytes
  }

  /// The same, with what dd(1) knows beside: the suffixes `c`, `w` and `b`, and factors joined by `x`.
  static func parseForDd(_ text: String) -> UInt64? {
    if text.hasPrefix("0x") { return nil }
    var product: UInt64 = 1
    for part in text.split(separator: "x", omittingEmptySubsequences: false) {
      guard let (number, suffix) = split(String(part)) else { return nil }
      let units: [String: UInt64] = ["c": 1, "w": 2, "b": 512]
      guard let factor = units[suffix] ?? factor(of: suffix) else { return nil }
      let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
      let (next, overflowToo) = product.multipliedReportingOverflow(by: bytes)
      if overflow || overflowToo { return nil }
      product = next
    }
    return product
  }

  private static func split(_ text: String) -> (UInt64, String)? {
    if text.hasPrefix("0x") { return UInt64(text.dropFirst(2), radix: 16).map { ($0, "") } }
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    return UInt64(digits).map { ($0, String(text.dropFirst(digits.count))) }
  }

  private static func factor(of suffix: String) -> UInt64? {
    guard let letter = suffix.first else { return 1 }
    let letters: [Character] = ["K", "M", "G", "T", "P"]
    guard let power = letters.firstIndex(of: letter == "k" ? "K" : letter) else { return nil }
    let base: UInt64
    switch suffix.dropFirst() {
    case "", "iB": base = 1024
    case "B": base = 1000
    default: return nil
    }
    return (0...power).reduce(1) { factor, _ in factor * base }
  }

  /// A size in powers of 1000 or 1024 with at most one digit behind the point, as dd(1) and `ls -h` print it.
  ///
  /// - Parameters:
  ///   - rounding: how the last digit comes out: to the nearest (dd) or up (ls).
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
