// Shorter ways through the machine for what loops do most.

/// A counted loop whose whole body is `sum += operand`: it runs without going through the instructions, as long
/// as everything is an integer and nothing overflows. The last round and every exception are left to them.
struct CountedSum {
  /// The distance of a `forLoop` jump to the instruction right before it.
  static let onlyInstruction: Int32 = -2

  private let sum: UnsafeMutablePointer<Slot>
  private let operand: UnsafeMutablePointer<Slot>
  private let variable: UnsafeMutablePointer<Slot>
  private let counter: UnsafeMutablePointer<Slot>
  private let isPossible: Bool

  @inline(__always)
  init(_ addition: Instruction, _ loop: Instruction, _ registers: UnsafeMutablePointer<Slot>) {
    sum = registers.at(addition.a)
    operand = registers.at(addition.registerC)
    variable = registers.at(loop.b)
    counter = registers.at(loop.a)
    isPossible = addition.a == addition.b && sum != operand && sum != variable
  }

  /// Runs rounds and returns how many.
  func run(atMost limit: Int) -> Int {
    guard isPossible, sum.pointee.tag == .integer, operand.pointee.tag == .integer else { return 0 }
    let addsVariable = operand == variable
    var total = sum.pointee.payload
    var value = operand.pointee.payload
    var count = counter[0].payload
    let last = counter[1].payload
    var rounds = 0
    while rounds < limit, count < last {
      let (next, overflow) = total.addingReportingOverflow(value)
      if overflow { break }
      total = next
      count &+= 1
      if addsVariable { value = count }
      rounds &+= 1
    }
    sum.pointee.payload = total
    counter[0].payload = count
    variable.pointee = Slot(count)
    return rounds
  }
}

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
