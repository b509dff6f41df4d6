// MemAvailable: how much memory could be had without swapping.

/// The estimate behind `MemAvailable` (`si_mem_available`, mm/page_alloc.c).
package enum AvailableMemory {
  /// What counts of a zone, in pages.
  package struct ZoneMarks: Equatable, Sendable {
    /// Pages of the allocator.
    package var managed: Int
    /// The low watermark with its boost.
    package var low: Int
    /// The high watermark.
    package var high: Int
    /// The largest lowmem reserve.
    package var reserve: Int

    /// Makes the marks of a zone.
    package init(managed: Int, low: Int, high: Int, reserve: Int) {
      (self.managed, self.low, self.high, self.reserve) = (managed, low, high, reserve)
    }

    /// Pages that user memory does not get (`calculate_totalreserve_pages`, mm/page_alloc.c). The kernel computes it
    /// when the marks are set, so a boost does not count.
    var totalReserve: Int { min(managed, reserve + high) }
  }

  /// The estimate in pages: what is free above the zones' reserves, and all of the page cache and of reclaimable slab
  /// but half of each, or the low watermarks where those are less.
  package static func pages(free: Int, filePages: Int, reclaimableSlab: Int, zones: [ZoneMarks]) -> Int {
    let low = zones.reduce(0) { $0 + $1.low }
    let reserves = zones.reduce(0) { $0 + $1.totalReserve }
    let cache = filePages - min(filePages / 2, low)
    let slab = reclaimableSlab - min(reclaimableSlab / 2, low)
    return max(0, free - reserves + cache + slab)
  }
}

extension Machine {
  /// How many pages could be had without swapping (MemAvailable in pages).
  public var availablePages: Int {
    AvailableMemory.pages(
      free: pageAllocator.freePageCount,
      filePages: pageLists.count(.activeFile) + pageLists.count(.inactiveFile),
      reclaimableSlab: slab.reclaimablePages,
      zones: pageAllocator.zones.map(\.marks))
  }
}

extension MemoryZone {
  /// What counts of the zone when it is asked how much could be had.
  var marks: AvailableMemory.ZoneMarks {
    AvailableMemory.ZoneMarks(
      managed: managed, low: lowWatermark + watermarkBoost, high: highWatermark,
      reserve: lowmemReserve.max() ?? 0)
  }
}
