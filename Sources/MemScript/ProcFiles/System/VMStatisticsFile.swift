// /proc/vmstat of a machine.

import LinuxMemory

/// The counters of `/proc/vmstat` that the simulation keeps, in the kernel's order (mm/vmstat.c).
///
/// A counter of what is not modelled is left out, unless nothing of it can ever happen, which makes 0 the truth.
enum VMStatisticsFile {
  /// The content of the file.
  static func text(_ machine: Machine) -> String {
    let counters =
      zoneCounters(machine) + NodeCounters.all(of: machine) + events(machine) + balancing(machine)
      + compaction(machine.compaction) + impossible
    return counters.map { "\($0.name) \($0.value)\n" }.joined() + "nr_unstable 0\n"
  }

  private static func zoneCounters(_ machine: Machine) -> [NodeCounters.Counter] {
    let statistics = machine.memoryStatistics
    return [
      ("nr_free_pages", machine.pageAllocator.freePageCount),
      ("nr_zone_inactive_anon", statistics.inactiveAnonymous),
      ("nr_zone_active_anon", statistics.activeAnonymous),
      ("nr_zone_inactive_file", statistics.inactiveFile), ("nr_zone_active_file", statistics.activeFile),
      ("nr_zone_unevictable", statistics.unevictable), ("nr_zone_write_pending", 0),
      ("nr_mlock", statistics.mlocked), ("nr_bounce", 0), ("nr_zspages", 0), ("nr_free_cma", 0),
    ]
  }

  private static func events(_ machine: Machine) -> [NodeCounters.Counter] {
    let reclaim = machine.reclaim.counters
    let swap = [("pswpin", reclaim.swappedIn), ("pswpout", reclaim.swappedOut)]
    let pages: [NodeCounters.Counter] = [
      ("pgactivate", reclaim.activated), ("pgdeactivate", reclaim.deactivated),
      ("pgsteal_kswapd", reclaim.stolenByKswapd), ("pgsteal_direct", reclaim.stolenDirectly),
      ("pgdemote_kswapd", 0), ("pgdemote_direct", 0), ("pgsteal_anon", reclaim.stolenAnonymous),
      ("pgsteal_file", reclaim.stolenFile), ("pageoutrun", reclaim.kswapdRuns),
      ("drop_pagecache", reclaim.cacheDrops), ("oom_kill", reclaim.oomKills),
    ]
    return swap + pages
  }

  /// What moving pages between memory nodes would count; the simulated machine has one.
  private static func balancing(_ machine: Machine) -> [NodeCounters.Counter] {
    guard machine.configuration.architecture == .x8664 else { return [] }
    return [
      "numa_pte_updates", "numa_huge_pte_updates", "numa_hint_faults", "numa_hint_faults_local",
      "numa_pages_migrated",
    ].map { ($0, 0) }
  }

  private static func compaction(_ counters: CompactionCounters) -> [NodeCounters.Counter] {
    [
      ("pgmigrate_success", counters.migrated), ("pgmigrate_fail", counters.failedMigrations),
      ("thp_migration_success", 0), ("thp_migration_fail", 0), ("thp_migration_split", 0),
      ("compact_isolated", counters.isolated), ("compact_stall", counters.stalls),
      ("compact_fail", counters.failures), ("compact_success", counters.successes),
    ]
  }

  /// What cannot happen on the simulated machine: it has no hugetlb pages, no balloon, no merging of like pages, no
  /// compressed swap.
  private static let impossible: [NodeCounters.Counter] = [
    "htlb_buddy_alloc_success", "htlb_buddy_alloc_fail", "thp_file_alloc", "thp_file_fallback",
    "thp_file_fallback_charge", "thp_file_mapped", "thp_swpout", "thp_swpout_fallback", "balloon_inflate",
    "balloon_deflate", "balloon_migrate", "ksm_swpin_copy", "cow_ksm", "zswpin", "zswpout",
  ].map { ($0, 0) }
}
