// What memory amounts to as a whole: what is free, what CPUs have of their own, how the kernel maps it.

extension Machine {
  /// Free memory in bytes: that of all zones (MemFree) and what waits in the per-CPU page lists.
  public var freeBytes: UInt64 {
    UInt64(clamping: pageAllocator.zones.reduce(0) { $0 + $1.freePages + $1.allCPUsCount }) << pageShift
  }

  /// Pages of per-CPU memory (`pcpu_nr_pages`, Percpu): the populated ones of a unit, for all units.
  public var perCPUPages: Int {
    let footprint = configuration.build.footprint
    return (footprint.perCPUPages + footprint.addedPerCPUPages) * PerCPULayout(configuration).count
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
