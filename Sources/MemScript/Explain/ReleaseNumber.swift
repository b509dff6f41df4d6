// The number of a kernel's release, to find the rules that it has.

/// A release of Linux as numbers.
struct ReleaseNumber: Comparable, Sendable {
  /// Its parts: 6, 1, 0.
  let parts: [Int]

  /// Reads the name of a release; nil where it begins with no number.
  ///
  /// - Parameter name: such as `6.1.0-50-amd64`.
  init?(_ name: String) {
    var parts: [Int] = []
    for word in name.prefix(while: { $0.isASCII && ($0.isNumber || $0 == ".") }).split(separator: ".").prefix(
      3)
    {
      guard let part = Int(word), part < 1 << 16 else { return nil }
      parts.append(part)
    }
    guard parts.count >= 2 else { return nil }
    self.parts = parts
  }

  /// A release by its numbers.
  init(_ parts: Int...) { self.parts = parts }

  static func < (left: ReleaseNumber, right: ReleaseNumber) -> Bool {
    left.parts.lexicographicallyPrecedes(right.parts)
  }
}
