// What the OOM killer reports.

/// A process as the OOM killer compares it; all counts in pages.
public struct OOMCandidate: Sendable, Equatable {
  /// The process.
  public let process: ProcessID
  /// Its name.
  public let name: String
  /// The user it runs as.
  public let userID: UInt32
  /// Its whole virtual size.
  public let totalVirtualPages: Int
  /// What counts for its badness.
  public let figures: BadnessFigures
  /// Its points; `nil` when the OOM killer may not take it.
  public let badness: Int?
  /// What its `oom_score` reads.
  public let score: Int
  /// Its resident pages by kind.
  public var resident = ResidentPages()
}

/// A step of the OOM killer.
public enum OOMEvent: Sendable, Equatable {
  /// No memory could be found for a process and the killer was called.
  case invoked(by: ProcessID)
  /// It compared the processes: highest badness first.
  case ranked([OOMCandidate])
  /// It killed a process, and this many pages came free.
  case killed(process: ProcessID, freedPages: Int)
  /// It panicked instead; the text of the panic.
  case panicked(String)
}
