// What reclaim takes: a step through the lists of file and anonymous pages.

extension Machine {
  /// Looks at a share of each list and frees what can be freed (`shrink_node`, mm/vmscan.c, as far as one node and
  /// one group have it).
  mutating func shrinkNode(_ run: inout ReclaimRun) {
    var step = ReclaimStep(plan: scanPlan(run), freedBefore: run.freed)
    while !shrink(&step, &run) {}
    ageAnonymous()
  }

  /// Goes on with a step (`shrink_lruvec`).
  ///
  /// - Returns: whether the step is over; otherwise the run has written what it may for now.
  mutating func shrink(_ step: inout ReclaimStep, _ run: inout ReclaimRun) -> Bool {
    // A process's first look goes through the whole of its small shares.
    let isWhole = !run.isKswapd && run.priority == ReclaimRun.firstPriority
    while !step.plan.isDone {
      guard mayGoOn() else { return true }
      if reclaim.counters.swappedOut >= run.pausesAt { return false }
      let batch = isWhole ? Int.max : batchLength(step, run)
      shrinkAnonymous(take(&step.plan.inactiveAnonymous, batch), &run)
      let active = take(&step.plan.activeAnonymous, batch)
      if step.plan.deactivatesAnonymous {
        deactivate(active, .activeAnonymous, .inactiveAnonymous)
      } else if active > 0 {
        run.hasSkippedActive = true
      }
      shrinkFile(take(&step.plan.inactiveFile, batch), &run)
      if step.plan.deactivatesFile {
        deactivate(take(&step.plan.activeFile, batch), .activeFile, .inactiveFile)
      } else if step.plan.activeFile > 0 {
        run.hasSkippedActive = true
        step.plan.activeFile = 0
      }
      if !isWhole, run.freed - step.freedBefore >= run.wanted, !step.plan.narrow(from: step.whole) { break }
    }
    return true
  }

  /// How many pages of each list are looked at before it is asked whether enough is free or written: the kernel asks
  /// after every 32, which makes no difference before so many could have come free.
  private mutating func batchLength(_ step: ReclaimStep, _ run: ReclaimRun) -> Int {
    let batch = ReclaimRun.batch
    let missing = run.wanted - (run.freed - step.freedBefore)
    let isMixed = !step.plan.hasNoFile && !step.plan.hasNoAnonymous
    var least = max(isMixed ? missing / 2 : missing, 1)
    if run.pausesAt < .max { least = min(least, 2 * (run.pausesAt - reclaim.counters.swappedOut)) }
    let length = (least + batch - 1) / batch * batch
    guard step.plan.hasNoFile,
      let oldest = pageLists.oldest(.inactiveAnonymous, limit: step.plan.inactiveAnonymous),
      oldest.age.isInUse
    else { return length }
    return max(length, oldest.pages.count)
  }

  /// Makes a batch of active anonymous pages inactive where the inactive list is short, so that pages have time to
  /// be touched before they are wanted (`kswapd_age_node`).
  mutating func ageAnonymous() {
    guard swap.totalSlots > 0, pageLists.isShort(.inactiveAnonymous, beside: .activeAnonymous) else { return }
    deactivate(ReclaimRun.batch, .activeAnonymous, .inactiveAnonymous)
  }

  private func take(_ share: inout Int, _ batch: Int) -> Int {
    let part = min(share, batch)
    share -= part
    return part
  }

  /// Makes the oldest active pages inactive (`shrink_active_list`).
  private mutating func deactivate(_ count: Int, _ active: PageListKind, _ inactive: PageListKind) {
    var left = count
    while left > 0, mayGoOn(), let oldest = pageLists.oldest(active, limit: left) {
      left -= oldest.pages.count
      reclaim.counters.refilled += oldest.pages.count
      reclaim.counters.deactivated += oldest.pages.count
      list(oldest.pages, of: oldest.owner, on: inactive, age: .demoted)
    }
  }

  /// Looks at the oldest inactive file pages and takes them out of memory (`shrink_inactive_list`).
  private mutating func shrinkFile(_ count: Int, _ run: inout ReclaimRun) {
    var left = count
    // Pages that cannot help are not counted, but each is looked at once only.
    var budget = pageLists.count(.inactiveFile)
    var freed = 0
    while left > 0, budget > 0, mayGoOn(),
      let oldest = pageLists.oldest(.inactiveFile, limit: min(left, budget))
    {
      budget -= oldest.pages.count
      guard case .file(let file) = oldest.owner else {
        left -= oldest.pages.count
        freed += shrinkLazilyFree(oldest, &run)
        continue
      }
      guard
        pageAllocator.isReachable(files.frames(in: oldest.pages, of: file), requestClass: run.requestClass)
      else {
        list(oldest.pages, of: oldest.owner, on: .inactiveFile, age: oldest.age)
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
    if freed > 0 { record(.reclaim(.droppedFilePages(freed))) }
  }

  /// Looks at pages given to MADV_FREE, which stand with the file pages: they are dropped, unless they were written
  /// again and so are the process's own as before.
  ///
  /// - Returns: how many pages came free.
  private mutating func shrinkLazilyFree(_ oldest: PageListExtent, _ run: inout ReclaimRun) -> Int {
    noteScan(oldest.pages.count, &run)
    reclaim.counters.scannedFile += oldest.pages.count
    list(oldest.pages, of: oldest.owner, on: .activeAnonymous)
    guard case .process(let process) = oldest.owner, let task = processes.handle(of: process) else {
      assertionFailure("the list of file pages holds pages of \(oldest.owner)")
      return 0
    }
    var freed = 0
    for entry in processes[task].addressSpace.pageTable.mappings.extents(in: oldest.pages)
    where entry.value.flags.contains(.lazilyFree) {
      pageEvents.droppedLazyPages &+= Int(entry.count)
      freed += discardPages(entry.range, in: task)
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

  /// Looks at the oldest inactive anonymous pages: one that was touched since the last look gets a second chance,
  /// one that was touched after that is active, and any other goes to swap (`folio_check_references`).
  ///
  /// A page that is written is looked at twice: writing goes on beside the scan and puts it in front again.
  private mutating func shrinkAnonymous(_ count: Int, _ run: inout ReclaimRun) {
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
        list(oldest.pages, of: oldest.owner, on: .inactiveAnonymous, age: .kept)
      case (_, .touched):
        left -= pages
        noteAnonymousScan(pages, &run)
        list(oldest.pages, of: oldest.owner, on: .activeAnonymous)
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
    unlist(offsets, of: .swapCache(area: slots.start.area))
    var freed = 0
    for frames in swapCache.remove(slots) {
      ledger.givePages(frames, of: .anonymous)
      freed += frames.count
    }
    return freed
  }

  /// Counts file pages that were read again, and makes those active that would have stayed in memory with a longer
  /// inactive list: no more pages were evicted since than are active (`workingset_refault`, mm/workingset.c).
  mutating func noteRefault(_ pages: Range<UInt64>, of file: FileIdentifier) {
    for part in files.forgetEviction(pages, of: file) {
      let count = Int(part.count)
      reclaim.counters.refaultedFile += count
      let distance = reclaim.evictionAge &- part.value.age
      var size = pageLists.count(.activeFile)
      if swap.freeSlots > 0 {
        size += pageLists.count(.activeAnonymous) + pageLists.count(.inactiveAnonymous)
      }
      guard distance <= UInt64(size) else { continue }
      reclaim.counters.activatedByRefault += count
      reclaim.evictionAge &+= UInt64(count)
      list(part.range, of: .file(file), on: .activeFile)
      if part.value.wasActive {
        reclaim.counters.restoredFile += count
        noteCost(file: count)
      }
    }
  }

  /// Notes what reclaim cost: pages written, or read again (`lru_note_cost`, mm/swap.c). Old costs fade as the lists
  /// turn over.
  private mutating func noteCost(anonymous: Int = 0, file: Int = 0) {
    reclaim.costs.anonymous += anonymous
    reclaim.costs.file += file
    let kinds: [PageListKind] = [.inactiveAnonymous, .activeAnonymous, .inactiveFile, .activeFile]
    let size = kinds.reduce(0) { $0 + pageLists.count($1) }
    while reclaim.costs.anonymous + reclaim.costs.file > max(size / 4, 1) {
      reclaim.costs.anonymous /= 2
      reclaim.costs.file /= 2
    }
  }
}
