// Births and deaths of processes.

/// The start or the end of a process.
public enum ProcessEvent: Equatable, Sendable {
  /// A program was started.
  case spawned(process: ProcessID, parent: ProcessID, name: String)
  /// A copy-on-write copy of a process was made.
  case forked(process: ProcessID, parent: ProcessID, name: String)
  /// A process ended by itself.
  case exited(process: ProcessID, status: Int32)
  /// A signal ended a process.
  case killed(process: ProcessID, signal: Int32)
}
