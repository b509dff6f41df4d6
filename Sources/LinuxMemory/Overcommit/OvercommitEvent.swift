// What the commit account reports.

/// Something that happened to a request for committed memory.
public enum OvercommitEvent: Sendable, Equatable {
  /// A request was refused; all figures in pages. In mode 0 `limit` is RAM plus swap, otherwise what the sum
  /// of promises had to stay below.
  case refused(process: ProcessID, mode: OvercommitMode, asked: Int, limit: Int, committed: Int)
}
