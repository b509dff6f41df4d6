// Counts of what reclaim did since boot, for /proc/vmstat.

/// Counters of reclaim and swap since boot, in pages unless said otherwise (the kernel's `enum vm_event_item`).
package struct ReclaimCounters: Sendable, Equatable, Codable {
  /// Pages read from swap (`pswpin`).
  package internal(set) var swappedIn = 0
  /// Pages written to swap (`pswpout`).
  package internal(set) var swappedOut = 0
  /// How often a process had to reclaim for itself (`allocstall`).
  package internal(set) var directReclaims = 0
  /// The same by the class of the request, the lowest zone first; empty until the first one (`allocstall_*`).
  package internal(set) var directReclaimsByClass: [Int] = []
  /// Pages that kswapd looked at (`pgscan_kswapd`).
  package internal(set) var scannedByKswapd = 0
  /// Pages that asking processes looked at (`pgscan_direct`).
  package internal(set) var scannedDirectly = 0
  /// Anonymous pages looked at (`pgscan_anon`).
  package internal(set) var scannedAnonymous = 0
  /// File pages looked at (`pgscan_file`).
  package internal(set) var scannedFile = 0
  /// Active pages looked at (`pgrefill`).
  package internal(set) var refilled = 0
  /// Pages put in front because their writing had ended (`pgrotated`).
  package internal(set) var rotated = 0
  /// How often kswapd was woken again before 0.1 s had passed (`kswapd_low_wmark_hit_quickly`).
  package internal(set) var lowMarkHitQuickly = 0
  /// Pages that were read because a neighbour was (`swap_ra`).
  package internal(set) var readAhead = 0
  /// Those of them that were wanted afterwards (`swap_ra_hit`).
  package internal(set) var readAheadHits = 0
  /// Anonymous pages that came back from swap (`workingset_refault_anon`).
  package internal(set) var refaultedAnonymous = 0
  /// File pages that came back soon after they had been dropped (`workingset_refault_file`).
  package internal(set) var refaultedFile = 0
  /// Those of them that became active at once (`workingset_activate_file`).
  package internal(set) var activatedByRefault = 0
  /// Those of them that had been active before they were dropped (`workingset_restore_file`).
  package internal(set) var restoredFile = 0
  /// How often slab caches were shrunk on request (`drop_slab`).
  package internal(set) var slabDrops = 0
  /// How often kswapd ran (`pageoutrun`).
  package internal(set) var kswapdRuns = 0
  /// Pages that kswapd freed (`pgsteal_kswapd`).
  package internal(set) var stolenByKswapd = 0
  /// Pages that asking processes freed (`pgsteal_direct`).
  package internal(set) var stolenDirectly = 0
  /// Anonymous pages freed (`pgsteal_anon`).
  package internal(set) var stolenAnonymous = 0
  /// File pages freed (`pgsteal_file`).
  package internal(set) var stolenFile = 0
  /// Pages moved to an active list (`pgactivate`).
  package internal(set) var activated = 0
  /// Pages moved back to an inactive list (`pgdeactivate`).
  package internal(set) var deactivated = 0
  /// Processes that the OOM killer took (`oom_kill`).
  package internal(set) var oomKills = 0
  /// How often the page cache was dropped on request (`drop_pagecache`).
  package internal(set) var cacheDrops = 0

  /// Pages of files read from a disk (a part of `pgpgin`, which is in KiB).
  package internal(set) var readFromDisk = 0
  /// Pages of files that became dirty (`nr_dirtied`).
  package internal(set) var dirtied = 0
  /// Pages of files written to a disk (`nr_written`).
  package internal(set) var written = 0

  /// Makes zeros.
  package init() {}
}
