// Bringing pages back from swap when their process touches them.

extension Machine {
  /// Serves an access to pages that lie in consecutive slots of a swap area.
  ///
  /// The kernel reads a whole cluster of slots at once; the first page of each cluster is a major fault
  /// and the others, found in memory, minor ones.
  ///
  /// - Returns: The first page that is still to be looked at.
  mutating func swapIn(
    _ pages: Range<UInt64>, _ kind: AccessKind, _ task: ProcessHandle
  ) throws(FatalSignal) -> UInt64 {
    let result = try readFromSwap(pages, of: task, isWrite: kind == .write)
    let range = pages.lowerBound..<pages.lowerBound + UInt64(result.pages)
    countFaults(minor: result.pages - result.majorFaults, major: result.majorFaults, in: task)
    record(
      .fault(.swappedIn(process: task.id, address: range.lowerBound << pageShift, pages: result.pages)))
    return range.upperBound
  }
}
