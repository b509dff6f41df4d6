// Sizes as people write them: a number with a binary suffix.

/// Reading and writing of sizes such as `512M`.
package enum ByteCount {
  /// The suffixes and how many bits each shifts.
  private static let suffixes: [(letter: Character, shift: UInt64)] = [
    ("T", 40), ("G", 30), ("M", 20), ("K", 10),
  ]

  /// The bytes that a text stands for: decimal or `0x…`, with an optional `K`, `M`, `G` or `T` and a
  /// fraction where the result is a whole number.
  ///
  /// - Returns: nil for anything else, and for what exceeds 64 bits.
  package static func parse(_ text: String) -> UInt64? {
    if text.hasPrefix("0x") || text.hasPrefix("0X") { return UInt64(text.dropFirst(2), radix: 16) }
    var digits = Substring(text)
    var shift: UInt64 = 0
    if let last = digits.last?.uppercased(), let suffix = suffixes.first(where: { String($0.letter) == last })
    {
      shift = suffix.shift
      digits = digits.dropLast()
    }
    let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, first.allSatisfy(\.isDigit), let whole = UInt64(first) else { return nil }
    let product = whole.multipliedReportingOverflow(by: 1 << shift)
    guard !product.overflow else { return nil }
    guard parts.count == 2 else { return product.partialValue }
    guard let fraction = fractionBytes(parts[1], shift: shift) else { return nil }
    let sum = product.partialValue.addingReportingOverflow(fraction)
    return sum.overflow ? nil : sum.partialValue
  }

  /// A size with the largest suffix that leaves a whole number.
  package static func text(_ bytes: UInt64) -> String {
    for suffix in suffixes where bytes > 0 && bytes % (1 << suffix.shift) == 0 {
      return "\(bytes >> suffix.shift)\(suffix.letter)"
    }
    return "\(bytes)"
  }

  private static func fractionBytes(_ digits: Substring, shift: UInt64) -> UInt64? {
    guard (1...9).contains(digits.count), digits.allSatisfy(\.isDigit), let value = UInt64(digits) else {
      return nil
    }
    var scale: UInt64 = 1
    for _ in digits { scale *= 10 }
    let product = value.multipliedFullWidth(by: 1 << shift)
    guard product.high < scale else { return nil }
    let (quotient, remainder) = scale.dividingFullWidth(product)
    return remainder == 0 ? quotient : nil
  }
}

extension Character {
  /// Whether the character is an ASCII digit.
  fileprivate var isDigit: Bool { isASCII && isWholeNumber }
}
