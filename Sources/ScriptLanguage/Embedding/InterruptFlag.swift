// The way to stop a running script from outside.

import Synchronization

/// A request to stop, shared between a running engine and whoever may interrupt it.
///
/// The engine looks at it on every round of a loop and on every call, within a bounded number of steps.
public final class InterruptFlag: Sendable {
  private let requested = Atomic<Bool>(false)

  /// Makes a flag that is not set.
  public init() {}

  /// Asks the running script to stop; safe from any thread and from a signal handler.
  public func request() { requested.store(true, ordering: .relaxed) }

  /// Takes the request back; an engine does so itself when a run starts and when it has stopped.
  public func clear() { requested.store(false, ordering: .relaxed) }

  /// Whether a stop has been asked for; a long command may look at it and throw `ScriptInterruption`.
  public var isRequested: Bool { requested.load(ordering: .relaxed) }
}

/// Thrown by a command that saw the interrupt flag: the run ends as `.interrupted`.
public struct ScriptInterruption: Error, Equatable, Sendable {
  /// Makes the error.
  public init() {}
}
