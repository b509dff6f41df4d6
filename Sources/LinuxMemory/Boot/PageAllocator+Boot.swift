// Setting the zones up and giving them their pages.

extension PageAllocator {
  /// Makes the zones of a machine as they are when the kernel has started: managed pages on the free
  /// lists, marks and reserves computed, nothing allocated yet.
  package init(configuration: MachineConfiguration) {
    let memory = PhysicalMemory(configuration)
    self.init(configuration: configuration, memory: memory)
    for range in memory.freedLate { addManaged(range) }
  }

  /// Makes the zones as they are before the memory of the initialisation code is freed.
  init(configuration: MachineConfiguration, memory: PhysicalMemory) {
    let profile = configuration.profile
    let zones = memory.layout.zones.map {
      MemoryZone(
        kind: $0.kind, start: $0.start, spanned: $0.spanned, present: $0.present,
        pageblockOrder: profile.pageblockOrder)
    }
    self.zones = zones
    routes = RequestRoutes(zones, hasDMA32: profile.dma32Limit != nil)
    let normal = zones.firstIndex { $0.kind == .normal && $0.isPopulated }
    guardedClass = profile.dma32Limit == nil ? -1 : normal ?? -1
    lowmemReserveRatio = profile.lowmemReserveRatio
    cpus = configuration.cpus
    release(memory)
    // The code for other processors goes before the marks are computed (`alternative_instructions`), through
    // per-CPU lists that have their first size (`setup_per_cpu_pageset`).
    for index in zones.indices {
      self.zones[index].perCPU.resize(managed: zones[index].managed, lowWatermark: 0, cpus: cpus)
    }
    addManaged(memory.freedBeforeMarks)
    computeMarks(configuration)
  }

  /// Puts everything that boot did not reserve on the free lists, ascending, each block at the tail.
  private mutating func release(_ memory: PhysicalMemory) {
    let late = memory.freedLate + [memory.freedBeforeMarks]
    let withheld = (memory.reserved + late).sorted { $0.start < $1.start }
    for range in memory.ram {
      var start = range.start
      for hole in withheld where hole.end > range.start && hole.start < range.end {
        if hole.start > start { releaseFresh(from: start, to: hole.start) }
        start = Swift.max(start, hole.end)
      }
      if start < range.end { releaseFresh(from: start, to: range.end) }
    }
  }

  private mutating func releaseFresh(from start: FrameNumber, to end: FrameNumber) {
    var start = start
    while start < end, let index = zoneIndex(of: start) {
      let zoneEnd = zones[index].start + zones[index].spanned
      let stop = Swift.min(end, zoneEnd)
      zones[index].releaseFresh(from: start.rawValue, to: stop.rawValue)
      start = stop
    }
  }

  /// The marks as `init_per_zone_wmark_min` and khugepaged set them before init memory was freed.
  private mutating func computeMarks(_ configuration: MachineConfiguration) {
    let scale = configuration.kernel.bootedValue(of: "watermark_scale_factor")
    setWatermarks(minFreeKilobytes: calculatedMinFreeKilobytes, scaleFactor: scale)
    setLowmemReserve(ratio: lowmemReserveRatio)
    guard hasRoomForHugePages, configuration.transparentHugePages != .never else { return }
    let recommended = recommendedMinFreeKilobytes
    if recommended > minFreeKilobytes {
      setWatermarks(minFreeKilobytes: recommended, scaleFactor: scale)
    }
  }

  /// Whether the kernel switches huge pages on; below 512 MiB it leaves them off (`hugepage_init`,
  /// mm/huge_memory.c).
  var hasRoomForHugePages: Bool { totalPages >= (512 << 20) / 4096 }

}

extension MemoryZone {
  /// Puts pages that were never allocated on the free lists: blocks as large as their alignment allows,
  /// each at the tail, so that the lists rise from the head (`memblock_free_pages`).
  ///
  /// High memory is freed page by page instead, each block at the head, so that its lists fall.
  mutating func releaseFresh(from start: Int, to end: Int) {
    managed += end - start
    guard kind != .highMem else {
      return insertPages(FrameRange(start: FrameNumber(start), count: end - start), ascending: true)
    }
    var current = start
    while current < end {
      let size = 1 << Self.largestOrder
      if current & (size - 1) == 0, end - current >= size {
        let blocks = (end - current) >> Self.largestOrder
        largest[Int(MigrateType.movable.rawValue)].pushTail(
          BlockRun(first: current >> Self.largestOrder, count: blocks, step: 1))
        freePages += blocks << Self.largestOrder
        current += blocks << Self.largestOrder
        continue
      }
      let fits = Int.bitWidth - 1 - (end - current).leadingZeroBitCount
      let order = Swift.min(current.trailingZeroBitCount, fits, Self.largestOrder)
      insertBlock(current, order: order, type: pageblockType(of: current), toTail: true)
      current += 1 << order
    }
  }
}
