// When reclaim runs: kswapd between the watermarks, and the asking process itself.

extension Machine {
  /// Wakes kswapd, which reclaims until one zone that the request could use is above its high watermark
  /// (`balance_pgdat`, mm/vmscan.c).
  ///
  /// kswapd runs here to its end before the process goes on. It gives up after 16 rounds without success, and is
  /// woken again only when somebody freed memory by direct reclaim.
  ///
  /// - Returns: how many pages it freed.
  mutating func runKswapd(requestClass: Int, order: Int) -> Int {
    guard reclaim.kswapdFailures < ReclaimState.failureLimit else { return 0 }
    guard let zone = pageAllocator.zones[...requestClass].last(where: \.isPopulated) else { return 0 }
    events.record(
      .reclaim(
        .kswapdWoke(
          zone: zone.name, freePages: zone.freePages,
          lowWatermark: zone.floorPages(.low, requestClass: requestClass))))
    reclaim.counters.kswapdRuns += 1
    if let slept = reclaim.kswapdSleptAt, clock - min(slept, clock) < 100_000 {
      reclaim.counters.lowMarkHitQuickly += 1
    }
    var run = ReclaimRun(
      wanted: kswapdTarget(requestClass: requestClass), requestClass: requestClass, isKswapd: true)
    pageAllocator.setReclaimActive(true, requestClass: requestClass)
    while run.priority > 0, goesOn(run) {
      let (scanned, before) = (run.scanned, run.freed)
      shrinkNode(&run)
      if run.scanned - scanned < run.wanted || run.freed == before { run.priority -= 1 }
    }
    let freed = run.freed
    reclaim.refaultsSeen = reclaim.counters.activatedByRefault
    reclaim.kswapdSleptAt = clock
    pageAllocator.setReclaimActive(false, requestClass: requestClass)
    // A boost is for one run of kswapd, whether that frees something or not.
    for index in 0...requestClass { pageAllocator.clearWatermarkBoost(zone: index) }
    reclaim.kswapdFailures = freed == 0 ? reclaim.kswapdFailures + 1 : 0
    reclaim.counters.stolenByKswapd += freed
    events.record(.reclaim(.kswapdStopped(freedPages: freed)))
    return freed
  }

  /// Reclaims one batch in the name of the asking process (`__alloc_pages_direct_reclaim`): from a small share of
  /// each list on to all of them, and when that frees nothing, once more with the active pages.
  ///
  /// - Parameter zone: the highest zone of the request, under which it is counted.
  /// - Returns: how many pages came free.
  mutating func reclaimDirectly(requestClass: Int, zone: ZoneKind, for process: ProcessID?) -> Int {
    countStall(zone)
    var run = ReclaimRun(wanted: Self.reclaimBatch, requestClass: requestClass, isKswapd: false)
    shrinkUntilDone(&run)
    if run.freed == 0, run.hasSkippedActive {
      run.priority = ReclaimRun.firstPriority
      run.mustDeactivate = true
      shrinkUntilDone(&run)
    }
    reclaim.refaultsSeen = reclaim.counters.activatedByRefault
    guard run.freed > 0 else { return 0 }
    reclaim.kswapdFailures = 0
    reclaim.counters.stolenDirectly += run.freed
    events.record(.reclaim(.directReclaim(process: process, freedPages: run.freed)))
    return run.freed
  }

  private mutating func shrinkUntilDone(_ run: inout ReclaimRun) {
    while run.priority >= 0 {
      shrinkNode(&run)
      if run.freed >= run.wanted { return }
      run.priority -= 1
    }
    run.priority = 0
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

  /// Whether kswapd goes on: while no zone is above its high watermark, or nothing that it wrote can be free yet.
  private func goesOn(_ run: ReclaimRun) -> Bool {
    pagesToBalance(requestClass: run.requestClass) != nil
      || (run.swapped > 0 && run.priority > ReclaimState.priorityOfFirstWrites)
  }

  /// How many pages one step of kswapd is to free: the high watermarks of all zones (`kswapd_shrink_node`).
  private func kswapdTarget(requestClass: Int) -> Int {
    pageAllocator.zones[...requestClass].lazy.filter(\.isPopulated).reduce(0) {
      $0 + max($1.highWatermark + $1.watermarkBoost, Self.reclaimBatch)
    }
  }

  /// Pages that reclaim looks for at a time (`SWAP_CLUSTER_MAX`).
  static var reclaimBatch: Int { 32 }

  /// How many more free pages would bring some zone above its high watermark; `nil` when one is.
  private func pagesToBalance(requestClass: Int) -> Int? {
    let missing = pageAllocator.zones[...requestClass].lazy.filter(\.isPopulated).map { zone in
      zone.floorPages(.high, requestClass: requestClass) + 1 - zone.freePages
    }
    guard let least = missing.min(), least > 0 else { return nil }
    return max(least, Self.reclaimBatch)
  }
}
