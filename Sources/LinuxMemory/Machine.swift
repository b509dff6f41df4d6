// The simulated machine: the state of all layers in one value.

/// A simulated Linux machine. A copy is a snapshot.
///
/// Calls that a process makes are methods in `Machine+….swift` files beside the mechanism they start
/// from; this file only lists the state.
public struct Machine: Sendable {
  /// Microseconds since boot; only sleep and usleep advance it.
  public internal(set) var clock: UInt64
  /// The processes.
  public internal(set) var processes: ProcessTable
  /// What happened, for a listener that wants to know.
  public var events = EventRecorder()
}
