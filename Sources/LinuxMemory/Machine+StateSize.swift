// How much of the host's memory the simulation holds, so that a host can set a budget.

extension Machine {
  /// About how many bytes of the host's memory the state of this machine takes; what grows with what a
  /// script does is counted, what every machine has is not.
  public var stateByteCount: Int {
    var bytes = (slab.pool.count + vmallocArea.areas.count) * 256
    bytes += log.lines.count * 128
    bytes += pageAllocator.stateByteCount + kernelPages.blocks.stateByteCount
    for verdict in oomKiller.history.verdicts { bytes += 128 + verdict.ranking.candidates.count * 128 }
    for process in processes.all { bytes += process.stateByteCount }
    return bytes
  }
}

extension Process {
  /// The share of one process.
  fileprivate var stateByteCount: Int {
    1024 + addressSpace.areas.list.count * 128 + addressSpace.pageTable.mappings.extentCount * 64
      + (malloc?.memory.stateByteCount ?? 0)
  }
}
