// One run of reclaim: how hard it looks, and how much of each list.

/// What one run of reclaim wants and has found so far (the kernel's `struct scan_control`).
struct ReclaimRun: Sendable, Equatable, Codable {
  /// The priority at which every run begins (`DEF_PRIORITY`): 1/4096 of each list is looked at.
  static let firstPriority = 12
  /// Pages that reclaim looks for at a time (`SWAP_CLUSTER_MAX`).
  static let batch = 32

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
  /// The group in which, and below which, pages are taken.
  var target = MemoryGroup.root
  /// Whether groups are looked at that `memory.low` protects.
  var takesProtected = false
  /// Whether groups were left alone for their `memory.low`.
  var hasSkippedProtected = false
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

/// A run at one priority in one group, as far as it has come.
struct ReclaimStep: Sendable, Equatable, Codable {
  /// Whose lists are looked at.
  let group: MemoryGroup
  /// What is left to look at.
  var plan: ScanPlan
  /// What there was at the beginning.
  let whole: ScanPlan
  /// What the run had freed before.
  let freedBefore: Int

  /// Begins a step.
  init(in group: MemoryGroup, plan: ScanPlan, freedBefore: Int) {
    self.group = group
    (self.plan, whole, self.freedBefore) = (plan, plan, freedBefore)
  }
}
