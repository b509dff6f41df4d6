// The way of single blocks through the per-CPU lists.

extension MemoryZone {
  /// Takes a page that a per-CPU list holds ready, when the watermark allows it; nil leaves the zone as it is.
  @inline(__always)
  mutating func takeCached(type: MigrateType, _ watermark: Watermark, requestClass: Int) -> Int? {
    let floor = floorPages(watermark, requestClass: requestClass, ignoresBoost: watermark == .atomic)
    guard freePages > floor || watermark == .none else {
      return nil
    }
    return perCPU.popPage(type: type)
  }

  /// Takes a block for a request that passed the watermark (`rmqueue`).
  @inline(__always)
  mutating func take(
    order: Int, type: MigrateType, watermark: Watermark, avoidsFragmentation: Bool
  ) -> Int? {
    if PerCPUPages.caches(order: order, pageblockOrder: pageblockOrder) {
      perCPU.freeFactor >>= 1
      let list = PerCPUPages.listNumber(order: order, type: type)
      if let block = perCPU[list].popHead() {
        perCPU.count -= 1 << order
        return block << order
      }
      refill(list, order: order, type: type, avoidsFragmentation: avoidsFragmentation)
      if let block = perCPU[list].popHead() {
        perCPU.count -= 1 << order
        return block << order
      }
    }
    return takeFromBuddy(
      order: order, type: type, watermark: watermark,
      avoidsFragmentation: avoidsFragmentation)
  }

  /// Takes a block from the zone's own lists (`rmqueue_buddy`).
  private mutating func takeFromBuddy(
    order: Int, type: MigrateType, watermark: Watermark, avoidsFragmentation: Bool
  ) -> Int? {
    if order > 0, watermark.prefersAtomicReserve, let frame = removeSmallest(order: order, type: .highAtomic)
    {
      return frame
    }
    if let frame = removeBlock(order: order, type: type, avoidsFragmentation: avoidsFragmentation) {
      return frame
    }
    return watermark.fallsBackOnAtomicReserve ? removeSmallest(order: order, type: .highAtomic) : nil
  }

  /// Moves a batch of blocks from the zone to a per-CPU list (`rmqueue_bulk`).
  mutating func refill(_ list: Int, order: Int, type: MigrateType, avoidsFragmentation: Bool) {
    let blocks = perCPU.batch > 1 ? Swift.max(perCPU.batch >> order, 2) : perCPU.batch
    if order == 0 {
      var missing = blocks
      while missing > 0,
        let run = takePageRun(atMost: missing, type: type, avoidsFragmentation: avoidsFragmentation)
      {
        perCPU[list].pushTail(BlockRun(first: run.start.rawValue, count: run.count, step: 1))
        perCPU.count += run.count
        missing -= run.count
      }
      return
    }
    for _ in 0..<blocks {
      guard let frame = removeBlock(order: order, type: type, avoidsFragmentation: avoidsFragmentation)
      else { return }
      perCPU[list].pushTail(BlockRun(first: frame >> order, count: 1, step: 1))
      perCPU.count += 1 << order
    }
  }

  /// Frees a page (`free_unref_page`).
  @inline(__always)
  mutating func putPage(_ frame: Int) {
    let type = pageblockType(of: frame)
    guard type != .isolate else { return put(frame, order: 0) }
    perCPU.pushPage(frame, type: type)
    guard perCPU.count >= perCPU.high || isReclaimActive else { return }
    trimPerCPU(PerCPUPages.listNumber(order: 0, type: type.isMergeable ? type : .movable), order: 0)
  }

  /// Frees a block (`free_unref_page` for the cached orders, `__free_pages_ok` for the others).
  @inline(never)
  mutating func put(_ frame: Int, order: Int) {
    let type = pageblockType(of: frame)
    guard PerCPUPages.caches(order: order, pageblockOrder: pageblockOrder), type != .isolate else {
      return insertBlock(frame, order: order, type: type)
    }
    let list = PerCPUPages.listNumber(order: order, type: type.isMergeable ? type : .movable)
    perCPU[list].pushHead(frame >> order)
    perCPU.count += 1 << order
    trimPerCPU(list, order: order)
  }

  /// Gives pages back to the zone when the high mark is reached (`free_unref_page_commit`).
  @inline(never)
  mutating func trimPerCPU(_ list: Int, order: Int) {
    // Higher orders that are freed without allocation go back at once.
    let givesAll = perCPU.freeFactor > 0 && order > 0 && order <= PerCPUPages.costlyOrder
    let high = givesAll ? 0 : perCPUHighNow
    guard perCPU.count >= high else { return }
    drainPerCPU(pagesToGiveBack(high: high, givesAll: givesAll), from: list)
  }

  /// The high mark that counts now: four batches while the zone is being reclaimed.
  var perCPUHighNow: Int {
    isReclaimActive ? Swift.min(perCPU.batch << 2, perCPU.high) : perCPU.high
  }

  /// How many pages go back (`nr_pcp_free`): twice as many each time nothing was allocated in between.
  private mutating func pagesToGiveBack(high: Int, givesAll: Bool) -> Int {
    if givesAll { return perCPU.count }
    guard high >= perCPU.batch else { return 1 }
    let most = high - perCPU.batch
    let wanted = perCPU.batch << perCPU.freeFactor
    if wanted < most, perCPU.freeFactor < PerCPUPages.freeFactorLimit { perCPU.freeFactor += 1 }
    return Swift.max(perCPU.batch, Swift.min(wanted, most))
  }

  /// How many single pages go back each time the high mark is reached, once that does not change any more; nil
  /// before.
  var steadyGiveBack: Int? {
    let high = perCPUHighNow
    guard high >= perCPU.batch else { return nil }
    let most = high - perCPU.batch
    let wanted = perCPU.batch << perCPU.freeFactor
    guard wanted >= most || perCPU.freeFactor >= PerCPUPages.freeFactorLimit else { return nil }
    return Swift.max(perCPU.batch, Swift.min(wanted, most))
  }

  /// Moves pages from the tail of a list of single pages to the zone; for each of them another one has come.
  mutating func drain(_ pages: Int, ofSinglePagesOn list: Int) {
    var left = pages
    while left > 0, let run = perCPU[list].popTailRun(atMost: left) {
      left -= run.count
      insertDrained(run, order: 0, list: list)
    }
  }

  /// Moves pages from the tails of the per-CPU lists to the zone, round robin from a list on
  /// (`free_pcppages_bulk`).
  mutating func drainPerCPU(_ pages: Int, from list: Int) {
    var left = Swift.min(pages, perCPU.count)
    var lowest = 0
    var highest = PerCPUPages.listCount - 1
    var current = list - 1
    while left > 0 {
      while true {
        current += 1
        if current > highest { current = lowest }
        if !perCPU[current].isEmpty { break }
        if current == highest { highest -= 1 }
        if current == lowest { lowest += 1 }
        guard lowest <= highest else { return }
      }
      let order = PerCPUPages.order(ofList: current, pageblockOrder: pageblockOrder)
      let blocks = (left + (1 << order) - 1) >> order
      guard let run = perCPU[current].popTailRun(atMost: blocks) else { continue }
      perCPU.count -= run.count << order
      left -= run.count << order
      insertDrained(run, order: order, list: current)
      // The kernel stays on a list until it is empty.
      if left > 0, !perCPU[current].isEmpty { current -= 1 }
    }
  }

  /// Gives all per-CPU pages back (`drain_all_pages`).
  mutating func drainPerCPU() {
    drainPerCPU(perCPU.count, from: 0)
    for range in otherCPUs.joined() { insertPages(range, ascending: true) }
    otherCPUs.removeAll()
  }

  /// Moves pages to the lists of the other CPUs, as work on them leaves them there: some batches each.
  mutating func fillOtherCPUs(_ cpus: Int) {
    let batches = 5
    let wanted = Swift.min(batches * perCPU.batch, perCPU.high)
    for _ in 0..<cpus {
      var held: [FrameRange] = []
      var missing = wanted
      while missing > 0,
        let run = takePageRun(atMost: missing, type: .movable, avoidsFragmentation: false)
      {
        held.appendJoined(run)
        missing -= run.count
      }
      otherCPUs.append(held)
    }
  }

  /// Pages go to the lists of the type that they had when they came (`get_pcppage_migratetype`), even when their
  /// page block has gone to another since. Whole page blocks cannot change while they are here.
  private mutating func insertDrained(_ run: BlockRun, order: Int, list: Int) {
    let type = MigrateType(rawValue: UInt8(list % MigrateType.perCPUCount)) ?? .movable
    if order == 0 {
      return insertPages(
        FrameRange(start: FrameNumber(run.lowest), count: run.count), ascending: run.step > 0, type: type)
    }
    for position in 0..<run.count {
      let frame = (run.first + run.step * position) << order
      let listType = list < PerCPUPages.smallListCount ? type : pageblockType(of: frame)
      insertBlock(frame, order: order, type: drainType(of: frame, cachedAs: listType))
    }
  }

  /// The type of the list that a page on a per-CPU list goes back to: those of reserved page blocks wait among the
  /// movable ones.
  func drainType(of frame: Int, cachedAs type: MigrateType) -> MigrateType {
    let blockType = pageblockType(of: frame)
    return blockType.isMergeable ? type : blockType
  }
}
