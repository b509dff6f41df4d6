// Rounding to powers of two.

extension Int {
  /// The least power of two that is not below a number.
  static func powerOfTwo(atLeast number: Int) -> Int {
    number <= 1 ? 1 : 1 << (Int.bitWidth - (number - 1).leadingZeroBitCount)
  }

  /// The largest power of two that is not above a number.
  static func powerOfTwo(atMost number: Int) -> Int {
    number <= 1 ? 1 : 1 << (Int.bitWidth - 1 - number.leadingZeroBitCount)
  }
}
