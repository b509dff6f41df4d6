// The values of the kernel's counters.

/// A counter's name and its value.
package typealias CounterValue = (name: String, value: Int)

extension Machine {
  /// The counters of `/proc/vmstat`, in the order of the machine's kernel.
  ///
  /// What a booted kernel counted before its first program is there as far as the simulation boots too (pages given
  /// out, pages freed); the rest starts at 0 with the first command.
  package var counters: [CounterValue] {
    let list = configuration.kernel.counters
    let statistics = memoryStatistics
    return values(of: list.zone + list.locality + list.node + list.machine, statistics, pageAllocator.zones)
  }

  /// The counters of the node, as `/proc/zoneinfo` lists them.
  package var nodeCounters: [CounterValue] {
    values(of: configuration.kernel.counters.node, memoryStatistics, pageAllocator.zones)
  }

  /// The counters of a zone, as `/proc/zoneinfo` lists them.
  ///
  /// - Parameters:
  ///   - zone: the zone.
  ///   - statistics: its element of ``zoneStatistics``.
  package func counters(of zone: MemoryZone, _ statistics: MemoryStatistics) -> [CounterValue] {
    let list = configuration.kernel.counters
    return values(of: list.zone + list.locality, statistics, [zone])
  }

  private func values(
    of counters: [NamedCounter], _ statistics: MemoryStatistics, _ zones: [MemoryZone]
  ) -> [CounterValue] {
    let hasNodes = configuration.profile.hasNodes
    return counters.filter { !$0.needsNodes || hasNodes }.flatMap { named -> [CounterValue] in
      if let values = valuesByZone(of: named.counter) {
        return zip(pageAllocator.zones, values).map { (named.name + $0.counterName, $1) }
      }
      return [(named.name, value(of: named.counter, statistics, zones))]
    }
  }

  private func valuesByZone(of counter: KernelCounter) -> [Int]? {
    let zones = pageAllocator.zones
    switch counter {
    case .allocatedByZone: return zones.map(\.allocatedPages)
    case .stallsByZone:
      let stalls = reclaim.counters.directReclaimsByClass
      return zones.indices.map { stalls.indices.contains($0) ? stalls[$0] : 0 }
    case .skippedByZone: return zones.map { _ in 0 }
    default: return nil
    }
  }

  private func value(of counter: KernelCounter, _ statistics: MemoryStatistics, _ zones: [MemoryZone]) -> Int
  {
    let reclaim = reclaim.counters
    switch counter {
    case .never, .allocatedByZone, .stallsByZone, .skippedByZone: return 0
    case .use(let path): return statistics[keyPath: path]
    case .reclaim(let path): return reclaim[keyPath: path]
    case .pages(let path): return pageEvents[keyPath: path]
    case .compaction(let path): return compaction[keyPath: path]
    case .requests: return zones.reduce(0) { $0 + $1.servedRequests }
    case .anonymousHugePages:
      return statistics.anonymousHuge * configuration.profile.pageSize / configuration.profile.hugePageSize
    case .dirtyLimit: return dirtyLimits.writer
    case .backgroundDirtyLimit: return dirtyLimits.background
    case .written: return reclaim.written + reclaim.swappedOut
    case .kilobytesRead: return (reclaim.readFromDisk + reclaim.swappedIn) * 4
    case .kilobytesWritten: return (reclaim.written + reclaim.swappedOut) * 4
    case .freed:
      // Boot freed all memory once; since then, what was given out and is free again.
      let given = zones.reduce(0) { $0 + $1.allocatedPages }
      return given + pageAllocator.freePageCount + pageAllocator.perCPUPageCount
    }
  }
}

extension MemoryZone {
  /// How counters by zone name it.
  fileprivate var counterName: String { kind == .highMem ? "high" : name.lowercased() }
}
