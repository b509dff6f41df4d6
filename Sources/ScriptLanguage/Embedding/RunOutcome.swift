// How a run of a script ended.

/// The end of one run.
public enum RunOutcome: Equatable, Sendable {
  /// Every statement ran and every `expect` held.
  case finished
  /// The script has errors, a runtime error, or failed `expect`s; all of them, in order.
  case failed([Diagnostic])
  /// The script ended early with this exit code: `main` exited or died (128 + the signal).
  case exited(Int32)
  /// The interrupt flag was set.
  case interrupted
}
