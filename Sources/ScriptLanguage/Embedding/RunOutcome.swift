// How a run of a script ended.

/// The end of one run.
public enum RunOutcome: Equatable, Sendable {
  /// Every statement ran and every `expect` held.
  case finished
  /// The script called exit, returned from C's `main`, or a command failed under `set -e`: its exit status, 0…255.
  case exited(Int32)
  /// The run did not reach its end, or an `expect` did not hold.
  case failed(ScriptFailure)
  /// A statement hook asked for a pause; `Session/resume()` goes on.
  case paused

  /// Why the run failed; nil when it did not.
  public var failure: ScriptFailure? { if case .failed(let failure) = self { failure } else { nil } }

  /// What a shell makes of the end: 0, the exit status, 1 for a failure, 128 + its number for a signal, 130 for a run that
  /// was stopped.
  public var exitStatus: Int32 {
    switch self {
    case .finished, .paused: return 0
    case .exited(let status): return status
    case .failed(let failure):
      switch failure.kind {
      case .signal(let number): return 128 + number
      case .cancelled: return 130
      default: return 1
      }
    }
  }

  /// The end of a run that was stopped from outside.
  public static let interrupted = RunOutcome.failed(ScriptFailure(kind: .cancelled))

  /// The end of a run whose process `main` was ended by a signal.
  public static func killed(signal: Int32) -> RunOutcome { .failed(ScriptFailure(kind: .signal(signal))) }
}
