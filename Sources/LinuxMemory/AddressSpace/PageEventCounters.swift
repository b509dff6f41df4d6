// Counts of what page faults and calls on address spaces did since boot, for /proc/vmstat.

/// Counters of faults, huge pages and locked pages since boot, over all processes (the kernel's
/// `enum vm_event_item`).
public struct PageEventCounters: Sendable, Equatable, Codable {
  /// Page faults, major ones included (`pgfault`).
  public internal(set) var faults = 0
  /// Faults that read a page from a device (`pgmajfault`).
  public internal(set) var majorFaults = 0
  /// Write-protected pages that became writable without a copy (`pgreuse`).
  public internal(set) var reusedPages = 0
  /// Pages given to MADV_FREE (`pglazyfree`).
  public internal(set) var lazilyFreedPages = 0
  /// Those of them that reclaim dropped (`pglazyfreed`).
  public internal(set) var droppedLazyPages = 0
  /// Huge pages given to faults (`thp_fault_alloc`).
  public internal(set) var hugePages = 0
  /// Faults that wanted a huge page and found none (`thp_fault_fallback`).
  public internal(set) var hugePageFallbacks = 0
  /// Those of them that found one for which their group had no room (`thp_fault_fallback_charge`).
  public internal(set) var hugePageChargeFallbacks = 0
  /// Huge pages of zeros that were made (`thp_zero_page_alloc`).
  public internal(set) var hugeZeroPages = 0
  /// Pages that mlock put on the unevictable list (`unevictable_pgs_mlocked`).
  public internal(set) var lockedPages = 0
  /// Pages that munlock took off it (`unevictable_pgs_munlocked`).
  public internal(set) var unlockedPages = 0

  /// Makes zeros.
  public init() {}
}
