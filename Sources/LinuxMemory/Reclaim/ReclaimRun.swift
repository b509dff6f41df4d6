// One run of reclaim: how hard it looks, and how much of each list.

/// What one run of reclaim wants and has found so far (the kernel's `struct scan_control`).
struct ReclaimRun {
  /// The priority at which every run begins (`DEF_PRIORITY`): 1/4096 of each list is looked at.
  static let firstPriority = 12

  /// A list is looked at by its length shifted right by this; 0 means the whole list.
  var priority = ReclaimRun.firstPriority
  /// How many pages are wanted.
  let wanted: Int
  /// Pages of higher zones do not help and stay.
  let requestClass: Int
  /// Whether kswapd reclaims, not the process that wants memory.
  let isKswapd: Bool
  /// Pages looked at.
  var scanned = 0
  /// Pages that came free.
  var freed = 0
  /// Pages written to swap.
  var swapped = 0
  /// Whether active pages were left alone.
  var hasSkippedActive = false
  /// Whether active pages are taken whatever the lengths of the lists.
  var mustDeactivate = false
}

/// How many pages of each list a step of reclaim looks at.
struct ScanPlan {
  var inactiveAnonymous = 0, activeAnonymous = 0, inactiveFile = 0, activeFile = 0
  /// Whether active anonymous pages may become inactive.
  var deactivatesAnonymous = false
  /// Whether active file pages may become inactive.
  var deactivatesFile = false

  /// Whether nothing is left to look at but active anonymous pages, which alone never free anything.
  var isDone: Bool { inactiveAnonymous == 0 && inactiveFile == 0 && activeFile == 0 }
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
    let size = pageLists.count(list) >> run.priority
    let product = size.multipliedFullWidth(by: share.part)
    return share.whole == 0 ? 0 : share.whole.dividingFullWidth(product).quotient
  }

  private typealias Share = (part: Int, whole: Int)

  private func scanShares(_ run: ReclaimRun, _ plan: ScanPlan) -> (anonymous: Share, file: Share) {
    let none: Share = (0, 1)
    let all: Share = (1, 1)
    guard swap.freeSlots > 0 else { return (none, all) }
    if run.priority == 0, tunables.swappiness > 0 { return (all, all) }
    if isFileTiny(run, plan) { return (all, none) }
    if pageLists.count(.inactiveFile) >> run.priority > 0, !plan.deactivatesFile { return (none, all) }
    let costs = reclaim.costs
    let total = costs.anonymous + costs.file
    let anonymous = tunables.swappiness * (total + 1) / (total + costs.anonymous + 1)
    let file = (200 - tunables.swappiness) * (total + 1) / (total + costs.file + 1)
    let whole = anonymous + file + 1
    return ((anonymous, whole), (file, whole))
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
