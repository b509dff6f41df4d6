// MemAvailable: how much memory could be had without swapping.

/// The estimate behind `MemAvailable` (`si_mem_available`, mm/page_alloc.c).
enum AvailableMemory {
  /// What counts of a zone, in pages.
  struct ZoneMarks: Equatable {
    /// Pages of the allocator, and the low and high watermark with their boost.
    var managed: Int, low: Int, high: Int
    /// The largest lowmem reserve.
    var reserve: Int
  }

  /// The estimate in pages: what is free above the zones' reserves, and all of the page cache and of reclaimable slab
  /// but half of each, or the low watermarks where those are less.
  static func pages(free: Int, filePages: Int, reclaimableSlab: Int, zones: [ZoneMarks]) -> Int {
    let low = zones.reduce(0) { $0 + $1.low }
    let reserves = zones.reduce(0) { $0 + min($1.managed, $1.reserve + $1.high) }
    let cache = filePages - min(filePages / 2, low)
    let slab = reclaimableSlab - min(reclaimableSlab / 2, low)
    return max(0, free - reserves + cache + slab)
  }
}
