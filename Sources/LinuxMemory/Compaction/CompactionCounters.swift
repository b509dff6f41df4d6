// Counts of what compaction did since boot, for /proc/vmstat.

/// Counters of compaction and migration since boot (the kernel's `enum vm_event_item`).
public struct CompactionCounters: Sendable, Equatable {
  /// Pages that were moved (`pgmigrate_success`).
  public internal(set) var migrated = 0
  /// Pages that no target was found for (`pgmigrate_fail`).
  public internal(set) var failedMigrations = 0
  /// Pages taken out of use or off the free lists for a move (`compact_isolated`).
  public internal(set) var isolated = 0
  /// Requests that compacted for themselves (`compact_stall`).
  public internal(set) var stalls = 0
  /// Those that found no block even then (`compact_fail`).
  public internal(set) var failures = 0
  /// Those that found one (`compact_success`).
  public internal(set) var successes = 0

  /// Makes zeros.
  public init() {}
}
