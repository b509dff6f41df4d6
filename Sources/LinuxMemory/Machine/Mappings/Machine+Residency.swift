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
  ) -> Result<[ResidencyRun], ErrorNumber> {
    guard let task = processes.living(process) else { return .failure(.ESRCH) }
    guard address.isMultiple(of: pageSize) else { return .failure(.EINVAL) }
    let space = processes[task].addressSpace
    let top = space.layout.userAddressTop
    guard address <= top, length <= top - address, let range = Range.pages(covering: address, length) else {
      return .failure(.ENOMEM)
    }
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
    for area in space.areas.areas(in: range) {
      note(work: 4)
      let part = pages.clamped(to: area.pages)
      // What has neither a file nor memory of its own cannot be looked into, and counts as resident.
      if area.isSpecial {
        append(true, UInt64(part.count))
        continue
      }
      var next = part.lowerBound
      space.pageTable.mappings.forEach(in: part) { entry in
        appendMissing(next..<entry.start, of: area, append)
        append(entry.value.isPresent, entry.count)
        next = entry.end
      }
      appendMissing(next..<part.upperBound, of: area, append)
    }
    return .success(runs)
  }

  /// Adds pages that have no entry: those of a shared object or of the program may be in memory all the same.
  private func appendMissing(
    _ pages: Range<UInt64>, of area: VirtualMemoryArea,
    _ append: (_ isResident: Bool, _ count: UInt64) -> Void
  ) {
    if case .file(let file) = area.backing {
      var next = pages.lowerBound
      forEachCached(pages, of: file, in: area) { part in
        append(false, part.lowerBound - next)
        append(true, UInt64(part.count))
        next = part.upperBound
      }
      return append(false, pages.upperBound - next)
    }
    guard case .sharedMemory(let number) = area.backing else {
      append(area.backing == .program, UInt64(pages.count))
      return
    }
    let first = pages.lowerBound - area.pages.lowerBound + area.pageOffset
    let wanted = first..<first + UInt64(pages.count)
    var next = wanted.lowerBound
    for entry in sharedMemory.objects[number]?.pages.extents(in: wanted) ?? [] {
      append(false, entry.start - next)
      append(true, entry.count)
      next = entry.end
    }
    append(false, wanted.upperBound - next)
  }
}
