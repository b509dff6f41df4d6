// What a group's own processes and pages did, counted for memory.stat.

/// One of the counters of `memory.stat` that only grow.
package enum GroupCount: Int, CaseIterable, Sendable, Codable {
  case refaultedAnonymous, refaultedFile, activatedAnonymous, activatedFile, restoredAnonymous, restoredFile
  case reclaimedNodes
  case scannedByKswapd, scannedDirectly, stolenByKswapd, stolenDirectly
  case faults, majorFaults, refilled, activated, deactivated, lazilyFreed, droppedLazily
  case hugeFaults, hugeCollapses
}

/// The counters of one group.
package struct GroupCounts: Sendable, Equatable, Codable {
  private var counts: [Int] = []

  /// Makes zeros.
  package init() {}

  /// The value of a counter.
  package internal(set) subscript(count: GroupCount) -> Int {
    get { counts.isEmpty ? 0 : counts[count.rawValue] }
    set {
      if counts.isEmpty { counts = Array(repeating: 0, count: GroupCount.allCases.count) }
      counts[count.rawValue] = newValue
    }
  }

  /// Adds all counters of another group.
  mutating func add(_ other: GroupCounts) {
    if other.counts.isEmpty { return }
    for count in GroupCount.allCases { self[count] += other[count] }
  }
}
