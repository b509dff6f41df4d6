// How a process ended.

/// The end of a process, as its parent learns it from wait(2).
public enum ExitStatus: Hashable, Sendable, Codable {
  /// It called exit with this status, of which wait(2) passes on the low eight bits.
  case exited(Int32)
  /// This signal killed it.
  case killed(signal: Int32)

  /// What a shell shows in `$?`: the status, or 128 + the signal.
  public var shellStatus: Int32 {
    switch self {
    case .exited(let status): status & 0xff
    case .killed(let signal): 128 + signal
    }
  }
}
