// What the OOM killer reports.

/// A step of the OOM killer.
public enum OOMEvent: Sendable, Equatable {
  /// No memory could be found for a process and the killer was called.
  case invoked(by: ProcessID)
  /// It compared the processes: highest badness first.
  case ranked([OOMCandidate])
  /// It killed a process, and this many pages came free.
  case killed(process: ProcessID, name: String, freedPages: Int)
  /// It panicked instead; the text of the panic.
  case panicked(String)
}
