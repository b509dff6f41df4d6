// What the files of a control group read.

import KernelText

extension Machine {
  /// The text of a file of a group, which has it and can be read.
  package func read(_ file: ControlGroupFile, of id: ControlGroupID) -> String {
    let group = controlGroups[id]
    let control = ledger.groups[group.memory]
    switch file {
    case .controllers:
      return id == .root
        ? "cpuset cpu io memory hugetlb pids rdma misc\n" : group.hasMemory ? "memory\n" : ""
    case .subtreeControl: return group.delegatesMemory ? "memory\n" : ""
    case .events:
      return table(["populated": group.populace > 0 ? 1 : 0, "frozen": controlGroups.isFrozen(id) ? 1 : 0])
    case .freeze: return group.isToFreeze ? "1\n" : "0\n"
    case .maximumDepth: return "\(group.maximumDepth.map { String($0) } ?? "max")\n"
    case .maximumDescendants: return "\(group.maximumDescendants.map { String($0) } ?? "max")\n"
    case .pressureCounting: return group.countsPressure ? "1\n" : "0\n"
    case .processes, .threads:
      return members(of: id).map { "\($0.rawValue)\n" }.joined()
    case .statistics:
      return table([
        "nr_descendants": group.descendants, "nr_dying_descendants": dyingDescendants(of: id),
      ])
    case .type: return "domain\n"
    case .memoryCurrent: return "\(control.memory.usage * 4096)\n"
    case .memoryPeak: return "\(control.memory.peak * 4096)\n"
    case .memoryMinimum: return LimitText.text(control.memory.minimum) + "\n"
    case .memoryLow: return LimitText.text(control.memory.low) + "\n"
    case .memoryHigh: return LimitText.text(control.memory.high) + "\n"
    case .memoryMaximum: return LimitText.text(control.memory.maximum) + "\n"
    case .memoryEvents: return text(control.events, MemoryGroupEvent.ofMemory)
    case .memoryLocalEvents: return text(control.localEvents, MemoryGroupEvent.ofMemory)
    case .memoryOOMGroup: return control.killsTogether ? "1\n" : "0\n"
    case .memoryPressure: return (id == .root ? pressure : group.pressure).information(at: clock).text
    case .memoryStatistics: return statistics(of: group.memory).text
    case .memoryNodes: return nodeStatistics(of: group.memory)
    case .swapCurrent: return "\(control.swap.usage * 4096)\n"
    case .swapHigh: return LimitText.text(control.swap.high) + "\n"
    case .swapMaximum: return LimitText.text(control.swap.maximum) + "\n"
    case .swapEvents: return text(control.events, MemoryGroupEvent.ofSwap)
    case .zswapCurrent: return "0\n"
    case .zswapMaximum: return LimitText.text(control.zswapMaximum) + "\n"
    case .effectiveProcessors:
      return configuration.cpus > 1 ? "0-\(configuration.cpus - 1)\n" : "0\n"
    case .effectiveNodes: return "0\n"
    case .kill, .memoryReclaim, .cpuPressure, .cpuStatistics, .ioPressure, .ioCostModel, .ioCostQuality,
      .ioStatistics, .miscellaneousCapacity:
      return ""
    }
  }

  /// The processes in a group, in the order in which they came; those of the root by number.
  package func members(of id: ControlGroupID) -> [ProcessID] {
    guard id == .root else { return controlGroups[id].processes }
    return processes.live.filter { $0.controlGroup == .root }.map(\.id)
  }

  private func text(_ counts: MemoryEventCounts, _ events: [MemoryGroupEvent]) -> String {
    CounterTable(counters: events.map { .init(name: $0.name, value: Int(clamping: counts[$0])) }).text
  }

  private func table(_ counters: KeyValuePairs<String, Int>) -> String {
    CounterTable(counters: counters.map { .init(name: $0.key, value: $0.value) }).text
  }

  /// The counters of `memory.numa_stat`, all on the one node.
  private func nodeStatistics(of group: MemoryGroup) -> String {
    let keys: Set = [
      "anon", "file", "kernel_stack", "pagetables", "sec_pagetables", "shmem", "file_mapped", "file_dirty",
      "file_writeback", "swapcached", "anon_thp", "file_thp", "shmem_thp", "inactive_anon", "active_anon",
      "inactive_file", "active_file", "unevictable", "slab_reclaimable", "slab_unreclaimable",
      "workingset_refault_anon", "workingset_refault_file", "workingset_activate_anon",
      "workingset_activate_file", "workingset_restore_anon", "workingset_restore_file",
      "workingset_nodereclaim",
    ]
    return NodeCounterTable(
      counters: statistics(of: group).counters.filter { keys.contains($0.name) }.map {
        .init(name: $0.name, values: [$0.value])
      }
    ).text
  }
}
