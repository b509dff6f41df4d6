// What reclaim takes: a step through the lists of file and anonymous pages.

extension Machine {
  /// Looks at a share of each list and frees what can be freed (`shrink_node`, mm/vmscan.c, as far as one node and
  /// one group have it).
  mutating func shrinkNode(_ run: inout ReclaimRun) {
    var plan = scanPlan(run)
    let before = run.freed
    // kswapd and the first step of a process go through all of their shares; later steps end when enough is free.
    let goesOn = run.isKswapd || run.priority == ReclaimRun.firstPriority
    let batch = goesOn ? Int.max : Self.reclaimBatch
    while !plan.isDone {
      shrinkAnonymous(take(&plan.inactiveAnonymous, batch), &run)
      if plan.deactivatesAnonymous {
        deactivate(take(&plan.activeAnonymous, batch), .activeAnonymous, .inactiveAnonymous)
      } else if plan.activeAnonymous > 0 {
        run.hasSkippedActive = true
      }
      shrinkFile(take(&plan.inactiveFile, batch), &run)
      if plan.deactivatesFile {
        deactivate(take(&plan.activeFile, batch), .activeFile, .inactiveFile)
      } else if plan.activeFile > 0 {
        run.hasSkippedActive = true
        plan.activeFile = 0
      }
      if !goesOn, run.freed >= run.wanted { break }
    }
    if swap.freeSlots > 0, isInactiveLow(.inactiveAnonymous, .activeAnonymous) {
      deactivate(Self.reclaimBatch, .activeAnonymous, .inactiveAnonymous)
    }
    // Pages of the swap cache stand among the others; they come round when most of the list has.
    if run.freed == before, run.priority <= Self.priorityOfSwapCache, swap.freeSlots > 0 {
      run.freed += trimSwapCache(min(run.wanted, max(swapCache.count >> run.priority, Self.reclaimBatch)))
    }
  }

  /// The priority from which on a step that freed nothing gives up pages that are in swap already.
  private static var priorityOfSwapCache: Int { 2 }

  private func take(_ share: inout Int, _ batch: Int) -> Int {
    let part = min(share, batch)
    share -= part
    return part
  }

  /// Makes the oldest active pages inactive (`shrink_active_list`).
  private mutating func deactivate(_ count: Int, _ active: PageListKind, _ inactive: PageListKind) {
    var left = count
    while left > 0, let oldest = pageLists.oldest(active, limit: left) {
      left -= oldest.pages.count
      reclaim.counters.refilled += oldest.pages.count
      reclaim.counters.deactivated += oldest.pages.count
      pageLists.append(oldest.pages, of: oldest.owner, to: inactive, age: .demoted)
    }
  }

  /// Looks at the oldest inactive file pages and takes them out of memory (`shrink_inactive_list`).
  private mutating func shrinkFile(_ count: Int, _ run: inout ReclaimRun) {
    var left = count
    // Pages that cannot help are not counted, but each is looked at once only.
    var budget = pageLists.count(.inactiveFile)
    var freed = 0
    while left > 0, budget > 0, let oldest = pageLists.oldest(.inactiveFile, limit: min(left, budget)) {
      budget -= oldest.pages.count
      guard case .file(let file) = oldest.owner else {
        left -= oldest.pages.count
        freed += shrinkLazilyFree(oldest, &run)
        continue
      }
      guard isReachable(files.frames(in: oldest.pages, of: file), requestClass: run.requestClass) else {
        pageLists.append(oldest.pages, of: oldest.owner, to: .inactiveFile, age: oldest.age)
        continue
      }
      left -= oldest.pages.count
      noteScan(oldest.pages.count, &run)
      reclaim.counters.scannedFile += oldest.pages.count
      // Dirty pages at the end of the list wake the flusher, which writes all there are.
      if files.cleanParts(in: oldest.pages, of: file) != [oldest.pages] { synchronize() }
      files.remember(
        oldest.pages, of: file, evictedAt: reclaim.evictionAge, wasActive: oldest.age == .demoted)
      reclaim.evictionAge &+= UInt64(oldest.pages.count)
      freed += forgetPages(oldest.pages, of: file)
    }
    reclaim.counters.stolenFile += freed
    run.freed += freed
    if freed > 0 { events.record(.reclaim(.droppedFilePages(freed))) }
  }

  /// Looks at the oldest inactive anonymous pages: one that was touched since the last look gets a second chance,
  /// one that was touched after that is active, and any other goes to swap (`folio_check_references`).
  private mutating func shrinkAnonymous(_ count: Int, _ run: inout ReclaimRun) {
    var left = count
    while left > 0, let oldest = pageLists.oldest(.inactiveAnonymous, limit: left) {
      let pages = oldest.pages.count
      left -= pages
      noteScan(pages, &run)
      reclaim.counters.scannedAnonymous += pages
      switch oldest.age {
      case .fresh:
        pageLists.append(oldest.pages, of: oldest.owner, to: .inactiveAnonymous, age: .kept)
      case .touched:
        pageLists.append(oldest.pages, of: oldest.owner, to: .activeAnonymous)
        reclaim.counters.activated += pages
        reclaim.evictionAge &+= UInt64(pages)
      case .kept, .demoted:
        let before = reclaim.counters.swappedOut
        guard let freed = swapOut(oldest, requestClass: run.requestClass) else { return }
        let written = reclaim.counters.swappedOut - before
        // The second look comes when the page was written and stands in front again.
        noteScan(written, &run)
        reclaim.counters.scannedAnonymous += written
        reclaim.counters.rotated += freed
        reclaim.counters.stolenAnonymous += freed
        reclaim.evictionAge &+= UInt64(freed)
        run.swapped += written
        run.freed += freed
        noteCost(anonymous: written)
      }
    }
  }

  /// Looks at pages given to MADV_FREE, which stand with the file pages: they are dropped, unless they were written
  /// again and so are the process's own as before.
  ///
  /// - Returns: how many pages came free.
  private mutating func shrinkLazilyFree(_ oldest: PageListExtent, _ run: inout ReclaimRun) -> Int {
    noteScan(oldest.pages.count, &run)
    reclaim.counters.scannedFile += oldest.pages.count
    pageLists.append(oldest.pages, of: oldest.owner, to: .activeAnonymous)
    guard case .process(let process) = oldest.owner, let index = processes.index(of: process) else {
      pageLists.remove(oldest.pages, of: oldest.owner)
      return 0
    }
    var freed = 0
    for entry in processes[at: index].addressSpace.pageTable.mappings.extents(in: oldest.pages)
    where entry.value.flags.contains(.lazilyFree) {
      pageEvents.droppedLazyPages &+= Int(entry.count)
      freed += discardPages(entry.range, at: index)
    }
    return freed
  }

  private mutating func noteScan(_ pages: Int, _ run: inout ReclaimRun) {
    run.scanned += pages
    if run.isKswapd {
      reclaim.counters.scannedByKswapd += pages
    } else {
      reclaim.counters.scannedDirectly += pages
    }
  }

  /// Gives up pages that are in swap already.
  private mutating func trimSwapCache(_ wanted: Int) -> Int {
    var freed = 0
    while freed < wanted, let slots = swapCache.first(limit: wanted - freed) {
      for run in swapCache.remove(slots) {
        pageAllocator.freePages(run)
        freed += run.count
      }
    }
    reclaim.counters.stolenAnonymous += freed
    return freed
  }

  /// Whether some of the frames lie in a zone that a request of a class can use.
  func isReachable(_ runs: [FrameRange], requestClass: Int) -> Bool {
    runs.contains { run in (pageAllocator.zoneIndex(of: run.start) ?? 0) <= requestClass }
  }
}
