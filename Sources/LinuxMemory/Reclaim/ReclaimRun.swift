// One run of reclaim: how hard it looks, and how much of each list.

/// What one run of reclaim wants and has found so far (the kernel's `struct scan_control`).
struct ReclaimRun: Sendable, Equatable {
  /// The priority at which every run begins (`DEF_PRIORITY`): 1/4096 of each list is looked at.
  static let firstPriority = 12

  /// A list is looked at by its length shifted right by this; 0 means the whole list.
  var priority = ReclaimRun.firstPriority
  /// How many pages are wanted of a step.
  var wanted: Int
  /// The size of the block that is wanted.
  var order = 0
  /// Whether anonymous pages may go to swap.
  var maySwap = true
  /// Pages of higher zones do not help and stay.
  let requestClass: Int
  /// Whether kswapd reclaims, not the process that wants memory.
  let isKswapd: Bool
  /// Inactive pages looked at.
  var scanned = 0
  /// Pages that came free.
  var freed = 0
  /// Whether active pages were left alone.
  var hasSkippedActive = false
  /// Whether active pages are taken whatever the lengths of the lists.
  var mustDeactivate = false
  /// Pages in the zones that help, by list, where not all do; counted once, at the beginning.
  var reachable: MemoryStatistics?
  /// The count of pages written to swap since boot at which the run lets others go first.
  var pausesAt = Int.max
}

/// A run at one priority, as far as it has come.
struct ReclaimStep: Sendable, Equatable {
  /// What is left to look at.
  var plan: ScanPlan
  /// What there was at the beginning.
  let whole: ScanPlan
  /// What the run had freed before.
  let freedBefore: Int

  /// Begins a step.
  init(plan: ScanPlan, freedBefore: Int) {
    (self.plan, whole, self.freedBefore) = (plan, plan, freedBefore)
  }
}

/// What kswapd is about.
struct KswapdRun: Sendable, Equatable {
  var run: ReclaimRun
  /// The boosts of the zones that this run answers.
  let boosts: [Int]
  /// How many pages are still to be freed for them.
  var boostLeft: Int
  /// The step that was interrupted.
  var step: ReclaimStep?
  /// Whether others go first now.
  var hadItsTurn = false
}

/// How many pages of each list a step of reclaim looks at.
struct ScanPlan: Sendable, Equatable {
  var inactiveAnonymous = 0, activeAnonymous = 0, inactiveFile = 0, activeFile = 0
  /// Whether active anonymous pages may become inactive.
  var deactivatesAnonymous = false
  /// Whether active file pages may become inactive.
  var deactivatesFile = false

  /// Whether nothing is left to look at but active anonymous pages, which alone never free anything.
  var isDone: Bool { inactiveAnonymous == 0 && inactiveFile == 0 && activeFile == 0 }
  /// Whether only anonymous pages are left.
  var hasNoFile: Bool { inactiveFile == 0 && activeFile == 0 }
  /// Whether only file pages are left.
  var hasNoAnonymous: Bool { inactiveAnonymous == 0 && activeAnonymous == 0 }

  /// Ends the scan of the kind of which less is left and cuts the other's share to the same proportion, when enough
  /// is free before both were looked at (`shrink_lruvec`).
  ///
  /// - Parameter whole: the shares at the start of the step.
  /// - Returns: whether anything is left to look at.
  mutating func narrow(from whole: ScanPlan) -> Bool {
    if hasNoFile || hasNoAnonymous { return false }
    let anonymous = inactiveAnonymous + activeAnonymous
    let file = inactiveFile + activeFile
    func rest(_ target: Int, _ left: Int, _ percentage: Int) -> Int {
      max(0, target * (100 - percentage) / 100 - (target - left))
    }
    if file > anonymous {
      let percentage = anonymous * 100 / (whole.inactiveAnonymous + whole.activeAnonymous + 1)
      (inactiveAnonymous, activeAnonymous) = (0, 0)
      inactiveFile = rest(whole.inactiveFile, inactiveFile, percentage)
      activeFile = rest(whole.activeFile, activeFile, percentage)
    } else {
      let percentage = file * 100 / (whole.inactiveFile + whole.activeFile + 1)
      (inactiveFile, activeFile) = (0, 0)
      inactiveAnonymous = rest(whole.inactiveAnonymous, inactiveAnonymous, percentage)
      activeAnonymous = rest(whole.activeAnonymous, activeAnonymous, percentage)
    }
    return true
  }
}

extension Machine {
  /// Decides how much of each list a step looks at (`prepare_scan_count` and `get_scan_count`, mm/vmscan.c): all
  /// of one kind where that is clear, else by swappiness and by what reclaiming each kind has cost.
  func scanPlan(_ run: ReclaimRun) -> ScanPlan {
    var plan = ScanPlan()
    let hasNewRefaults = reclaim.counters.activatedByRefault != reclaim.refaultsSeen
    plan.deactivatesAnonymous =
      run.mustDeactivate || isInactiveLow(.inactiveAnonymous, .activeAnonymous)
    plan.deactivatesFile =
      run.mustDeactivate || hasNewRefaults || isInactiveLow(.inactiveFile, .activeFile)
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

  /// Whether an inactive list is short beside its active one (`inactive_is_low`): shorter, on larger machines a
  /// fraction of it.
  func isInactiveLow(_ inactive: PageListKind, _ active: PageListKind) -> Bool {
    let gigabytes = (pageLists.count(inactive) + pageLists.count(active)) >> 18
    var ratio = 1
    while gigabytes > 0, (ratio + 1) * (ratio + 1) <= 10 * gigabytes { ratio += 1 }
    return pageLists.count(inactive) * ratio < pageLists.count(active)
  }
}
