// Counts of what reclaim did since boot, for /proc/vmstat.

/// Counters of reclaim and swap since boot, in pages unless said otherwise (the kernel's `enum vm_event_item`).
public struct ReclaimCounters: Sendable, Equatable {
  /// Pages read from swap (`pswpin`).
  public internal(set) var swappedIn = 0
  /// Pages written to swap (`pswpout`).
  public internal(set) var swappedOut = 0
  /// How often a process had to reclaim for itself (`allocstall`).
  public internal(set) var directReclaims = 0
  /// How often kswapd ran (`pageoutrun`).
  public internal(set) var kswapdRuns = 0
  /// Pages that kswapd freed (`pgsteal_kswapd`).
  public internal(set) var stolenByKswapd = 0
  /// Pages that asking processes freed (`pgsteal_direct`).
  public internal(set) var stolenDirectly = 0
  /// Anonymous pages freed (`pgsteal_anon`).
  public internal(set) var stolenAnonymous = 0
  /// File pages freed (`pgsteal_file`).
  public internal(set) var stolenFile = 0
  /// Pages moved to an active list (`pgactivate`).
  public internal(set) var activated = 0
  /// Pages moved back to an inactive list (`pgdeactivate`).
  public internal(set) var deactivated = 0
  /// Processes that the OOM killer took (`oom_kill`).
  public internal(set) var oomKills = 0
  /// How often the page cache was dropped on request (`drop_pagecache`).
  public internal(set) var cacheDrops = 0

  /// Makes zeros.
  public init() {}
}
