// The limits of a run as the virtual machine asks for them.

extension Interpreter {
  /// What a run may take.
  var limits: ScriptLimits { budget.limits }

  /// New steps for the loop when those handed out are used up. Apart from it, so that it keeps no budget at hand.
  @inline(never)
  func moreSteps() throws -> Int { try budget.handOut() }

  /// Charges the steps that a loop over elements takes before it runs.
  func charge(elements count: Int) throws { try budget.charge(count) }

  func heapExhausted() -> ScriptError { ScriptLimit.heapBytes.error(under: limits) }
}
