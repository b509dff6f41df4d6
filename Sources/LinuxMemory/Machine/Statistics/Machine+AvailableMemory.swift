// MemAvailable: how much memory could be had without swapping.

/// The estimate behind `MemAvailable` (`si_mem_available`, mm/page_alloc.c).
public enum AvailableMemory {
  /// What counts of a zone, in pages.
  public struct ZoneMarks: Equatable, Sendable {
    /// Pages of the allocator.
    public var managed: Int
    /// The low watermark with its boost.
    public var low: Int
    /// The high watermark.
    public var high: Int
    /// The largest lowmem reserve.
    public var reserve: Int

    /// Makes the marks of a zone.
    public init(managed: Int, low: Int, high: Int, reserve: Int) {
      (self.managed, self.low, self.high, self.reserve) = (managed, low, high, reserve)
    }
  }

  /// The estimate in pages: what is free above the zones' reserves, and all of the page cache and of reclaimable slab
  /// but half of each, or the low watermarks where those are less.
  public static func pages(free: Int, filePages: Int, reclaimableSlab: Int, zones: [ZoneMarks]) -> Int {
    let low = zones.reduce(0) { $0 + $1.low }
    let reserves = zones.reduce(0) { $0 + min($1.managed, $1.reserve + $1.high) }
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
      zones: pageAllocator.zones.map { zone in
        AvailableMemory.ZoneMarks(
          managed: zone.managed, low: zone.lowWatermark + zone.watermarkBoost,
          high: zone.highWatermark, reserve: zone.lowmemReserve.max() ?? 0)
      })
  }

  /// How the direct map is made: KiB in pages of 4 KiB, and in large ones (`DirectMap4k` and its kin).
  ///
  /// Large pages, but for what boot split and the rest at the end of memory.
  public var directMapKilobytes: (small: Int, large: Int) {
    let zones = pageAllocator.zones
    // The firmware keeps the last 128 KiB.
    let ram = Int(configuration.ram >> 10) - 128
    let lowmem = zones.last { $0.kind == .normal && $0.isPopulated }
    let hasHighMemory = zones.contains { $0.kind == .highMem && $0.isPopulated }
    let end = hasHighMemory ? min(ram, lowmem.map { ($0.start.rawValue + $0.spanned) * 4 } ?? ram) : ram
    let large = configuration.profile.hugePageSize / 1024
    let split = configuration.build.calibrated.splitDirectMapPages
    let small = min(end % large + (hasHighMemory ? split.withHighMemory : split.without) * large, end)
    return (small, end - small)
  }
}
