// Order-0 pages in bulk: the outcome of many single requests at the cost of a few.

extension PageAllocator {
  /// Takes order-0 pages, exactly those that `count` calls of `allocate(order: 0…)` would return.
  ///
  /// - Parameters:
  ///   - count: how many pages are wanted.
  ///   - flags: zones and migrate type.
  ///   - watermark: the mark that a zone must keep.
  ///   - extents: receives the pages in order of allocation, joined where they are consecutive.
  /// - Returns: how many pages were taken; fewer than `count` when the zones reached the mark.
  public mutating func allocatePages(
    _ count: Int, _ flags: GFPFlags, watermark: Watermark, into extents: inout [FrameRange]
  ) -> Int {
    let requestClass = requestClass(of: flags)
    let type = flags.migrateType
    var left = count
    let gentle = avoidsFragmentation(requestClass, watermark)
    while left > 0 {
      for index in zoneOrder[requestClass] where left > 0 {
        left -= zones[index].takePages(
          left, type: type, watermark, requestClass: requestClass, avoidsFragmentation: gentle,
          into: &extents)
      }
      guard left > 0 else { break }
      // A single request knows what else may be done: mixing migrate types in a second round.
      guard let frame = allocate(order: 0, flags, watermark: watermark) else { break }
      extents.appendJoined(FrameRange(start: frame, count: 1))
      left -= 1
    }
    return count - left
  }

  /// Frees order-0 pages, in ascending order, as `count` calls of `free(_:order: 0)` would.
  public mutating func freePages(_ range: FrameRange) {
    var start = range.start
    var left = range.count
    while left > 0, let index = zoneIndex(of: start) {
      let room = zones[index].start.rawValue + zones[index].spanned - start.rawValue
      let count = Swift.min(left, room)
      zones[index].putPages(FrameRange(start: start, count: count))
      start = start + count
      left -= count
    }
  }
}

extension Zone {
  /// Takes order-0 pages for requests that are each checked against the watermark.
  ///
  /// - Returns: how many pages were taken before the zone refused.
  mutating func takePages(
    _ wanted: Int, type: MigrateType, _ watermark: Watermark, requestClass: Int,
    avoidsFragmentation: Bool, into extents: inout [FrameRange]
  ) -> Int {
    let list = PerCPUPages.listNumber(order: 0, type: type)
    let floor = floorPages(watermark, requestClass: requestClass)
    var left = wanted
    while left > 0, watermark == .none || freePages > floor {
      while left > 0, let run = perCPU.lists[list].popHeadRun(atMost: left) {
        perCPU.count -= run.count
        left -= run.count
        extents.appendJoined(run)
      }
      guard left > 0 else { break }
      let batch = perCPU.batch
      let allowed = (freePages - floor + batch - 1) / batch
      let whole = Swift.max(0, Swift.min(allowed, (left + batch - 1) / batch) - 1)
      let bulk = takeBulk(
        whole * batch, type: type, avoidsFragmentation: avoidsFragmentation, into: &extents)
      left -= bulk
      guard left > 0 else { break }
      refill(list, order: 0, type: type, avoidsFragmentation: avoidsFragmentation)
      // The request that caused the refill passed the check before it.
      if let first = perCPU.lists[list].popHeadRun(atMost: 1) {
        perCPU.count -= 1
        extents.appendJoined(first)
      } else if watermark.usesAtomicReserve, let frame = removeSmallest(order: 0, type: .highAtomic) {
        extents.appendJoined(FrameRange(start: FrameNumber(frame), count: 1))
      } else {
        break
      }
      left -= 1
    }
    perCPU.freeFactor >>= Swift.min(wanted - left, 16)
    return wanted - left
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

  /// Frees order-0 pages in ascending order through the per-CPU lists.
  mutating func putPages(_ range: FrameRange) {
    var start = range.start.rawValue
    let end = start + range.count
    while start < end {
      let type = pageblockType(of: start)
      var stop = Swift.min(end, ((start >> pageblockOrder) + 1) << pageblockOrder)
      while stop < end, pageblockType(of: stop) == type {
        stop = Swift.min(end, stop + (1 << pageblockOrder))
      }
      putPages(from: start, to: stop, type: type)
      start = stop
    }
  }

  private mutating func putPages(from start: Int, to end: Int, type: MigrateType) {
    guard type != .isolate else {
      return insertPages(FrameRange(start: FrameNumber(start), count: end - start), ascending: true)
    }
    let list = PerCPUPages.listNumber(order: 0, type: type.isMergeable ? type : .movable)
    var current = start
    while current < end {
      let room = Swift.max(1, perCPUHighNow - perCPU.count)
      let count = Swift.min(room, end - current)
      perCPU.lists[list].pushHead(BlockRun(first: current, count: count, step: 1))
      perCPU.count += count
      current += count
      trimPerCPU(list, order: 0)
    }
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
