// Reclaim by the process that wants memory.

extension Machine {
  /// Pages that reclaim looks for at a time (`SWAP_CLUSTER_MAX`).
  static var reclaimBatch: Int { 32 }

  /// Reclaims one batch in the name of the asking process (`__alloc_pages_direct_reclaim`): from a small share of
  /// each list on to all of them, and when that frees nothing, once more with the active pages.
  ///
  /// - Parameter zone: the highest zone of the request, under which it is counted.
  /// - Returns: how many pages came free.
  mutating func reclaimDirectly(requestClass: Int, zone: ZoneKind, for process: ProcessID?) -> Int {
    countStall(zone)
    reclaim.kswapd?.hadItsTurn = false
    var run = ReclaimRun(wanted: Self.reclaimBatch, requestClass: requestClass, isKswapd: false)
    run.reachable = reachableStatistics(requestClass: requestClass)
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
    record(.reclaim(.directReclaim(process: process, freedPages: run.freed)))
    return run.freed
  }

  private mutating func shrinkUntilDone(_ run: inout ReclaimRun) {
    while run.priority >= 0, mayGoOn() {
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
}
