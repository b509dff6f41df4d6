// What a report says about memory at the moment.

extension Machine {
  /// The state of memory for a report.
  ///
  /// - Parameter flags: those of the request that failed: only zones that it could use are shown.
  func memoryReport(flags: GFPFlags) -> MemoryReport {
    let zones = pageAllocator.zones
    let requestClass = pageAllocator.requestClass(of: flags)
    let present = zones.reduce(0) { $0 + $1.present }
    return MemoryReport(
      namesNode: configuration.profile.hasNodes, zones: Array(zones[...requestClass]),
      node: memoryStatistics, zoneStatistics: Array(zoneStatistics[...requestClass]),
      free: (pageAllocator.freePageCount, pageAllocator.perCPUPageCount),
      isAllUnreclaimable: reclaim.kswapdFailures >= ReclaimState.failureLimit,
      swap: (swap.freeSlots, swap.totalSlots),
      ram: (
        present, zones.reduce(0) { $0 + ($1.kind == .highMem ? $1.managed : 0) },
        present - pageAllocator.totalPages
      ),
      hugePageKilobytes: configuration.profile.hugePageSize >> 10)
  }
}
