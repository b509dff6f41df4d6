// What compaction reports.

/// A step of compaction.
public enum CompactionEvent: Sendable, Equatable {
  /// A zone was compacted: so many pages moved, and this is its largest free order now.
  case compacted(zone: String, order: Int?, movedPages: Int, largestOrder: Int?)
  /// A zone was left alone: too little is free, or reclaim would help more than moving pages.
  case unsuitable(zone: String, order: Int)
}
