// The limits of a run as the virtual machine asks for them.

extension Interpreter {
  /// What a run may take.
  var limits: ScriptLimits { budget.limits }

  /// Takes a step of those that were handed out to the loop.
  ///
  /// - Parameters:
  ///   - steps: what is left of them.
  ///   - more: steps beside the one.
  @inline(__always)
  func takeStep(_ steps: inout Int, and more: Int = 0) throws {
    steps &-= 1 &+ more
    if steps <= 0 { steps = try moreSteps(after: steps) }
  }

  /// New steps for the loop when those handed out are used up. Apart from it, so that it keeps no budget at hand.
  ///
  /// - Parameter rest: what is left of those before; below 0 when more were taken.
  @inline(never)
  func moreSteps(after rest: Int) throws -> Int {
    if rest < 0 { try budget.charge(0 &- rest) }
    return try budget.handOut()
  }

  /// Charges the steps that a loop over elements takes before it runs.
  func charge(elements count: Int) throws { try budget.charge(count) }

  /// The steps of a shell command beside what it prints, searches and touches.
  static let stepsOfShellCommand = 64

  /// The steps for the texts among a call's arguments, which the host may copy and keep.
  @inline(__always)
  func textWeight(_ arguments: UnsafeMutablePointer<Slot>, _ count: Int) -> Int {
    var bytes = 0
    for index in 0..<count where arguments[index].tag == .string {
      bytes &+= arguments[index].object.pointee.count
    }
    return bytes >> 6
  }

  func heapExhausted() -> ScriptError { ScriptLimit.heapBytes.error(under: limits) }
}
