// What reclaim takes: a step through the lists of file and anonymous pages.

extension Machine {
  /// Reclaims until a run has what it wants (`do_try_to_free_pages`): from a small share of each list on to all of them;
  /// when that frees nothing, once more with the active pages, and then with what `memory.low` protects.
  mutating func reclaim(_ run: inout ReclaimRun) {
    while true {
      while run.priority >= 0, mayGoOn() {
        shrinkNode(&run)
        if run.freed >= run.wanted { break }
        run.priority -= 1
      }
      noteRefaultsSeen(in: run.target)
      guard run.freed == 0, mayGoOn() else { return }
      if run.hasSkippedActive {
        run.hasSkippedActive = false
        run.mustDeactivate = true
      } else if run.hasSkippedProtected {
        run.hasSkippedProtected = false
        run.mustDeactivate = false
        run.takesProtected = true
      } else {
        return
      }
      run.priority = ReclaimRun.firstPriority
    }
  }

  /// Remembers how many refaults a run of reclaim knew of (`snapshot_refaults`).
  mutating func noteRefaultsSeen(in group: MemoryGroup) {
    reclaim[group].refaultsSeen = reclaim[group].activatedByRefault
  }

  /// Looks at a share of each list of the run's target and of the groups below it, one after the other, and frees what
  /// can be freed (`shrink_node`, mm/vmscan.c, as far as one node has it).
  mutating func shrinkNode(_ run: inout ReclaimRun) {
    let conditions = scanConditions(run)
    let groups = ledger.groups.isTrivial ? [.root] : ledger.groups.subtree(of: run.target)
    for group in groups where mayGoOn() {
      guard var step = beginStep(&run, in: group, conditions) else { continue }
      while !shrink(&step, &run) {}
      ageAnonymous(in: group)
      shrinkShadowNodes(of: group)
    }
  }

  /// Begins the look at a group.
  ///
  /// - Returns: nil when the group is protected (`shrink_node_memcgs`).
  mutating func beginStep(
    _ run: inout ReclaimRun, in group: MemoryGroup, _ conditions: ScanConditions
  ) -> ReclaimStep? {
    if group != run.target {
      note(work: 1)
      ledger.groups.updateEffectiveProtection(of: group, below: run.target)
      let memory = ledger.groups[group].memory
      if memory.effectiveMinimum >= memory.usage { return nil }
      if memory.effectiveLow >= memory.usage {
        guard run.takesProtected else {
          run.hasSkippedProtected = true
          return nil
        }
        countEvent(.low, in: group)
      }
    }
    return ReclaimStep(in: group, plan: scanPlan(&run, in: group, conditions), freedBefore: run.freed)
  }

  /// Goes on with a step (`shrink_lruvec`).
  ///
  /// - Returns: whether the step is over; otherwise the run has written what it may for now.
  mutating func shrink(_ step: inout ReclaimStep, _ run: inout ReclaimRun) -> Bool {
    // A process's first look goes through the whole of its small shares.
    let isWhole = !run.isKswapd && run.target == .root && run.priority == ReclaimRun.firstPriority
    while !step.plan.isDone {
      guard mayGoOn() else { return true }
      if reclaim.counters.swappedOut >= run.pausesAt { return false }
      let batch = isWhole ? Int.max : batchLength(step, run)
      let group = step.group
      shrinkAnonymous(take(&step.plan.inactiveAnonymous, batch), in: group, &run)
      let active = take(&step.plan.activeAnonymous, batch)
      if step.plan.deactivatesAnonymous {
        deactivate(active, .activeAnonymous, .inactiveAnonymous, in: group)
      } else if active > 0 {
        run.hasSkippedActive = true
      }
      shrinkFile(take(&step.plan.inactiveFile, batch), in: group, &run)
      if step.plan.deactivatesFile {
        deactivate(take(&step.plan.activeFile, batch), .activeFile, .inactiveFile, in: group)
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
      let oldest = pageLists.oldest(
        .inactiveAnonymous, limit: step.plan.inactiveAnonymous, in: step.group),
      oldest.age.isInUse
    else { return length }
    return max(length, oldest.pages.count)
  }

  /// Makes a batch of active anonymous pages inactive where the inactive list is short, so that pages have time to
  /// be touched before they are wanted (`kswapd_age_node`).
  mutating func ageAnonymous(in group: MemoryGroup) {
    guard swap.totalSlots > 0 else { return }
    let listed = pagesListed(below: group)
    guard ScanConditions.isShort(inactive: listed.inactiveAnonymous, beside: listed.activeAnonymous) else {
      return
    }
    deactivate(ReclaimRun.batch, .activeAnonymous, .inactiveAnonymous, in: group)
  }

  private func take(_ share: inout Int, _ batch: Int) -> Int {
    let part = min(share, batch)
    share -= part
    return part
  }

  /// Makes the oldest active pages inactive (`shrink_active_list`).
  private mutating func deactivate(
    _ count: Int, _ active: PageListKind, _ inactive: PageListKind, in group: MemoryGroup
  ) {
    var left = count
    while left > 0, mayGoOn(), let oldest = pageLists.oldest(active, limit: left, in: group) {
      left -= oldest.pages.count
      reclaim.counters.refilled += oldest.pages.count
      reclaim.counters.deactivated += oldest.pages.count
      countInGroup(.refilled, oldest.pages.count, group)
      countInGroup(.deactivated, oldest.pages.count, group)
      list(oldest.pages, of: oldest.owner, on: inactive, age: .demoted)
    }
  }

  /// Looks at the oldest inactive file pages and takes them out of memory (`shrink_inactive_list`).
  private mutating func shrinkFile(_ count: Int, in group: MemoryGroup, _ run: inout ReclaimRun) {
    var left = count
    // Pages that cannot help are not counted, but each is looked at once only.
    var budget = pageLists.count(.inactiveFile, in: group)
    var freed = 0
    while left > 0, budget > 0, mayGoOn(),
      let oldest = pageLists.oldest(.inactiveFile, limit: min(left, budget), in: group)
    {
      budget -= oldest.pages.count
      guard case .file(let file) = oldest.owner else {
        left -= oldest.pages.count
        freed += shrinkLazilyFree(oldest, in: group, &run)
        continue
      }
      guard
        pageAllocator.isReachable(files.frames(in: oldest.pages, of: file), requestClass: run.requestClass)
      else {
        list(oldest.pages, of: oldest.owner, on: .inactiveFile, age: oldest.age)
        continue
      }
      left -= oldest.pages.count
      noteScan(oldest.pages.count, in: group, &run)
      reclaim.counters.scannedFile += oldest.pages.count
      // Dirty pages at the end of the list wake the flusher, which writes all there are.
      if files.cleanParts(in: oldest.pages, of: file) != [oldest.pages] { synchronize() }
      files.remember(
        oldest.pages, of: file, evictedAt: reclaim[run.target].evictionAge, for: run.target,
        wasActive: oldest.age == .demoted)
      noteAge(oldest.pages.count, of: run.target)
      freed += forgetPages(oldest.pages, of: file)
      files.noteShadows(of: oldest.pages, in: file)
    }
    reclaim.counters.stolenFile += freed
    noteSteal(freed, in: group, run)
    run.freed += freed
    if freed > 0 { record(.reclaim(.droppedFilePages(freed))) }
  }

  /// Looks at pages given to MADV_FREE, which stand with the file pages: they are dropped, unless they were written
  /// again and so are the process's own as before.
  ///
  /// - Returns: how many pages came free.
  private mutating func shrinkLazilyFree(
    _ oldest: PageListExtent, in group: MemoryGroup, _ run: inout ReclaimRun
  ) -> Int {
    noteScan(oldest.pages.count, in: group, &run)
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
      countInGroup(.droppedLazily, Int(entry.count), group)
      freed += discardPages(entry.range, in: task)
    }
    return freed
  }

  private mutating func noteScan(_ pages: Int, in group: MemoryGroup, _ run: inout ReclaimRun) {
    run.scanned += pages
    countInGroup(run.isKswapd ? .scannedByKswapd : .scannedDirectly, pages, group)
    // The machine's own counters leave out what is done for a group.
    guard run.target == .root else { return }
    if run.isKswapd {
      reclaim.counters.scannedByKswapd += pages
    } else {
      reclaim.counters.scannedDirectly += pages
    }
  }

  private mutating func noteSteal(_ pages: Int, in group: MemoryGroup, _ run: ReclaimRun) {
    countInGroup(run.isKswapd ? .stolenByKswapd : .stolenDirectly, pages, group)
  }

  /// Looks at the oldest inactive anonymous pages: one that was touched since the last look gets a second chance,
  /// one that was touched after that is active, and any other goes to swap (`folio_check_references`).
  ///
  /// A page that is written is looked at twice: writing goes on beside the scan and puts it in front again.
  private mutating func shrinkAnonymous(_ count: Int, in group: MemoryGroup, _ run: inout ReclaimRun) {
    var left = count
    while left > 0, mayGoOn(), let oldest = pageLists.oldest(.inactiveAnonymous, limit: left, in: group) {
      let pages = oldest.pages.count
      switch (oldest.owner, oldest.age) {
      case (.swapCache(let area), _):
        left -= pages
        noteAnonymousScan(pages, in: group, &run)
        let slots = SwapSlot(area: area, offset: Int(oldest.pages.lowerBound))
        noteFreed(dropSwapCache(SwapSlotRange(start: slots, count: pages)), in: group, &run)
      case (.file, _):
        // Swapping of shared memory is not modelled: it stays.
        left -= pages
        noteAnonymousScan(pages, in: group, &run)
        list(oldest.pages, of: oldest.owner, on: .inactiveAnonymous, age: oldest.age)
      case (_, .fresh):
        left -= pages
        noteAnonymousScan(pages, in: group, &run)
        list(oldest.pages, of: oldest.owner, on: .inactiveAnonymous, age: .kept)
      case (_, .touched):
        left -= pages
        noteAnonymousScan(pages, in: group, &run)
        list(oldest.pages, of: oldest.owner, on: .activeAnonymous)
        reclaim.counters.activated += pages
        countInGroup(.activated, pages, group)
        noteAge(pages, of: group)
      case (_, .kept), (_, .demoted):
        let part = PageListExtent(
          owner: oldest.owner,
          pages: oldest.pages.lowerBound..<oldest.pages.lowerBound + UInt64((pages + 1) / 2), age: oldest.age)
        let before = reclaim.counters.swappedOut
        guard let freed = swapOut(part, requestClass: run.requestClass) else { return }
        let written = reclaim.counters.swappedOut - before
        left -= part.pages.count + written
        noteAnonymousScan(part.pages.count + written, in: group, &run)
        reclaim.counters.rotated += freed
        noteFreed(freed, in: group, &run)
        noteCost(anonymous: written, in: group)
      }
    }
  }

  private mutating func noteFreed(_ pages: Int, in group: MemoryGroup, _ run: inout ReclaimRun) {
    reclaim.counters.stolenAnonymous += pages
    noteAge(pages, of: run.target)
    noteSteal(pages, in: group, run)
    run.freed += pages
  }

  private mutating func noteAnonymousScan(_ pages: Int, in group: MemoryGroup, _ run: inout ReclaimRun) {
    noteScan(pages, in: group, &run)
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
}
