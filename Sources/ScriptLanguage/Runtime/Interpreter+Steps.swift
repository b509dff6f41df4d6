// The step budget and the interrupt flag, looked at every so many steps.

extension Interpreter {
  /// How many steps are taken between two looks at the interrupt flag.
  private static let stepsPerLook = 2048

  /// Starts the budget of a run and returns the first steps.
  func startSteps() -> Int {
    stepsLeft = limits.steps.map { max(0, $0) }
    return handOutSteps()
  }

  /// Looks at the interrupt flag and the budget when the steps handed out are used up; returns new ones.
  func moreSteps() throws -> Int {
    if interruption.isRequested { throw ScriptInterruption() }
    if stepsLeft == 0 {
      throw ScriptError(
        "the script took more than \(limits.steps ?? 0) steps", hint: "the limit is `ScriptLimits.steps`")
    }
    return handOutSteps()
  }

  private func handOutSteps() -> Int {
    guard let left = stepsLeft else { return Interpreter.stepsPerLook }
    let steps = min(left, Interpreter.stepsPerLook)
    stepsLeft = left - steps
    return max(1, steps)
  }
}
