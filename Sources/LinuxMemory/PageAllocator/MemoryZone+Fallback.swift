// Stealing from other migrate types, and the reserve for atomic requests.

extension MemoryZone {
  /// Makes blocks of other migrate types available to a type (`__rmqueue_fallback`).
  ///
  /// - Returns: whether anything was moved to the lists of `type`.
  mutating func stealBlock(order: Int, type: MigrateType, avoidsFragmentation: Bool) -> Bool {
    guard let (first, second) = type.fallbacks else { return false }
    let lowest = avoidsFragmentation && order < pageblockOrder ? pageblockOrder : order
    guard lowest <= Self.largestOrder else { return false }
    for current in stride(from: Self.largestOrder, through: lowest, by: -1) {
      for donor in [first, second] where freeBlockCount(order: current, type: donor) > 0 {
        let takesBlock =
          current >= pageblockOrder / 2 || type == .reclaimable || type == .unmovable
        if !takesBlock && current > order {
          // A movable request should rather split the smallest block than the largest.
          return stealSmallest(from: order, type: type, donors: (first, second))
        }
        steal(order: current, donor: donor, type: type, wholeBlock: takesBlock)
        return true
      }
    }
    return false
  }

  private mutating func stealSmallest(
    from order: Int, type: MigrateType, donors: (MigrateType, MigrateType)
  ) -> Bool {
    for current in order...Self.largestOrder {
      for donor in [donors.0, donors.1] where freeBlockCount(order: current, type: donor) > 0 {
        steal(order: current, donor: donor, type: type, wholeBlock: current >= pageblockOrder / 2)
        return true
      }
    }
    return false
  }

  /// Moves the donor's first block, and perhaps its whole page block, to a type
  /// (`steal_suitable_fallback`).
  private mutating func steal(order: Int, donor: MigrateType, type: MigrateType, wholeBlock: Bool) {
    if order == Self.largestOrder {
      guard let block = largest[Int(donor.rawValue)].popHead() else { return }
      let frame = block << Self.largestOrder
      if recordsEvents { record(.stolen(FrameNumber(frame), order: order, from: donor, by: type)) }
      setPageblockType(of: frame, order: order, to: type)
      largest[Int(type.rawValue)].pushTail(BlockRun(first: block, count: 1, step: 1))
      return
    }
    guard let frame = index.head(order: order, type: donor) else { return }
    if recordsEvents { record(.stolen(FrameNumber(frame), order: order, from: donor, by: type)) }
    let blockType = pageblockType(of: frame)
    guard blockType != .highAtomic else { return index.move(frame, to: type) }
    guard order < pageblockOrder else {
      setPageblockType(of: frame, order: order, to: type)
      return index.move(frame, to: type)
    }
    boostWatermark()
    guard wholeBlock else { return index.move(frame, to: type) }
    let free = moveFreeBlocks(ofPageblockAt: frame, to: type)
    guard free > 0 else { return index.move(frame, to: type) }
    let alike =
      blockType == .movable ? pagesInUse(ofPageblockAt: frame, free: free, movable: type == .movable) : 0
    if free + alike >= 1 << (pageblockOrder - 1) {
      setPageblockType(of: frame, order: pageblockOrder, to: type)
    }
  }

  /// How many pages of a movable page block are in use by those that can move, or by those that cannot; pages on
  /// per-CPU lists count among the latter.
  private func pagesInUse(ofPageblockAt frame: Int, free: Int, movable: Bool) -> Int {
    let block = frame >> pageblockOrder
    let cached = perCPU.pages(ofPageblock: block, pageblockOrder: pageblockOrder)
    let pinned = Int(pinnedPages[block - start.rawValue >> pageblockOrder]) + cached
    return movable ? Swift.max(0, (1 << pageblockOrder) - free - pinned) : pinned
  }

  /// Notes that a block is given out for what cannot move, or is so no longer.
  mutating func pin(_ frame: Int, order: Int, _ isPinned: Bool) {
    let first = frame >> pageblockOrder - start.rawValue >> pageblockOrder
    for block in first..<first + (1 << Swift.max(order - pageblockOrder, 0))
    where pinnedPages.indices ~= block {
      let pages = 1 << Swift.min(order, pageblockOrder)
      let count = Int(pinnedPages[block]) + (isPinned ? pages : -pages)
      pinnedPages[block] = UInt16(truncatingIfNeeded: Swift.min(Swift.max(count, 0), 1 << pageblockOrder))
    }
  }

  /// Moves every free block of a page block to the lists of a type (`move_freepages_block`).
  ///
  /// - Returns: how many pages were moved; 0 when the page block reaches beyond the zone.
  private mutating func moveFreeBlocks(ofPageblockAt frame: Int, to type: MigrateType) -> Int {
    let size = 1 << pageblockOrder
    let first = frame & ~(size - 1)
    var current = first < start.rawValue ? frame : first
    let end = first + size
    guard end <= start.rawValue + spanned else { return 0 }
    var moved = 0
    while current < end {
      guard let block = index.block(at: current) else {
        current += 1
        continue
      }
      index.move(current, to: type)
      moved += 1 << block.order
      current += 1 << block.order
    }
    return moved
  }

  /// Raises the marks after a fallback, so that kswapd restores some order (`boost_watermark`).
  private mutating func boostWatermark() {
    let block = 1 << pageblockOrder
    guard watermarkBoostFactor > 0, block * 4 <= managed else { return }
    let product = highWatermark.multipliedReportingOverflow(by: watermarkBoostFactor)
    guard !product.overflow, product.partialValue / 10_000 > 0 else { return }
    let limit = Swift.max(block, product.partialValue / 10_000)
    watermarkBoost = Swift.min(watermarkBoost + block, limit)
    hasNewBoost = true
  }

  /// Sets the page block of a freshly allocated block aside for atomic requests
  /// (`reserve_highatomic_pageblock`): at most 1 % of the zone.
  mutating func reserveHighAtomic(at frame: Int) {
    let block = 1 << pageblockOrder
    guard highAtomicReserve < managed / 100 + block, pageblockType(of: frame).isMergeable else {
      return
    }
    highAtomicReserve += block
    setPageblockType(of: frame, order: pageblockOrder, to: .highAtomic)
    _ = moveFreeBlocks(ofPageblockAt: frame, to: .highAtomic)
  }

  /// Gives a page block that was set aside for atomic requests to a type (`unreserve_highatomic_pageblock`).
  ///
  /// - Parameter takesLast: whether the last such block goes too, as it does before a process is killed.
  /// - Returns: whether any page was moved.
  mutating func unreserveHighAtomic(for type: MigrateType, takesLast: Bool) -> Bool {
    let block = 1 << pageblockOrder
    guard highAtomicReserve > (takesLast ? 0 : block) else { return false }
    for order in 0...Self.largestOrder {
      let head =
        order == Self.largestOrder
        ? largest[Int(MigrateType.highAtomic.rawValue)].head.map { $0 << order }
        : index.head(order: order, type: .highAtomic)
      guard let frame = head else { continue }
      if pageblockType(of: frame) == .highAtomic { highAtomicReserve -= Swift.min(block, highAtomicReserve) }
      setPageblockType(of: frame, order: pageblockOrder, to: type)
      if order == Self.largestOrder {
        guard let moved = largest[Int(MigrateType.highAtomic.rawValue)].popHead() else { continue }
        largest[Int(type.rawValue)].pushTail(BlockRun(first: moved, count: 1, step: 1))
        return true
      }
      if moveFreeBlocks(ofPageblockAt: frame, to: type) > 0 { return true }
    }
    return false
  }
}
