// Order-0 pages in bulk: the outcome of many single requests at the cost of a few.

extension PageAllocator {
  /// Takes order-0 pages, exactly those that `count` calls of `allocate(order: 0…)` would return.
  ///
  /// - Parameters:
  ///   - count: how many pages are wanted.
  ///   - flags: zones and migrate type.
  ///   - watermark: the mark that a zone must keep.
  ///   - stopsAtBoost: whether to return as soon as a mark was boosted, because kswapd is to hear of it.
  ///   - extents: receives the pages in order of allocation, joined where they are consecutive.
  /// - Returns: how many pages were taken; fewer than `count` when the zones reached the mark or, if wanted, a boost.
  package mutating func allocatePages(
    _ count: Int, _ flags: GFPFlags, watermark: Watermark, stopsAtBoost: Bool = false,
    into extents: inout [FrameRange]
  ) -> Int {
    let requestClass = requestClass(of: flags)
    let type = flags.migrateType
    var left = count
    let gentle = avoidsFragmentation(requestClass, watermark)
    while left > 0 {
      for index in (0...requestClass).reversed() where left > 0 && zones[index].isPopulated {
        left -= zones[index].takePages(
          left, type: type, watermark, requestClass: requestClass, avoidsFragmentation: gentle,
          stopsAtBoost: stopsAtBoost, into: &extents)
        if stopsAtBoost, zones[index].hasNewBoost, left < count { return count - left }
      }
      guard left > 0 else { break }
      // A single request knows what else may be done: mixing migrate types in a second round.
      guard let frame = allocate(order: 0, flags, watermark: watermark) else { break }
      extents.appendJoined(FrameRange(start: frame, count: 1))
      left -= 1
    }
    return count - left
  }

  /// Frees order-0 pages one after the other, as `count` calls of `free(_:order: 0)` would.
  ///
  /// - Parameters:
  ///   - range: the pages.
  ///   - descending: whether the highest page is freed first, so that the next requests get the pages in
  ///     ascending order.
  package mutating func freePages(_ range: FrameRange, descending: Bool = false) {
    var low = range.start.rawValue
    var high = low + range.count
    while low < high, let index = zoneIndex(of: FrameNumber(descending ? high - 1 : low)) {
      let zone = zones[index].start.rawValue..<zones[index].start.rawValue + zones[index].spanned
      let part = Swift.max(low, zone.lowerBound)..<Swift.min(high, zone.upperBound)
      zones[index].putPages(part, descending: descending)
      if descending { high = part.lowerBound } else { low = part.upperBound }
    }
  }

  /// Takes over memory that boot held back until now, page by page.
  mutating func addManaged(_ range: FrameRange) {
    guard let index = zoneIndex(of: range.start) else { return }
    zones[index].managed += range.count
    freePages(range)
  }
}

extension MemoryZone {
  /// Takes order-0 pages for requests that are each checked against the watermark.
  ///
  /// - Returns: how many pages were taken before the zone refused.
  mutating func takePages(
    _ wanted: Int, type: MigrateType, _ watermark: Watermark, requestClass: Int,
    avoidsFragmentation: Bool, stopsAtBoost: Bool = false, into extents: inout [FrameRange]
  ) -> Int {
    let list = PerCPUPages.listNumber(order: 0, type: type)
    var floor = floorPages(watermark, requestClass: requestClass, ignoresBoost: watermark == .atomic)
    var left = wanted
    while left > 0, watermark == .none || freePages > floor {
      while left > 0, let run = perCPU[list].popHeadRun(atMost: left) {
        perCPU.count -= run.count
        left -= run.count
        extents.appendJoined(run)
      }
      guard left > 0 else { break }
      let batch = perCPU.batch
      let allowed = (freePages - floor + batch - 1) / batch
      // A batch that takes blocks of other types may raise the marks for the requests behind it, so it goes
      // the way of single requests.
      let needed = Swift.min(allowed, (left + batch - 1) / batch) - 1
      let whole = Swift.max(0, Swift.min(needed, freePages(ofType: type) / batch))
      let bulk = takeBulk(
        whole * batch, type: type, avoidsFragmentation: avoidsFragmentation, into: &extents)
      left -= bulk
      guard left > 0 else { break }
      refill(list, order: 0, type: type, avoidsFragmentation: avoidsFragmentation)
      // The request that caused the refill passed the check before it.
      if let first = perCPU[list].popHeadRun(atMost: 1) {
        perCPU.count -= 1
        extents.appendJoined(first)
      } else if watermark.fallsBackOnAtomicReserve, let frame = removeSmallest(order: 0, type: .highAtomic) {
        extents.appendJoined(FrameRange(start: FrameNumber(frame), count: 1))
      } else {
        break
      }
      left -= 1
      if stopsAtBoost, hasNewBoost { break }
      floor = floorPages(watermark, requestClass: requestClass, ignoresBoost: watermark == .atomic)
    }
    perCPU.freeFactor >>= Swift.min(wanted - left, 16)
    allocatedPages &+= wanted - left
    servedRequests &+= wanted - left
    return wanted - left
  }

  /// Pages on the free lists of a migrate type.
  private func freePages(ofType type: MigrateType) -> Int {
    (0...Self.largestOrder).reduce(0) { $0 + freeBlockCount(order: $1, type: type) << $1 }
  }

  /// Takes pages straight from the free lists, as full per-CPU batches that are used up would.
  private mutating func takeBulk(
    _ wanted: Int, type: MigrateType, avoidsFragmentation: Bool, into extents: inout [FrameRange]
  ) -> Int {
    var left = wanted
    while left > 0,
      let run = takePageRun(atMost: left, type: type, avoidsFragmentation: avoidsFragmentation)
    {
      extents.appendJoined(run)
      left -= run.count
    }
    return wanted - left
  }

  /// Frees order-0 pages through the per-CPU lists, in ascending or descending order.
  mutating func putPages(_ range: Range<Int>, descending: Bool) {
    var range = range
    while !range.isEmpty {
      let part = uniformPart(of: range, atTop: descending)
      putPages(part, type: pageblockType(of: part.lowerBound), descending: descending)
      range =
        descending ? range.lowerBound..<part.lowerBound : part.upperBound..<range.upperBound
    }
  }

  /// The longest part at one end of a range whose page blocks have one type.
  private func uniformPart(of range: Range<Int>, atTop: Bool) -> Range<Int> {
    let size = 1 << pageblockOrder
    if atTop {
      let type = pageblockType(of: range.upperBound - 1)
      var low = (range.upperBound - 1) & ~(size - 1)
      while low > range.lowerBound, pageblockType(of: low - 1) == type { low -= size }
      return Swift.max(low, range.lowerBound)..<range.upperBound
    }
    let type = pageblockType(of: range.lowerBound)
    var high = (range.lowerBound & ~(size - 1)) + size
    while high < range.upperBound, pageblockType(of: high) == type { high += size }
    return range.lowerBound..<Swift.min(high, range.upperBound)
  }

  private mutating func putPages(_ range: Range<Int>, type: MigrateType, descending: Bool) {
    guard type != .isolate else {
      return insertPages(
        FrameRange(start: FrameNumber(range.lowerBound), count: range.count), ascending: !descending)
    }
    let list = PerCPUPages.listNumber(order: 0, type: type.isMergeable ? type : .movable)
    var left = range.count
    while left > 0 {
      let count = Swift.min(Swift.max(1, perCPUHighNow - perCPU.count), left)
      let first = descending ? range.lowerBound + left - 1 : range.upperBound - left
      perCPU[list].pushHead(BlockRun(first: first, count: count, step: descending ? -1 : 1))
      perCPU.count += count
      left -= count
      trimPerCPU(list, order: 0)
      left -= passThrough(left, ofRunFrom: range, list: list, descending: descending)
    }
  }

  /// Frees pages through a list that is as full as it gets: as many go back at its tail as come at its head.
  ///
  /// - Parameters:
  ///   - left: how many pages of the range are still to be freed.
  ///   - range: the pages; those left lie at its end, or at its start when the highest is freed first.
  /// - Returns: how many were freed, whole rounds of filling and giving back.
  private mutating func passThrough(
    _ left: Int, ofRunFrom range: Range<Int>, list: Int, descending: Bool
  ) -> Int {
    guard let round = steadyGiveBack, perCPU.count == perCPUHighNow - round, left >= 2 * round else {
      return 0
    }
    let count = left / round * round
    let first = descending ? range.lowerBound + left - 1 : range.upperBound - left
    perCPU[list].pushHead(BlockRun(first: first, count: count, step: descending ? -1 : 1))
    drain(count, ofSinglePagesOn: list)
    return count
  }
}

extension Array where Element == FrameRange {
  /// Appends a run, joined to the last one when it follows on.
  mutating func appendJoined(_ range: FrameRange) {
    if let last = last, last.end == range.start {
      self[count - 1].count += range.count
    } else {
      append(range)
    }
  }

  /// Appends the pages of a run of order-0 blocks in list order.
  mutating func appendJoined(_ run: BlockRun) {
    if run.step > 0 || run.count == 1 {
      appendJoined(FrameRange(start: FrameNumber(run.first), count: run.count))
    } else {
      for position in 0..<run.count {
        appendJoined(FrameRange(start: FrameNumber(run.first - position), count: 1))
      }
    }
  }
}
