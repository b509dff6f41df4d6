// Watermarks, lowmem reserves and min_free_kbytes.

extension MemoryZone {
  /// The number of free pages that must remain for a request of a class.
  ///
  /// - Parameter ignoresBoost: whether the marks count without their boost, as they do for a single page that
  ///   an atomic request wants.
  @inline(__always)
  func floorPages(_ watermark: Watermark, requestClass: Int, ignoresBoost: Bool = false) -> Int {
    // Nearly every request is the fast path's.
    if watermark == .low {
      return lowWatermark &+ watermarkBoost &+ highAtomicReserve &+ lowmemReserve[requestClass]
    }
    guard watermark != .none else { return 0 }
    let boost = ignoresBoost ? 0 : watermarkBoost
    let mark = watermark.pages(
      min: minWatermark + boost, low: lowWatermark + boost, high: highWatermark + boost)
    let reserved = watermark.countsAtomicReserve ? 0 : highAtomicReserve
    return mark + reserved + lowmemReserve[requestClass]
  }

  /// Whether the zone may serve a request (`zone_watermark_fast`).
  @inline(__always)
  func mayGive(order: Int, _ watermark: Watermark, requestClass: Int) -> Bool {
    guard watermark != .none else { return isPopulated }
    let floor = floorPages(
      watermark, requestClass: requestClass, ignoresBoost: order == 0 && watermark == .atomic)
    if order == 0 { return freePages > floor }
    guard freePages - ((1 << order) - 1) > floor else { return false }
    // Enough pages are free; at least one block must be large enough too.
    for current in order...Self.largestOrder {
      for type in 0..<MigrateType.perCPUCount {
        let type = MigrateType(rawValue: UInt8(type)) ?? .unmovable
        if freeBlockCount(order: current, type: type) > 0 { return true }
      }
      if watermark.prefersAtomicReserve || watermark == .oomVictim,
        freeBlockCount(order: current, type: .highAtomic) > 0
      {
        return true
      }
    }
    return false
  }
}

extension PageAllocator {
  /// Pages that requests can take before the first of them falls to the low watermark.
  ///
  /// - Parameter flags: which zones the requests may use.
  func sparePages(_ flags: GFPFlags) -> Int {
    let requestClass = requestClass(of: flags)
    return zones[...requestClass].reduce(0) { spare, zone in
      spare + Swift.max(0, zone.freePages - zone.floorPages(.low, requestClass: requestClass))
    }
  }

  /// Sets `min_free_kbytes` and the watermark scale and computes every zone's marks
  /// (`__setup_per_zone_wmarks`).
  ///
  /// - Parameters:
  ///   - minFreeKilobytes: kilobytes for all zones below HighMem together.
  ///   - scaleFactor: distance of the marks in ten-thousandths of a zone's pages.
  package mutating func setWatermarks(minFreeKilobytes: Int, scaleFactor: Int) {
    self.minFreeKilobytes = minFreeKilobytes
    watermarkScaleFactor = scaleFactor
    let pages = minFreeKilobytes >> 2
    let lowmem = zones.reduce(0) { $0 + ($1.kind.isLowmem ? $1.managed : 0) }
    let hasHighMemory = zones.contains { $0.kind == .highMem && $0.isPopulated }
    for index in zones.indices {
      let managed = zones[index].managed
      let share = lowmem == 0 ? 0 : Self.scaled(pages, by: managed, over: lowmem)
      // Movable counts as high memory where HighMem has pages (`is_highmem_idx`).
      let kind = zones[index].kind
      let highMemory = kind == .highMem || hasHighMemory && !kind.isLowmem
      let mark = highMemory ? Swift.min(Swift.max(managed / 1024, 32), 128) : share
      let gap = Swift.max(share >> 2, Self.scaled(managed, by: scaleFactor, over: 10_000))
      zones[index].minWatermark = mark
      zones[index].lowWatermark = mark + gap
      zones[index].highWatermark = mark + 2 * gap
      zones[index].watermarkBoost = 0
      zones[index].perCPU.resize(managed: managed, lowWatermark: mark + gap, cpus: cpus)
    }
  }

  /// Sets `lowmem_reserve_ratio` and computes what each zone keeps from requests that could be served
  /// from a higher one (`setup_per_zone_lowmem_reserve`).
  ///
  /// - Parameter ratio: one divisor per zone; 0 reserves nothing, missing ones count as 0.
  package mutating func setLowmemReserve(ratio: [Int]) {
    lowmemReserveRatio = ratio
    for index in zones.indices {
      var above = 0
      var reserve = [Int](repeating: 0, count: zones.count)
      for higher in zones.indices where higher > index {
        above += zones[higher].managed
        let divisor = index < ratio.count ? ratio[index] : 0
        reserve[higher] = divisor == 0 || zones[index].managed == 0 ? 0 : above / divisor
      }
      zones[index].lowmemReserve = reserve
    }
  }

  /// Sets the fallback boost of the watermarks (`watermark_boost_factor`, 15000 by default); 0 turns it
  /// off. Whoever runs kswapd clears a boost with `lowerWatermarkBoost`.
  package mutating func setWatermarkBoostFactor(_ factor: Int) {
    for index in zones.indices { zones[index].watermarkBoostFactor = factor }
  }

  /// Takes boost off the marks of a zone, as kswapd does at the end of a run.
  ///
  /// - Parameter pages: how much, at most all there is; what was added meanwhile stays for the next run.
  mutating func lowerWatermarkBoost(zone index: Int, by pages: Int) {
    zones[index].watermarkBoost -= min(pages, zones[index].watermarkBoost)
  }

  /// The highest zone of a class of requests whose boost grew since this was last asked; `nil` when none did.
  mutating func takeNewBoost(requestClass: Int) -> Int? {
    guard let index = (0...requestClass).last(where: { zones[$0].hasNewBoost }) else { return nil }
    for zone in 0...requestClass { zones[zone].hasNewBoost = false }
    return index
  }

  /// Notes that kswapd works on the zones that a class of requests can use, or no longer does
  /// (`update_reclaim_active`, mm/vmscan.c): their per-CPU lists stay short meanwhile.
  mutating func setReclaimActive(_ isActive: Bool, requestClass: Int) {
    for index in zones.indices where index <= requestClass && zones[index].managed > 0 {
      zones[index].isReclaimActive = isActive
    }
  }

  /// What `min_free_kbytes` is by itself: `4 · sqrt(lowmem kilobytes)`, between 128 and 262144
  /// (`calculate_min_free_kbytes`).
  package var calculatedMinFreeKilobytes: Int {
    let kilobytes = pagesAboveHighWatermarks * 4
    return Swift.min(Swift.max(Self.squareRoot(kilobytes * 16), 128), 262_144)
  }

  /// What transparent huge pages raise `min_free_kbytes` to (`set_recommended_min_free_kbytes`,
  /// mm/khugepaged.c): eleven page blocks per zone, at most 5 % of low memory.
  package var recommendedMinFreeKilobytes: Int {
    let lowmem = zones.filter { $0.isPopulated && $0.kind.isLowmem }
    guard let first = lowmem.first else { return 0 }
    let types = MigrateType.perCPUCount * MigrateType.perCPUCount
    let pages = (1 << first.pageblockOrder) * lowmem.count * (2 + types)
    return Swift.min(pages, pagesAboveHighWatermarks / 20) * 4
  }

  /// Pages of low memory beyond the high watermarks (`nr_free_buffer_pages`).
  package var pagesAboveHighWatermarks: Int {
    zones.reduce(0) { $0 + ($1.kind.isLowmem ? Swift.max(0, $1.managed - $1.highWatermark) : 0) }
  }

  /// `value · factor / divisor` without overflow for page counts and factors that a script can set.
  private static func scaled(_ value: Int, by factor: Int, over divisor: Int) -> Int {
    guard value > 0, factor > 0, divisor > 0 else { return 0 }
    let product = value.multipliedFullWidth(by: factor)
    guard product.high < divisor else { return Int.max / 4 }
    return Swift.min(divisor.dividingFullWidth(product).quotient, Int.max / 4)
  }

  /// The largest integer whose square is not above `value`.
  static func squareRoot(_ value: Int) -> Int {
    guard value > 0 else { return 0 }
    var low = 0
    var high = 1 << ((Int.bitWidth - value.leadingZeroBitCount + 1) / 2 + 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if middle.multipliedReportingOverflow(by: middle).overflow || middle * middle > value {
        high = middle
      } else {
        low = middle
      }
    }
    return low
  }
}

extension ZoneKind {
  /// Whether the kernel maps the zone at all times, so that its pages count as low memory.
  var isLowmem: Bool { self <= .normal }
}
