// munmap(2): taking mappings away.

extension Machine {
  /// Removes what is mapped in a range.
  ///
  /// - Parameters:
  ///   - address: A multiple of the page size.
  ///   - length: Bytes, rounded up to pages.
  ///   - process: Whose mappings.
  /// - Returns: 0, also where nothing was mapped; `EINVAL` for a bad range, `ENOMEM` when there would be
  ///   too many mappings.
  public mutating func munmap(
    _ address: UInt64, length: UInt64, in process: ProcessID
  ) throws(FatalSignal) -> Result<UInt64, Errno> {
    guard let index = livingIndex(process) else { return .failure(.ESRCH) }
    let top = processes[at: index].addressSpace.layout.userAddressTop
    guard address.isMultiple(of: pageSize), address <= top, length <= top - address, length > 0 else {
      return .failure(.EINVAL)
    }
    let range = address..<address + Self.pageAligned(length)
    guard let freed = removeMappings(range, at: index) else { return .failure(.ENOMEM) }
    events.record(
      .addressSpace(
        .unmapped(process: process, address: address, length: UInt64(range.count), freedPages: freed)))
    return .success(0)
  }

  /// Removes mappings, their pages and the tables that serve nothing else.
  ///
  /// - Parameter range: Page-aligned addresses.
  /// - Returns: How many pages of memory became free; nil when there would be too many mappings.
  mutating func removeMappings(_ range: Range<UInt64>, at index: Int) -> Int? {
    let areas = processes[at: index].addressSpace.areas
    if areas.splitsArea(range), areas.list.count >= tunables.maxMapCount { return nil }
    processes[at: index].addressSpace.notePeaks()
    let removed = processes[at: index].addressSpace.areas.remove(range)
    if removed.isEmpty { return 0 }
    let freed = dispose(removed, at: index)
    releaseTables(for: range, at: index)
    return freed
  }
}

extension VirtualMemoryAreas {
  /// How many pages of a range are mapped.
  func pageCount(in range: Range<UInt64>) -> Int {
    areas(in: range).reduce(0) {
      $0 + Int((min($1.end, range.upperBound) - max($1.start, range.lowerBound)) >> pageShift)
    }
  }
}
