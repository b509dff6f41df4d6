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
        .kswapdWoke(zone: zone.name, freePages: zone.freePages, lowWatermark: zone.lowWatermark)))
    reclaim.counters.kswapdRuns += 1
    var freed = 0
    pageAllocator.setReclaimActive(true, requestClass: requestClass)
    while let missing = pagesToBalance(requestClass: requestClass) {
      let step = reclaimPages(missing, requestClass: requestClass)
      if step == 0 { break }
      freed += step
    }
    pageAllocator.setReclaimActive(false, requestClass: requestClass)
    // A boost is for one run of kswapd, whether that frees something or not.
    for index in 0...requestClass { pageAllocator.clearWatermarkBoost(zone: index) }
    reclaim.kswapdFailures = freed == 0 ? reclaim.kswapdFailures + 1 : 0
    reclaim.counters.stolenByKswapd += freed
    events.record(.reclaim(.kswapdStopped(freedPages: freed)))
    return freed
  }

  /// Reclaims one batch in the name of the asking process (`__alloc_pages_direct_reclaim`).
  ///
  /// - Returns: how many pages came free.
  mutating func reclaimDirectly(requestClass: Int, for process: ProcessID?) -> Int {
    reclaim.counters.directReclaims += 1
    let freed = reclaimPages(Self.reclaimBatch, requestClass: requestClass)
    guard freed > 0 else { return 0 }
    reclaim.kswapdFailures = 0
    reclaim.counters.stolenDirectly += freed
    events.record(.reclaim(.directReclaim(process: process, freedPages: freed)))
    return freed
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
