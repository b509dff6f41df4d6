// How much of each list a step of reclaim looks at.

extension Machine {
  /// Decides how much of each list a step looks at (`prepare_scan_count` and `get_scan_count`, mm/vmscan.c): all
  /// of one kind where that is clear, else by swappiness and by what reclaiming each kind has cost.
  func scanPlan(_ run: ReclaimRun) -> ScanPlan {
    var plan = ScanPlan()
    let hasNewRefaults = reclaim.counters.activatedByRefault != reclaim.refaultsSeen
    plan.deactivatesAnonymous =
      run.mustDeactivate || pageLists.isShort(.inactiveAnonymous, beside: .activeAnonymous)
    plan.deactivatesFile =
      run.mustDeactivate || hasNewRefaults || pageLists.isShort(.inactiveFile, beside: .activeFile)
    let (anonymousShare, fileShare) = scanShares(run, plan)
    plan.inactiveAnonymous = scanned(.inactiveAnonymous, run, anonymousShare)
    plan.activeAnonymous = scanned(.activeAnonymous, run, anonymousShare)
    plan.inactiveFile = scanned(.inactiveFile, run, fileShare)
    plan.activeFile = scanned(.activeFile, run, fileShare)
    return plan
  }

  /// A share of a list at the run's priority; `part` of `whole`.
  private func scanned(
    _ list: PageListKind, _ run: ReclaimRun, _ share: (part: Int, whole: Int)
  ) -> Int {
    let size = (run.reachable?[list] ?? pageLists.count(list)) >> run.priority
    let product = size.multipliedFullWidth(by: share.part)
    return share.whole == 0 ? 0 : share.whole.dividingFullWidth(product).quotient
  }

  private typealias Share = (part: Int, whole: Int)

  private func scanShares(_ run: ReclaimRun, _ plan: ScanPlan) -> (anonymous: Share, file: Share) {
    let none: Share = (0, 1)
    let all: Share = (1, 1)
    guard run.maySwap, swap.freeSlots > 0 else { return (none, all) }
    if run.priority == 0, tunables.swappiness > 0 { return (all, all) }
    if isFileTiny(run, plan) { return (all, none) }
    if pageLists.count(.inactiveFile) >> run.priority > 0, !plan.deactivatesFile { return (none, all) }
    let costs = reclaim.costs
    let sum = costs.anonymous + costs.file
    // Each kind's cost counts as its own and the sum once more, so that no kind is ever left alone for good.
    let anonymous = tunables.swappiness * (3 * sum + 1) / (sum + costs.anonymous + 1)
    let file = (200 - tunables.swappiness) * (3 * sum + 1) / (sum + costs.file + 1)
    return ((anonymous, anonymous + file), (file, anonymous + file))
  }

  /// Counts the pages on the lists that lie in zones which a class of requests can use (`lruvec_lru_size`), if those
  /// are not all.
  func reachableStatistics(requestClass: Int) -> MemoryStatistics? {
    guard pageAllocator.zones[(requestClass + 1)...].contains(where: \.isPopulated) else { return nil }
    var sum = MemoryStatistics()
    for zone in zoneStatistics[...requestClass] {
      sum.inactiveAnonymous += zone.inactiveAnonymous
      sum.activeAnonymous += zone.activeAnonymous
      sum.inactiveFile += zone.inactiveFile
      sum.activeFile += zone.activeFile
    }
    return sum
  }

  /// Whether file pages and free pages together would not reach the high watermarks: then only anonymous pages can
  /// help.
  private func isFileTiny(_ run: ReclaimRun, _ plan: ScanPlan) -> Bool {
    let high = pageAllocator.zones.reduce(0) { $0 + $1.highWatermark + $1.watermarkBoost }
    let file = pageLists.count(.inactiveFile) + pageLists.count(.activeFile)
    return file + pageAllocator.freePageCount <= high && !plan.deactivatesAnonymous
      && pageLists.count(.inactiveAnonymous) >> run.priority > 0
  }
}
