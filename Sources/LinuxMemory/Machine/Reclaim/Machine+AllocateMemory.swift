// How requests for pages are met: free pages, then reclaim, then the OOM killer.

/// What came of a request for pages.
package enum AllocationOutcome: Sendable, Equatable {
  /// So many pages were given, at least one; ask again for the rest.
  case allocated(Int)
  /// The asking process was killed while it waited for memory, or the machine stopped.
  case killed
}

extension Machine {
  /// Whether the kernel has panicked: the machine does nothing any more.
  public var isHalted: Bool { oomKiller.panic != nil }

  /// Gives a process pages of memory: the way of `__alloc_pages` (mm/page_alloc.c).
  ///
  /// Above the low watermark pages are simply taken. Below it kswapd is woken, and the request may go down to the
  /// min watermark; then the process reclaims for itself, and when that frees nothing, the OOM killer runs.
  ///
  /// - Parameters:
  ///   - count: how many pages, at least 1.
  ///   - task: who asks.
  ///   - owner: what the pages are for.
  ///   - flags: zones and migrate type.
  ///   - group: who is charged; nil for the group of the process.
  ///   - runs: receives the pages in the order of allocation.
  mutating func allocateUserPages(
    _ count: Int, for task: ProcessHandle, owner: FrameOwner, flags: GFPFlags = .userPage,
    chargedTo group: MemoryGroup? = nil, into runs: inout [FrameRange]
  ) -> AllocationOutcome {
    if !ledger.groups.isTrivial, let group = group ?? chargedGroup(of: task), group != .root {
      return allocateChargedPages(count, for: task, in: group, owner: owner, flags: flags, into: &runs)
    }
    return allocateUnchargedPages(count, for: task, owner: owner, flags: flags, into: &runs)
  }

  /// Gives a process pages for which no group is charged yet.
  mutating func allocateUnchargedPages(
    _ count: Int, for task: ProcessHandle, owner: FrameOwner, flags: GFPFlags, into runs: inout [FrameRange]
  ) -> AllocationOutcome {
    let given = ledger.takePages(
      count, flags, watermark: .low, stopsAtBoost: true, for: owner, into: &runs)
    if given > 0 {
      noteBoost(flags)
      return .allocated(given)
    }
    var pages: [FrameRange] = []
    let outcome = allocateSlowly(flags, order: 0, for: task) { machine, watermark in
      machine.ledger.takePages(
        count, flags, watermark: watermark, stopsAtBoost: true, for: owner, into: &pages)
    }
    runs += pages
    noteBoost(flags)
    return outcome > 0 ? .allocated(outcome) : .killed
  }

  /// Gives the kernel a block of pages.
  ///
  /// - Parameters:
  ///   - order: 0 to 10.
  ///   - flags: zones, migrate type, and what may be done to find a block.
  ///   - owner: what it is for.
  ///   - task: in whose call the kernel asks, nil for that of the machine's `actor`; it may be killed for it.
  /// - Returns: the first frame, or `nil` when the request fails or the process was killed.
  mutating func allocateKernelPages(
    order: Int, flags: GFPFlags, owner: FrameOwner, for task: ProcessHandle? = nil
  ) -> FrameNumber? {
    if let frame = ledger.take(order: order, flags, watermark: .low, for: owner) {
      noteBoost(flags)
      return frame
    }
    let task = task ?? actor.flatMap(processes.handle)
    guard (0...MemoryZone.largestOrder).contains(order) else { return nil }
    var frame: FrameNumber?
    _ = allocateSlowly(flags, order: order, for: task) { machine, watermark in
      frame = machine.ledger.take(order: order, flags, watermark: watermark, for: owner)
      return frame == nil ? 0 : 1
    }
    // Who was killed meanwhile does not miss the memory.
    if frame == nil, !isHalted, !work.isStopped, task.map(processes.isLiving) ?? true {
      reportAllocationFailure(order: order, flags: flags, for: task?.id)
    }
    return frame
  }

  /// The slow path (`__alloc_pages_slowpath`).
  ///
  /// - Parameter attempt: tries to take pages with a watermark; returns how many it took.
  /// - Returns: how many pages the attempt that succeeded took, or 0.
  private mutating func allocateSlowly(
    _ flags: GFPFlags, order: Int, for task: ProcessHandle?,
    attempt: (inout Machine, Watermark) -> Int
  ) -> Int {
    let requestClass = pageAllocator.requestClass(of: flags)
    if flags.contains(.__GFP_KSWAPD_RECLAIM), runKswapd(requestClass: requestClass, order: order) > 0,
      reclaim.kswapd == nil
    {
      let given = attempt(&self, .low)
      if given > 0 { return given }
    }
    let watermark = flags.slowPathWatermark
    let given = attempt(&self, watermark)
    if given > 0 || !flags.mayReclaim { return given }
    if oomKiller.isDyingInSwapoff(task?.id) { return takeAsVictim(flags, order: order, for: task, attempt) }
    let isCostly = order > PerCPUPages.costlyOrder
    if isCostly || (order > 0 && flags.migrateType != .movable) {
      let given = compactDirectly(order: order, flags, isAsynchronous: true) { attempt(&$0, watermark) }
      if given > 0 { return given }
    }
    var rounds = 0
    // A kill frees memory, so each round of the loop has one process less.
    while !isHalted, mayGoOn() {
      let freed = reclaimDirectly(
        requestClass: requestClass, zone: flags.zoneOfStalls, for: task?.id)
      let given = attempt(&self, watermark)
      if given > 0 { return given }
      // What is set aside for atomic requests is given up before anybody is killed.
      if ledger.unreserveHighAtomic(for: flags, takesLast: freed == 0) { continue }
      if order > 0 {
        let given = compactDirectly(order: order, flags, isAsynchronous: false) { attempt(&$0, watermark) }
        if given > 0 { return given }
      }
      if flags.contains(.__GFP_NORETRY) || (isCostly && !flags.mustRetry) { return 0 }
      rounds += 1
      if work.isStopped { return 0 }
      if freed > 0, order == 0 || rounds < Self.retryLimit { continue }
      if takeApartHugePages() > 0 { continue }
      let mayKill =
        flags.contains(.__GFP_FS) && !isCostly && !flags.contains(.__GFP_RETRY_MAYFAIL)
      guard mayKill, killForMemory(flags: flags, order: order, asker: task?.id) else { break }
      if let task, !processes.isLiving(task) { return 0 }
      if oomKiller.isDyingInSwapoff(task?.id) { return takeAsVictim(flags, order: order, for: task, attempt) }
      let last = attempt(&self, watermark)
      if last > 0 { return last }
      rounds = 0
    }
    // Who must not fail may take what is kept for emergencies.
    return flags.contains(.__GFP_NOFAIL) && !isHalted && !work.isStopped ? attempt(&self, .none) : 0
  }

  /// Serves a victim that still runs from what is kept for victims (`ALLOC_OOM`), and reports when that ends.
  private mutating func takeAsVictim(
    _ flags: GFPFlags, order: Int, for task: ProcessHandle?, _ attempt: (inout Machine, Watermark) -> Int
  ) -> Int {
    let given = attempt(&self, .oomVictim)
    if given == 0 { reportAllocationFailure(order: order, flags: flags, for: task?.id) }
    return given
  }

  /// How often a request of higher order is tried again while reclaim makes progress (`MAX_RECLAIM_RETRIES`).
  private static var retryLimit: Int { 16 }

  /// Reports a request that the page allocator could not serve.
  ///
  /// - Parameters:
  ///   - order: 0 to 10.
  ///   - flags: the flags of the request.
  ///   - process: who asked; init when nobody is named.
  private mutating func reportAllocationFailure(order: Int, flags: GFPFlags, for process: ProcessID?) {
    record(
      .pageAllocator(
        .refused(
          order: order, freePages: ledger.allocator.freePageCount,
          largestOrder: ledger.allocator.largestOrder(for: flags))))
    warnOfAllocation("page allocation failure: order:\(order)", flags: flags, for: process)
  }

  /// Reclaims one batch in the name of the asking process (`__alloc_pages_direct_reclaim`): from a small share of
  /// each list on to all of them, and when that frees nothing, once more with the active pages.
  ///
  /// - Parameter zone: the highest zone of the request, under which it is counted.
  /// - Returns: how many pages came free.
  private mutating func reclaimDirectly(requestClass: Int, zone: ZoneKind, for process: ProcessID?) -> Int {
    countStall(zone)
    reclaim.kswapd?.hadItsTurn = false
    var run = ReclaimRun(wanted: ReclaimRun.batch, requestClass: requestClass, isKswapd: false)
    run.reachable = reachableStatistics(requestClass: requestClass)
    reclaim(&run)
    guard run.freed > 0 else { return 0 }
    reclaim.kswapdFailures = 0
    reclaim.counters.stolenDirectly += run.freed
    record(.reclaim(.directReclaim(process: process, freedPages: run.freed)))
    return run.freed
  }

  private mutating func countStall(_ zone: ZoneKind) {
    reclaim.counters.directReclaims += 1
    let zones = pageAllocator.zones
    if reclaim.counters.directReclaimsByClass.isEmpty {
      reclaim.counters.directReclaimsByClass = Array(repeating: 0, count: zones.count)
    }
    // Where there is no high memory, its requests are those of the zone below.
    let position = zones.firstIndex { $0.kind == zone } ?? zones.firstIndex { $0.kind == .normal } ?? 0
    reclaim.counters.directReclaimsByClass[position] += 1
  }

  /// Tells kswapd of a boost of the marks that a request caused (`rmqueue`, mm/page_alloc.c).
  private mutating func noteBoost(_ flags: GFPFlags) {
    guard flags.contains(.__GFP_KSWAPD_RECLAIM),
      let zone = ledger.takeNewBoost(requestClass: pageAllocator.requestClass(of: flags))
    else { return }
    runKswapd(requestClass: zone, order: 0)
  }
}

extension GFPFlags {
  /// The zone under which a wait for reclaim counts (`gfp_zone`).
  fileprivate var zoneOfStalls: ZoneKind {
    contains([.__GFP_HIGHMEM, .__GFP_MOVABLE]) ? .movable : highestZone
  }

  /// Whether a request of a costly order is tried again rather than given up.
  fileprivate var mustRetry: Bool { contains(.__GFP_RETRY_MAYFAIL) || contains(.__GFP_NOFAIL) }
}

extension PageAllocator {
  /// The largest order that a request with these flags would be given; nil when not even a page.
  func largestOrder(for flags: GFPFlags) -> Int? {
    let requestClass = requestClass(of: flags)
    return (0...MemoryZone.largestOrder).last { order in
      zones[...requestClass].contains {
        $0.isPopulated && $0.mayGive(order: order, flags.slowPathWatermark, requestClass: requestClass)
      }
    }
  }
}
