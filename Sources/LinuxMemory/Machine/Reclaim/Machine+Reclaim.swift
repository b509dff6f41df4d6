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
    let batch = Self.reclaimBatch
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
    guard swap.totalSlots > 0, isInactiveLow(.inactiveAnonymous, .activeAnonymous) else { return }
    deactivate(Self.reclaimBatch, .activeAnonymous, .inactiveAnonymous)
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
      pageLists.append(oldest.pages, of: oldest.owner, to: inactive, age: .demoted)
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
    if freed > 0 { record(.reclaim(.droppedFilePages(freed))) }
  }

  /// Looks at pages given to MADV_FREE, which stand with the file pages: they are dropped, unless they were written
  /// again and so are the process's own as before.
  ///
  /// - Returns: how many pages came free.
  private mutating func shrinkLazilyFree(_ oldest: PageListExtent, _ run: inout ReclaimRun) -> Int {
    noteScan(oldest.pages.count, &run)
    reclaim.counters.scannedFile += oldest.pages.count
    pageLists.append(oldest.pages, of: oldest.owner, to: .activeAnonymous)
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

  mutating func noteScan(_ pages: Int, _ run: inout ReclaimRun) {
    run.scanned += pages
    if run.isKswapd {
      reclaim.counters.scannedByKswapd += pages
    } else {
      reclaim.counters.scannedDirectly += pages
    }
  }

  /// Whether some of the frames lie in a zone that a request of a class can use.
  func isReachable(_ runs: [FrameRange], requestClass: Int) -> Bool {
    runs.contains { run in (pageAllocator.zoneIndex(of: run.start) ?? 0) <= requestClass }
  }
}
