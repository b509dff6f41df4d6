// What reclaim does with inactive anonymous pages.

extension Machine {
  /// Looks at the oldest inactive anonymous pages: one that was touched since the last look gets a second chance,
  /// one that was touched after that is active, and any other goes to swap (`folio_check_references`).
  ///
  /// A page that is written is looked at twice: writing goes on beside the scan and puts it in front again.
  mutating func shrinkAnonymous(_ count: Int, _ run: inout ReclaimRun) {
    var left = count
    while left > 0, mayGoOn(), let oldest = pageLists.oldest(.inactiveAnonymous, limit: left) {
      let pages = oldest.pages.count
      switch (oldest.owner, oldest.age) {
      case (.swapCache(let area), _):
        left -= pages
        noteAnonymousScan(pages, &run)
        let slots = SwapSlot(area: area, offset: Int(oldest.pages.lowerBound))
        noteFreed(dropSwapCache(SwapSlotRange(start: slots, count: pages)), &run)
      case (_, .fresh):
        left -= pages
        noteAnonymousScan(pages, &run)
        pageLists.append(oldest.pages, of: oldest.owner, to: .inactiveAnonymous, age: .kept)
      case (_, .touched):
        left -= pages
        noteAnonymousScan(pages, &run)
        pageLists.append(oldest.pages, of: oldest.owner, to: .activeAnonymous)
        reclaim.counters.activated += pages
        reclaim.evictionAge &+= UInt64(pages)
      case (_, .kept), (_, .demoted):
        let part = PageListExtent(
          owner: oldest.owner,
          pages: oldest.pages.lowerBound..<oldest.pages.lowerBound + UInt64((pages + 1) / 2), age: oldest.age)
        let before = reclaim.counters.swappedOut
        guard let freed = swapOut(part, requestClass: run.requestClass) else { return }
        let written = reclaim.counters.swappedOut - before
        left -= part.pages.count + written
        noteAnonymousScan(part.pages.count + written, &run)
        reclaim.counters.rotated += freed
        noteFreed(freed, &run)
        noteCost(anonymous: written)
      }
    }
  }

  private mutating func noteFreed(_ pages: Int, _ run: inout ReclaimRun) {
    reclaim.counters.stolenAnonymous += pages
    reclaim.evictionAge &+= UInt64(pages)
    run.freed += pages
  }

  private mutating func noteAnonymousScan(_ pages: Int, _ run: inout ReclaimRun) {
    noteScan(pages, &run)
    reclaim.counters.scannedAnonymous += pages
  }

  /// Gives up pages that are in swap already and that no page table refers to.
  ///
  /// - Returns: how many frames came free.
  @discardableResult
  mutating func dropSwapCache(_ slots: SwapSlotRange) -> Int {
    let offsets = UInt64(slots.start.offset)..<UInt64(slots.end.offset)
    pageLists.remove(offsets, of: .swapCache(area: slots.start.area))
    var freed = 0
    for frames in swapCache.remove(slots) {
      ledger.givePages(frames, of: .anonymous)
      freed += frames.count
    }
    return freed
  }
}
