// munmap(2): taking mappings away.

extension Machine {
  /// Removes what is mapped in a range.
  ///
  /// - Parameters:
  ///   - address: A multiple of the page size.
  ///   - length: Bytes, rounded up to pages.
  ///   - process: Whose mappings.
  /// - Returns: 0, also where nothing was mapped; `EINVAL` for a bad range and for a part of one of the
  ///   kernel's own mappings, `ENOMEM` when there would be too many mappings.
  public mutating func munmap(
    _ address: UInt64, length: UInt64, in process: ProcessID
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    defer { settleMappings(of: process) }
    guard let task = processes.living(process) else { return .failure(.ESRCH) }
    let top = processes[task].addressSpace.layout.userAddressTop
    guard address.isMultiple(of: pageSize), address <= top, length <= top - address, length > 0 else {
      return .failure(.EINVAL)
    }
    let range = address..<address + length.roundedUpToPage
    let before = processes[task].addressSpace.resident.total
    let result = removeMappings(range, in: task)
    if case .success(let freed) = result {
      record(
        .addressSpace(
          .unmapped(
            process: process, address: address, length: UInt64(range.count),
            leftPages: before - processes[task].addressSpace.resident.total, freedPages: freed)))
    }
    return result.map { _ in 0 }
  }

  /// Removes mappings, their pages and the tables that serve nothing else (`do_mas_align_munmap`, mm/mmap.c).
  ///
  /// - Parameter range: Page-aligned addresses.
  /// - Returns: How many pages of memory became free; `ENOMEM` when there would be too many mappings, `EINVAL` when
  ///   the range ends within one that the kernel made.
  mutating func removeMappings(_ range: Range<UInt64>, in task: ProcessHandle) -> Result<Int, ErrorNumber> {
    let areas = processes[task].addressSpace.areas
    if range.isEmpty || areas.isFree(range) { return .success(0) }
    if let first = areas.area(containing: range.lowerBound), first.start < range.lowerBound {
      if first.end > range.upperBound, areas.list.count >= tunables.maxMapCount { return .failure(.ENOMEM) }
      if first.isSpecial { return .failure(.EINVAL) }
    }
    if let last = areas.area(containing: range.upperBound - 1), last.end > range.upperBound, last.isSpecial {
      // The lower end is cut by then, and stays so.
      _ = processes[task].addressSpace.areas.split(at: range.lowerBound, limit: .max)
      return .failure(.EINVAL)
    }
    processes[task].addressSpace.notePeaks()
    let removed = processes[task].addressSpace.removeAreas(range)
    guard let freed = dispose(removed, in: task) else { return .failure(.EINTR) }
    releaseTables(for: range, in: task)
    return .success(freed)
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
