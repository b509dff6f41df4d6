// How much of each list a step of reclaim looks at.

extension Machine {
  /// What the lists of a run's target and of all below it say (`prepare_scan_count`, mm/vmscan.c).
  func scanConditions(_ run: ReclaimRun) -> ScanConditions {
    var conditions = ScanConditions()
    let history = reclaim[run.target]
    let listed = pagesListed(below: run.target)
    let inactiveFile = listed[.inactiveFile]
    conditions.costs = history.costs
    conditions.deactivatesAnonymous =
      run.mustDeactivate
      || ScanConditions.isShort(inactive: listed[.inactiveAnonymous], beside: listed[.activeAnonymous])
    conditions.deactivatesFile =
      run.mustDeactivate || history.activatedByRefault != history.refaultsSeen
      || ScanConditions.isShort(inactive: inactiveFile, beside: listed[.activeFile])
    conditions.trimsCache = inactiveFile >> run.priority > 0 && !conditions.deactivatesFile
    if run.target == .root {
      conditions.isFileTiny = isFileTiny(run, isDeactivating: conditions.deactivatesAnonymous)
    }
    return conditions
  }

  /// How many pages stand on each list of a group and of those below it.
  func pagesListed(below group: MemoryGroup) -> MemoryStatistics {
    var sum = MemoryStatistics()
    if group == .root {
      for kind in PageListKind.allCases { sum[kind] = pageLists.count(kind) }
    } else {
      for member in ledger.groups.subtree(of: group) {
        for kind in PageListKind.allCases { sum[kind] += pageLists.count(kind, in: member) }
      }
    }
    return sum
  }

  /// Decides how much of each list of a group a step looks at (`get_scan_count`, mm/vmscan.c): all of one kind where
  /// that is clear, else by swappiness and by what reclaiming each kind has cost.
  mutating func scanPlan(
    _ run: inout ReclaimRun, in group: MemoryGroup = .root, _ conditions: ScanConditions
  ) -> ScanPlan {
    var plan = ScanPlan()
    plan.deactivatesAnonymous = conditions.deactivatesAnonymous
    plan.deactivatesFile = conditions.deactivatesFile
    let (anonymousShare, fileShare) = scanShares(run, in: group, conditions)
    plan.inactiveAnonymous = scanned(.inactiveAnonymous, &run, in: group, anonymousShare)
    plan.activeAnonymous = scanned(.activeAnonymous, &run, in: group, anonymousShare)
    plan.inactiveFile = scanned(.inactiveFile, &run, in: group, fileShare)
    plan.activeFile = scanned(.activeFile, &run, in: group, fileShare)
    return plan
  }

  /// A share of a list at the run's priority; `part` of `whole`.
  private mutating func scanned(
    _ list: PageListKind, _ run: inout ReclaimRun, in group: MemoryGroup, _ share: Share
  ) -> Int {
    let listed = pageLists.count(list, in: group)
    var size = ledger.groups.isTrivial ? run.reachable?[list] ?? listed : listed
    if group != run.target { size = unprotected(size, &run, in: group) }
    size >>= run.priority
    let isOnline = group == .root || ledger.groups[group].isOnline
    // What a removed group leaves is scraped out bit by bit.
    if size == 0, !isOnline { size = min(listed, ReclaimRun.batch) }
    guard share.whole > 0 else { return 0 }
    let (quotient, rest) = share.whole.dividingFullWidth(size.multipliedFullWidth(by: share.part))
    return quotient + (rest > 0 && !isOnline ? 1 : 0)
  }

  /// What is left of a list when the group's protection has its share of it.
  private mutating func unprotected(_ size: Int, _ run: inout ReclaimRun, in group: MemoryGroup) -> Int {
    let memory = ledger.groups[group].memory
    let (minimum, low) = (memory.effectiveMinimum, memory.effectiveLow)
    guard minimum > 0 || low > 0 else { return size }
    var protection = minimum
    if !run.takesProtected, low > minimum {
      protection = low
      run.hasSkippedProtected = true
    }
    let usage = max(memory.usage, protection)
    let (high, lowHalf) = size.multipliedFullWidth(by: protection)
    return max(size - (usage + 1).dividingFullWidth((high, lowHalf)).quotient, ReclaimRun.batch)
  }

  private typealias Share = (part: Int, whole: Int)

  private func scanShares(
    _ run: ReclaimRun, in group: MemoryGroup, _ conditions: ScanConditions
  ) -> (anonymous: Share, file: Share) {
    let none: Share = (0, 1)
    let all: Share = (1, 1)
    guard run.maySwap, freeSwap(for: group) > 0 else { return (none, all) }
    if run.target != .root, tunables.swappiness == 0 { return (none, all) }
    if run.priority == 0, tunables.swappiness > 0 { return (all, all) }
    if conditions.isFileTiny { return (all, none) }
    if conditions.trimsCache { return (none, all) }
    let costs = conditions.costs
    let sum = costs.anonymous + costs.file
    // Each kind's cost counts as its own and the sum once more, so that no kind is ever left alone for good.
    let anonymous = tunables.swappiness * (3 * sum + 1) / (sum + costs.anonymous + 1)
    let file = (200 - tunables.swappiness) * (3 * sum + 1) / (sum + costs.file + 1)
    return ((anonymous, anonymous + file), (file, anonymous + file))
  }

  /// How many pages of a group may still go to swap (`mem_cgroup_get_nr_swap_pages`).
  func freeSwap(for group: MemoryGroup) -> Int {
    if group == .root { return swap.freeSlots }
    return ledger.groups.ancestry(of: group).reduce(swap.freeSlots) {
      min($0, ledger.groups[$1].swap.margin)
    }
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
  private func isFileTiny(_ run: ReclaimRun, isDeactivating: Bool) -> Bool {
    let high = pageAllocator.zones.reduce(0) { $0 + $1.highWatermark + $1.watermarkBoost }
    let file = pageLists.count(.inactiveFile) + pageLists.count(.activeFile)
    return file + pageAllocator.freePageCount <= high && !isDeactivating
      && pageLists.count(.inactiveAnonymous) >> run.priority > 0
  }
}
