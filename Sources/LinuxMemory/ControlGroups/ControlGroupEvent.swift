// What happens to control groups.

/// A step in the life of a control group; all counts in pages unless said otherwise.
public enum ControlGroupEvent: Sendable, Equatable {
  /// A group was made.
  case made(path: String)
  /// A group was removed; what it still holds goes when somebody frees it.
  case removed(path: String, heldPages: Int)
  /// A process came into a group.
  case moved(process: ProcessID, path: String)
  /// A charge ran into `memory.max` of a group and had to reclaim there, so many times in a row.
  case limited(group: String, times: Int)
  /// Reclaim freed pages of a group for its own limit.
  case reclaimed(group: String, pages: Int)
  /// Pages were taken although `memory.low` protects them.
  case protectionBroken(group: String)
  /// Nothing more could be reclaimed in a group: the OOM killer is asked.
  case outOfMemory(group: String)
  /// A process was charged above `memory.high` and slept.
  case throttled(process: ProcessID, group: String, microseconds: UInt64)
  /// A process cannot go on: its group has no room and nobody in it may be killed.
  case stuck(process: ProcessID, group: String)
}
