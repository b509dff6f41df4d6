// The way to stop a running script from outside.

import Synchronization

/// A request to stop, shared between a running engine and whoever may interrupt it.
///
/// The engine looks at it within a bounded number of steps, wherever a run is. A request stays until it is taken
/// back: one that comes just before a run stops that run.
public final class InterruptFlag: Sendable {
  private let requested = Atomic<Bool>(false)

  /// Makes a flag that is not set.
  public init() {}

  /// Asks the running script to stop; safe from any thread and from a signal handler.
  public func request() { requested.store(true, ordering: .relaxed) }

  /// Takes the request back, so that the next run goes on to its end.
  public func clear() { requested.store(false, ordering: .relaxed) }

  /// Whether a stop has been asked for; a long command may look at it and throw `ScriptInterruption`.
  public var isRequested: Bool { requested.load(ordering: .relaxed) }
}

/// Thrown by a command that saw the interrupt flag: the run ends as `.interrupted`.
public struct ScriptInterruption: Error, Equatable, Sendable {
  /// Makes the error.
  public init() {}
}
