// mincore(2): which pages are in memory.

/// Pages of a range that are alike: in memory or not.
public struct ResidencyRun: Hashable, Sendable {
  /// Whether they are in memory.
  public var isResident: Bool
  /// How many pages.
  public var count: Int
}

extension Machine {
  /// Tells which pages of a range are in memory.
  ///
  /// - Parameters:
  ///   - address: A multiple of the page size.
  ///   - length: Bytes, rounded up to pages.
  ///   - process: Whose memory.
  /// - Returns: The pages in runs from the first on; `EINVAL` for a bad address, `ENOMEM` where nothing is
  ///   mapped.
  public func mincore(
    _ address: UInt64, length: UInt64, in process: ProcessID
  ) -> Result<[ResidencyRun], Errno> {
    guard let index = livingIndex(process) else { return .failure(.ESRCH) }
    guard address.isMultiple(of: pageSize) else { return .failure(.EINVAL) }
    guard let range = Self.pageRange(address, length) else { return .failure(.ENOMEM) }
    let space = processes[at: index].addressSpace
    guard space.areas.pageCount(in: range) == range.count >> pageShift else { return .failure(.ENOMEM) }
    let pages = range.lowerBound >> pageShift..<range.upperBound >> pageShift
    var runs: [ResidencyRun] = []
    func append(_ isResident: Bool, _ count: UInt64) {
      if count == 0 { return }
      if let last = runs.last, last.isResident == isResident {
        runs[runs.count - 1].count += Int(count)
      } else {
        runs.append(ResidencyRun(isResident: isResident, count: Int(count)))
      }
    }
    var next = pages.lowerBound
    space.pageTable.mappings.forEach(in: pages) { entry in
      append(false, entry.start - next)
      append(entry.value.isPresent, entry.count)
      next = entry.end
    }
    append(false, pages.upperBound - next)
    return .success(runs)
  }
}
