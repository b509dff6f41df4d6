// How much of the host's memory the simulation holds, so that a host can set a budget.

extension Machine {
  /// About how many bytes of the host's memory the state of this machine takes; what grows with what a
  /// script does is counted, what every machine has is not.
  ///
  /// It takes time by the number of processes, caches and chunks of extents, not by what these hold.
  public var stateByteCount: Int {
    var bytes = slab.stateByteCount + vmallocArea.stateByteCount
    bytes += log.lines.count * 128
    bytes += pageAllocator.stateByteCount + kernelPages.blocks.stateByteCount
    bytes += pageLists.stateByteCount + sharedFrames.stateByteCount + sharedMemory.stateByteCount
    bytes += swap.stateByteCount + swapCache.stateByteCount + files.stateByteCount
    bytes += reclaim.swapIndexNodes.count * 8
    bytes += ledger.stateByteCount + controlGroups.stateByteCount
    for verdict in oomKiller.history.verdicts { bytes += 128 + verdict.ranking.candidates.count * 128 }
    for process in processes.all { bytes += process.stateByteCount }
    for process in processes.remains { bytes += process.stateByteCount }
    return bytes
  }
}

extension LinuxProcess {
  /// The share of one process.
  fileprivate var stateByteCount: Int {
    MemoryLayout<LinuxProcess>.stride + 256 + addressSpace.areas.list.count * 2
      * MemoryLayout<VirtualMemoryArea>.stride
      + addressSpace.pageTable.mappings.stateByteCount + addressSpace.pageTable.directory.stateByteCount
      + (malloc?.memory.stateByteCount ?? 0)
  }
}

extension Slab {
  /// Caches with their names, slabs, and what these note of each object: a bit, and two bytes once it was freed.
  fileprivate var stateByteCount: Int {
    caches.reduce(pool.count * 256) { sum, cache in
      guard let cache else { return sum + MemoryLayout<SlabCache?>.stride }
      let names = cache.aliases.reduce(cache.name.utf8.count) { $0 + 16 + $1.utf8.count }
      return sum + 2 * MemoryLayout<SlabCache?>.stride + names + cache.ownCapacity * 9 / 4
    }
  }
}

extension VmallocArea {
  fileprivate var stateByteCount: Int {
    areas.reduce(0) { $0 + 2 * MemoryLayout<VirtualArea>.stride + $1.frames.count * 16 }
  }
}

extension SwapSpace {
  fileprivate var stateByteCount: Int {
    areas.reduce(0) { $0 + 64 + ($1?.runs.count ?? 0) * MemoryLayout<SwapArea.Run>.stride * 2 }
  }
}

extension SharedMemory {
  fileprivate var stateByteCount: Int { objects.values.reduce(0) { $0 + 256 + $1.pages.stateByteCount } }
}

extension FileStore {
  fileprivate var stateByteCount: Int {
    records.reduce(directories.stateByteCount) { sum, record in
      guard let record else { return sum + MemoryLayout<FileRecord?>.stride }
      // Its path and the names in the tree.
      return sum + 2 * MemoryLayout<FileRecord?>.stride + 2 * record.file.path.utf8.count
        + record.cache.stateByteCount + record.evicted.stateByteCount + record.dirty.stateByteCount
        + record.blocks.stateByteCount + (record.contents?.count ?? 0)
    }
  }
}
