// The counters of the kernel: what each counts, and in which order a release lists them.

/// What a counter of `/proc/vmstat` counts.
package enum KernelCounter: Sendable {
  /// Nothing of the kind can happen on the simulated machine, so 0 is the truth.
  case never
  /// Pages in use, of the machine or of a zone.
  case use(KeyPath<MemoryStatistics, Int> & Sendable)
  /// What reclaim and swap did.
  case reclaim(KeyPath<ReclaimCounters, Int> & Sendable)
  /// What faults and locks did.
  case pages(KeyPath<PageEventCounters, Int> & Sendable)
  /// What compaction did.
  case compaction(KeyPath<CompactionCounters, Int> & Sendable)
  /// Requests that the page allocator served.
  case requests
  /// Huge pages of anonymous memory, by number.
  case anonymousHugePages
  /// Dirty pages at which writers must write themselves, and at which the flusher begins.
  case dirtyLimit, backgroundDirtyLimit
  /// Pages of files and swap written.
  case written
  /// KiB read from disks and written to them, files and swap together.
  case kilobytesRead, kilobytesWritten
  /// Pages freed since boot, what boot itself freed included.
  case freed
  /// For each zone a line of its own: pages given out; requests that had to reclaim; pages that reclaim passed over.
  case allocatedByZone, stallsByZone, skippedByZone
}

/// A counter with the name that a release gives it.
package struct NamedCounter: Sendable {
  /// The name; of a counter by zone what stands before the zone's.
  package let name: String
  /// What it counts.
  package let counter: KernelCounter
  /// Whether only a kernel that is built for several memory nodes has it.
  let needsNodes: Bool

  init(_ name: String, _ counter: KernelCounter = .never, needsNodes: Bool = false) {
    self.name = name
    self.counter = counter
    self.needsNodes = needsNodes
  }
}

/// The counters of a release in the order of its files (`vmstat_text`, mm/vmstat.c).
package struct KernelCounterList: Sendable {
  /// Those that each zone has.
  let zone: [NamedCounter]
  /// Requests by memory node, which each zone has too.
  let locality: [NamedCounter]
  /// Those of the node.
  let node: [NamedCounter]
  /// Those of the machine: limits and events.
  let machine: [NamedCounter]
}
