// What a run has left of its limits, and why it has to stop.

/// The account of one run: everybody who works for the script charges it here and learns whether to go on.
///
/// Once a limit is passed, or the interrupt flag seen, the budget is stopped: every later charge fails with the
/// same error until the next run begins. It belongs to the thread that runs the script.
public final class ScriptBudget {
  /// What a run may take.
  public internal(set) var limits: ScriptLimits
  /// Why the run has to stop; nil while it may go on.
  public private(set) var stop: (any Error)?

  private let interruption: InterruptFlag
  /// How many bytes the host keeps for the script.
  private let stateBytes: () -> Int
  /// The steps that were not handed out yet.
  private var stepsLeft = Int.max
  /// The steps that may be charged before the next look at flag, clock and limits.
  private var pool = 0
  private var outputLeft = Int.max
  /// How many steps are taken before the host's state is measured again.
  private var untilMeasured = 0
  private var begin: Duration?
  private var untilCompileLook = 0
  /// The account of the run that this one is a part of: it is charged for each step, and its end is this one's end.
  package var payer: ScriptBudget?
  /// About how many bytes compiling has taken in this run.
  private(set) var compiledBytes = 0

  /// How many steps are taken between two looks.
  private static let stepsPerLook = 2048
  /// How many bytes one step may add to the host's state at most.
  private static let stateBytesPerStep = 512

  init(
    interruption: InterruptFlag = InterruptFlag(), limits: ScriptLimits,
    stateBytes: @escaping () -> Int = { 0 }
  ) {
    self.interruption = interruption
    self.limits = limits
    self.stateBytes = stateBytes
  }

  /// How many steps of ``ScriptLimits/steps`` the present run has taken, or the last one.
  public var stepsTaken: Int { limits.steps.map { max($0, 0) - stepsLeft - max(pool, 0) } ?? 0 }

  /// Whether the run has to stop.
  public var isStopped: Bool { stop != nil }

  /// Begins the account of a run.
  ///
  /// - Parameter isMeasured: whether the state was measured in an earlier run and counts from there: a call that takes
  ///   less than a microsecond cannot look at all of it.
  func start(isMeasured: Bool = false) {
    stop = nil
    stepsLeft = max(limits.steps ?? .max, 0)
    outputLeft = max(limits.outputBytes ?? .max, 0)
    pool = 0
    if !isMeasured { untilMeasured = 0 }
    untilCompileLook = 0
    compiledBytes = 0
    begin = limits.deadline?.now()
    if isCancelled { stop = ScriptInterruption() }
  }

  /// Whether somebody wants the run to end: by the flag, or by cancelling the task that it runs in.
  private var isCancelled: Bool { interruption.isRequested || Task.isCancelled }

  /// Ends the run with an error, unless it is stopped already.
  public func stop(with error: any Error) {
    if stop == nil { stop = error }
  }

  /// Ends the run because a limit was passed.
  ///
  /// - Returns: the error to throw.
  @discardableResult
  public func stop(at limit: ScriptLimit) -> any Error {
    let error = limit.error(under: limits)
    stop(with: error)
    return stop ?? error
  }

  /// Throws when the run has to stop.
  @inline(__always)
  public func check() throws {
    if let stop { throw stop }
  }

  /// Charges steps for work that was done, or is about to be.
  ///
  /// - Parameter steps: from 0.
  /// - Throws: the reason why the run has to stop.
  @inline(__always)
  public func charge(_ steps: Int) throws {
    pool &-= steps
    if pool < 0 { try settle(stateBytes) }
  }

  /// As ``charge(_:)``, for who cannot throw.
  ///
  /// - Returns: whether the run may go on.
  public func spend(_ steps: Int) -> Bool {
    (try? charge(steps)) != nil
  }

  /// How many steps the present run may still take.
  package var stepsToGo: Int { stepsLeft + max(pool, 0) }

  /// As ``spend(_:)``, for a host in the middle of changing its state.
  ///
  /// - Parameters:
  ///   - steps: from 0.
  ///   - measuring: measures the state for this once; nil where it cannot be measured.
  public func spend(_ steps: Int, measuring: () -> Int?) -> Bool {
    pool &-= steps
    return pool >= 0 || (try? settle(measuring)) != nil
  }

  /// Charges the bytes of a text that is made, searched or printed.
  @inline(__always)
  public func charge(bytes: Int) throws { try charge(bytes >> 6 &+ 1) }

  /// Hands out steps to a loop that counts for itself; it comes back when they are used up.
  func handOut() throws -> Int {
    try look(Self.stepsPerLook, stateBytes)
    let steps = min(stepsLeft, Self.stepsPerLook)
    guard steps > 0 else { throw stop(at: .steps) }
    stepsLeft -= steps
    return steps
  }

  /// Takes back steps that were handed out and not used.
  func giveBack(_ steps: Int) { stepsLeft += max(steps, 0) }

  /// Takes what was charged beyond the pool, and fills that again.
  private func settle(_ measure: () -> Int?) throws {
    let debt = 0 &- pool
    pool = 0
    guard debt <= stepsLeft else {
      stepsLeft = 0
      throw stop(at: .steps)
    }
    stepsLeft -= debt
    try look(debt + Self.stepsPerLook, measure)
    pool = min(stepsLeft, Self.stepsPerLook)
    stepsLeft -= pool
  }

  /// Looks at everything that may end the run.
  ///
  /// - Parameter steps: how many were taken since the last look, at most.
  private func look(_ steps: Int, _ measuring: () -> Int?) throws {
    try check()
    if isCancelled {
      stop(with: ScriptInterruption())
    } else if let begin, let deadline = limits.deadline, deadline.now() - begin > deadline.duration {
      stop(at: .deadline)
    } else if let payer, !payer.spend(steps) {
      stop(with: payer.stop ?? ScriptInterruption())
    } else {
      untilMeasured -= min(steps, untilMeasured)
      if untilMeasured == 0, let bytes = measuring() { measure(bytes) }
    }
    try check()
  }

  /// Whether a compilation may go on; cheap enough to be asked for each token. Compiling takes no steps: the size of
  /// the source bounds it.
  ///
  /// - Parameter bytes: about how many bytes of the host's memory the last part took.
  @inline(__always)
  func mayGoOnCompiling(taking bytes: Int = 0) -> Bool {
    compiledBytes &+= bytes
    untilCompileLook &-= 1
    return untilCompileLook > 0 || lookWhileCompiling()
  }

  private func lookWhileCompiling() -> Bool {
    if compiledBytes > limits.heapBytes { stop(at: .heapBytes) }
    // Once it may not go on, each further question comes here, too.
    untilCompileLook = 0
    guard (try? look(0, stateBytes)) != nil else { return false }
    untilCompileLook = Self.stepsPerLook
    return true
  }

  /// Compares the size of the host's state with its limit.
  ///
  /// - Parameter bytes: how many there are. The next time to look is when the state could have reached the limit.
  public func measure(_ bytes: Int) {
    guard bytes <= limits.stateBytes else {
      stop(at: .stateBytes)
      return
    }
    untilMeasured = max((limits.stateBytes - bytes) / Self.stateBytesPerStep, Self.stepsPerLook)
  }

  /// Takes bytes from the allowance for output.
  ///
  /// - Returns: how many of them may be printed; where that is less than asked for, the budget is stopped.
  public func takeOutput(_ bytes: Int) -> Int {
    guard spend(bytes >> 6 &+ 1) else { return 0 }
    let taken = min(bytes, outputLeft)
    outputLeft -= taken
    if taken < bytes { stop(at: .outputBytes) }
    return taken
  }
}
