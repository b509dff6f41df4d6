// Division by positive numbers, in 32 bits where that is possible.

extension Int64 {
  /// The remainder by a positive divisor; 32-bit division, where it is possible, takes half the time.
  @inline(__always)
  func remainder(by divisor: Int64) -> Int64 {
    if (self | divisor) >> 32 == 0 {
      return Int64(UInt32(truncatingIfNeeded: self) % UInt32(truncatingIfNeeded: divisor))
    }
    return self % divisor
  }

  /// The quotient by a positive divisor.
  @inline(__always)
  func quotient(by divisor: Int64) -> Int64 {
    if (self | divisor) >> 32 == 0 {
      return Int64(UInt32(truncatingIfNeeded: self) / UInt32(truncatingIfNeeded: divisor))
    }
    return self / divisor
  }
}
