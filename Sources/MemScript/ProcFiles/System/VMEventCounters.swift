// The events of /proc/vmstat beyond reclaim: compaction, locked and huge pages, and what cannot happen here.

import LinuxMemory

/// Parts of `/proc/vmstat`, each in the kernel's order.
///
/// 0 stands where it is the truth: nothing of the kind can happen on the simulated machine.
enum VMEventCounters {
  /// What moving pages between memory nodes would count; the simulated machine has one.
  static func balancing(isWide: Bool) -> [NodeCounters.Counter] {
    guard isWide else { return [] }
    return zeros([
      "numa_pte_updates", "numa_huge_pte_updates", "numa_hint_faults", "numa_hint_faults_local",
      "numa_pages_migrated",
    ])
  }

  /// Migration and compaction. The scanners' ways are not counted, and kcompactd never runs by itself.
  static func compaction(_ counters: CompactionCounters) -> [NodeCounters.Counter] {
    [
      ("pgmigrate_success", counters.migrated), ("pgmigrate_fail", counters.failedMigrations),
      ("thp_migration_success", 0), ("thp_migration_fail", 0), ("thp_migration_split", 0),
      ("compact_migrate_scanned", 0), ("compact_free_scanned", 0), ("compact_isolated", counters.isolated),
      ("compact_stall", counters.stalls), ("compact_fail", counters.failures),
      ("compact_success", counters.successes), ("compact_daemon_wake", 0),
      ("compact_daemon_migrate_scanned", 0), ("compact_daemon_free_scanned", 0),
      ("htlb_buddy_alloc_success", 0), ("htlb_buddy_alloc_fail", 0),
    ]
  }

  /// Locked pages. They are put on their list at once, so that reclaim never finds one elsewhere.
  static func unevictable(_ counters: PageEventCounters) -> [NodeCounters.Counter] {
    zeros(["unevictable_pgs_culled", "unevictable_pgs_scanned"]) + [
      ("unevictable_pgs_rescued", counters.unlockedPages), ("unevictable_pgs_mlocked", counters.lockedPages),
      ("unevictable_pgs_munlocked", counters.unlockedPages),
    ] + zeros(["unevictable_pgs_cleared", "unevictable_pgs_stranded"])
  }

  /// Transparent huge pages. khugepaged does not run, and splits are not counted.
  static func hugePages(_ counters: PageEventCounters, isWide: Bool) -> [NodeCounters.Counter] {
    [
      ("thp_fault_alloc", counters.hugePages), ("thp_fault_fallback", counters.hugePageFallbacks),
      ("thp_fault_fallback_charge", 0),
    ]
      + zeros([
        "thp_collapse_alloc", "thp_collapse_alloc_failed", "thp_file_alloc", "thp_file_fallback",
        "thp_file_fallback_charge", "thp_file_mapped", "thp_split_page", "thp_split_page_failed",
        "thp_deferred_split_page", "thp_split_pmd", "thp_scan_exceed_none_pte", "thp_scan_exceed_swap_pte",
        "thp_scan_exceed_share_pte",
      ]) + (isWide ? [("thp_split_pud", 0)] : []) + [
        ("thp_zero_page_alloc", counters.hugeZeroPages), ("thp_zero_page_alloc_failed", 0),
        ("thp_swpout", 0), ("thp_swpout_fallback", 0),
      ]
  }

  /// Readahead from swap, between what cannot happen: there is no balloon, no merging of like pages, no compressed
  /// swap, and the direct map is never split after boot.
  static func last(_ machine: Machine) -> [NodeCounters.Counter] {
    let reclaim = machine.reclaim.counters
    return zeros(["balloon_inflate", "balloon_deflate", "balloon_migrate"]) + [
      ("swap_ra", reclaim.readAhead), ("swap_ra_hit", reclaim.readAheadHits),
    ]
      + zeros([
        "ksm_swpin_copy", "cow_ksm", "zswpin", "zswpout", "direct_map_level2_splits",
        "direct_map_level3_splits", "nr_unstable",
      ])
  }

  private static func zeros(_ names: [String]) -> [NodeCounters.Counter] { names.map { ($0, 0) } }
}
