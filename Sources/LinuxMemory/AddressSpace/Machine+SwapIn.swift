// Bringing pages back from swap when their process touches them.

extension Machine {
  /// Serves an access to pages that lie in consecutive slots of a swap area.
  ///
  /// The kernel reads a whole cluster of slots at once; the first page of each cluster is a major fault
  /// and the others, found in memory, minor ones. The slots are given up as the pages come in.
  ///
  /// - Returns: The first page that is still to be looked at.
  mutating func swapIn(
    _ pages: Range<UInt64>, from slot: SwapSlot, _ kind: AccessKind, _ process: ProcessID
  ) throws(FatalSignal) -> UInt64 {
    let runs = try takePages(pages.count, process)
    let given = runs.reduce(0) { $0 + $1.count }
    let range = pages.lowerBound..<pages.lowerBound + UInt64(given)
    guard let index = processes.index(of: process) else { return range.upperBound }
    processes[at: index].addressSpace.pageTable.map(range, to: runs) {
      PageMapping(.anonymous($0), kind == .write ? .writable : [])
    }
    swap.release(SwapSlotRange(start: slot, count: given))
    let cluster = max(min(tunables.pageCluster, 20), 0)
    let major = ((slot.offset + given - 1) >> cluster) - (slot.offset >> cluster) + 1
    countFaults(minor: given - major, major: major, at: index)
    events.record(
      .fault(.swappedIn(process: process, address: range.lowerBound << pageShift, pages: given)))
    return range.upperBound
  }
}
