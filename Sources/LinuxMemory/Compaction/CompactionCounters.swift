// Counts of what compaction did since boot, for /proc/vmstat.

/// Counters of compaction and migration since boot (the kernel's `enum vm_event_item`).
package struct CompactionCounters: Sendable, Equatable, Codable {
  /// Pages that were moved (`pgmigrate_success`).
  package internal(set) var migrated = 0
  /// Pages that no target was found for (`pgmigrate_fail`).
  package internal(set) var failedMigrations = 0
  /// Pages taken out of use or off the free lists for a move (`compact_isolated`).
  package internal(set) var isolated = 0
  /// Requests that compacted for themselves (`compact_stall`).
  package internal(set) var stalls = 0
  /// Those that found no block even then (`compact_fail`).
  package internal(set) var failures = 0
  /// Those that found one (`compact_success`).
  package internal(set) var successes = 0

  /// Makes zeros.
  package init() {}
}
