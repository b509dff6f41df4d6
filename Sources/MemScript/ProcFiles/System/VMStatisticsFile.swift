// /proc/vmstat of a machine.

import LinuxMemory

/// The counters of `/proc/vmstat`: every line of the kernel's file, in its order (mm/vmstat.c).
///
/// What a booted kernel counted before its first program is there as far as the simulation boots too (pages given
/// out, pages freed); the rest starts at 0 with the first command.
enum VMStatisticsFile {
  /// The content of the file.
  static func text(_ machine: Machine) -> String {
    let isWide = machine.configuration.architecture == .x8664
    let counters =
      zoneCounters(machine) + NodeCounters.all(of: machine) + writebackCounters(machine)
      + transfers(machine) + allocations(machine) + reclaim(machine, isWide: isWide)
      + VMEventCounters.balancing(isWide: isWide) + VMEventCounters.compaction(machine.compaction)
      + VMEventCounters.unevictable(machine.pageEvents)
      + VMEventCounters.hugePages(machine.pageEvents, isWide: isWide) + VMEventCounters.last(machine)
    return counters.map { "\($0.name) \($0.value)\n" }.joined()
  }

  private static func zoneCounters(_ machine: Machine) -> [NodeCounters.Counter] {
    let statistics = machine.memoryStatistics
    return [
      ("nr_free_pages", machine.pageAllocator.freePageCount),
      ("nr_zone_inactive_anon", statistics.inactiveAnonymous),
      ("nr_zone_active_anon", statistics.activeAnonymous),
      ("nr_zone_inactive_file", statistics.inactiveFile), ("nr_zone_active_file", statistics.activeFile),
      ("nr_zone_unevictable", statistics.unevictable), ("nr_zone_write_pending", machine.files.dirtyPages),
      ("nr_mlock", statistics.mlocked), ("nr_bounce", 0), ("nr_zspages", 0), ("nr_free_cma", 0),
    ] + NodeCounters.locality(machine.pageAllocator.zones, machine)
  }

  private static func writebackCounters(_ machine: Machine) -> [NodeCounters.Counter] {
    let limits = machine.dirtyLimits
    return [
      ("nr_dirty_threshold", limits.writer), ("nr_dirty_background_threshold", limits.background),
    ]
  }

  /// What went to and from disks, in KiB for files and swap together.
  private static func transfers(_ machine: Machine) -> [NodeCounters.Counter] {
    let reclaim = machine.reclaim.counters
    return [
      ("pgpgin", (reclaim.readFromDisk + reclaim.swappedIn) * 4),
      ("pgpgout", (reclaim.written + reclaim.swappedOut) * 4),
      ("pswpin", reclaim.swappedIn), ("pswpout", reclaim.swappedOut),
    ]
  }

  /// Pages given out and taken back, and requests that had to wait for reclaim, zone by zone.
  private static func allocations(_ machine: Machine) -> [NodeCounters.Counter] {
    let zones = machine.pageAllocator.zones
    let stalls = machine.reclaim.counters.directReclaimsByClass
    let names = zones.map { $0.name.lowercased().replacing("highmem", with: "high") }
    let given = zones.reduce(0) { $0 + $1.allocatedPages }
    let reclaim = machine.reclaim.counters
    return zip(names, zones).map { ("pgalloc_\($0)", $1.allocatedPages) }
      + names.enumerated().map { ("allocstall_\($1)", stalls.indices.contains($0) ? stalls[$0] : 0) }
      + names.map { ("pgskip_\($0)", 0) }
      + [
        // Boot freed all memory once; since then, what was given out and is free again.
        ("pgfree", given + machine.pageAllocator.freePageCount + machine.pageAllocator.perCPUPageCount),
        ("pgactivate", reclaim.activated), ("pgdeactivate", reclaim.deactivated),
      ]
  }

  private static func reclaim(_ machine: Machine, isWide: Bool) -> [NodeCounters.Counter] {
    let reclaim = machine.reclaim.counters
    let pages = machine.pageEvents
    let faults: [NodeCounters.Counter] = [
      ("pglazyfree", pages.lazilyFreedPages), ("pgfault", pages.faults), ("pgmajfault", pages.majorFaults),
      ("pglazyfreed", pages.droppedLazyPages), ("pgrefill", reclaim.refilled),
      ("pgreuse", pages.reusedPages),
    ]
    let scans: [NodeCounters.Counter] = [
      ("pgsteal_kswapd", reclaim.stolenByKswapd), ("pgsteal_direct", reclaim.stolenDirectly),
      ("pgdemote_kswapd", 0), ("pgdemote_direct", 0), ("pgscan_kswapd", reclaim.scannedByKswapd),
      ("pgscan_direct", reclaim.scannedDirectly), ("pgscan_direct_throttle", 0),
      ("pgscan_anon", reclaim.scannedAnonymous), ("pgscan_file", reclaim.scannedFile),
      ("pgsteal_anon", reclaim.stolenAnonymous), ("pgsteal_file", reclaim.stolenFile),
    ]
    let runs: [NodeCounters.Counter] = [
      ("pginodesteal", 0), ("slabs_scanned", 0), ("kswapd_inodesteal", 0),
      ("kswapd_low_wmark_hit_quickly", reclaim.lowMarkHitQuickly), ("kswapd_high_wmark_hit_quickly", 0),
      ("pageoutrun", reclaim.kswapdRuns), ("pgrotated", reclaim.rotated),
      ("drop_pagecache", reclaim.cacheDrops), ("drop_slab", reclaim.slabDrops),
      ("oom_kill", reclaim.oomKills),
    ]
    return faults + scans + (isWide ? [("zone_reclaim_failed", 0)] : []) + runs
  }
}
