// madvise(2): what a process says about its use of memory.

/// An advice that madvise(2) takes, with Linux's number for it.
public enum MemoryAdvice: Int32, CaseIterable, Sendable {
  /// No particular use (MADV_NORMAL).
  case normal = 0
  /// Random access (MADV_RANDOM).
  case random = 1
  /// Sequential access (MADV_SEQUENTIAL).
  case sequential = 2
  /// The pages will be needed soon (MADV_WILLNEED).
  case willNeed = 3
  /// The pages are not needed; private ones read as zeros afterwards (MADV_DONTNEED).
  case dontNeed = 4
  /// The pages may be dropped when memory is short (MADV_FREE).
  case free = 8
  /// fork leaves the range out (MADV_DONTFORK).
  case dontFork = 10
  /// fork copies the range again (MADV_DOFORK).
  case doFork = 11
  /// Huge pages are welcome (MADV_HUGEPAGE).
  case hugePage = 14
  /// No huge pages (MADV_NOHUGEPAGE).
  case noHugePage = 15
  /// Bring the pages in for reading (MADV_POPULATE_READ).
  case populateRead = 22
  /// Bring the pages in for writing (MADV_POPULATE_WRITE).
  case populateWrite = 23
}

extension Machine {
  /// Takes an advice about a range of memory.
  ///
  /// - Parameters:
  ///   - address: A multiple of the page size.
  ///   - length: Bytes, rounded up to pages; 0 does nothing.
  ///   - advice: What the process says.
  ///   - process: Whose memory.
  /// - Returns: 0; `EINVAL` for a bad range or an advice that a mapping cannot follow, `ENOMEM` where
  ///   nothing is mapped (the rest of the range has followed it).
  /// - Throws: SIGKILL when the process was killed while populated pages came.
  public mutating func madvise(
    _ address: UInt64, length: UInt64, _ advice: MemoryAdvice, in process: ProcessID
  ) throws(FatalSignal) -> Result<UInt64, Errno> {
    guard let index = livingIndex(process) else { return .failure(.ESRCH) }
    guard address.isMultiple(of: pageSize), let length = Self.pageAlignedLength(length),
      address <= UInt64.max - length
    else { return .failure(.EINVAL) }
    if length == 0 { return .success(0) }
    let range = address..<address + length
    let error: Errno?
    switch advice {
    case .populateRead: error = try prefault(range, .read, in: process)
    case .populateWrite: error = try prefault(range, .write, in: process)
    default: error = try adviseAreas(range, advice, at: index)
    }
    guard let error else { return .success(0) }
    events.record(.addressSpace(.refused(process: process, call: "madvise", error: error)))
    return .failure(error)
  }

  /// Follows an advice area by area; holes are noted but do not stop it (`madvise_walk_vmas`).
  private mutating func adviseAreas(
    _ range: Range<UInt64>, _ advice: MemoryAdvice, at index: Int
  ) throws(FatalSignal) -> Errno? {
    var hasHole = false
    var next = range.lowerBound
    let process = processes[at: index].id
    for area in Array(processes[at: index].addressSpace.areas.areas(in: range)) {
      guard let index = livingIndex(process) else { throw FatalSignal(process: process, signal: 9) }
      if area.start > next { hasHole = true }
      let part = max(next, area.start)..<min(area.end, range.upperBound)
      if let error = try advise(part, of: area, advice, at: index) { return error }
      next = part.upperBound
    }
    return hasHole || next < range.upperBound ? .ENOMEM : nil
  }

  private mutating func advise(
    _ range: Range<UInt64>, of area: VirtualMemoryArea, _ advice: MemoryAdvice, at index: Int
  ) throws(FatalSignal) -> Errno? {
    switch advice {
    case .normal, .random, .sequential, .populateRead, .populateWrite: return nil
    case .willNeed: return try readAhead(range, of: area, at: index)
    case .dontNeed: return giveBack(range, of: area, at: index)
    case .free: return allowDropping(range, of: area, at: index)
    case .dontFork: return setFlags(range, at: index) { $0.insert(.notInherited) }
    case .doFork:
      if area.isSpecial { return .EINVAL }
      return setFlags(range, at: index) { $0.remove(.notInherited) }
    case .hugePage:
      return setFlags(range, at: index) {
        $0.remove(.noHugePages)
        $0.insert(.hugePages)
      }
    case .noHugePage:
      return setFlags(range, at: index) {
        $0.remove(.hugePages)
        $0.insert(.noHugePages)
      }
    }
  }

  private mutating func setFlags(
    _ range: Range<UInt64>, at index: Int, _ change: (inout VirtualMemoryArea.Flags) -> Void
  ) -> Errno? {
    let limit = tunables.maxMapCount
    let isChanged = processes[at: index].addressSpace.areas.modify(range, limit: limit) {
      change(&$0.flags)
    }
    return isChanged ? nil : .EAGAIN
  }

  /// MADV_DONTNEED.
  private mutating func giveBack(
    _ range: Range<UInt64>, of area: VirtualMemoryArea, at index: Int
  ) -> Errno? {
    if area.flags.contains(.locked) || area.isSpecial { return .EINVAL }
    processes[at: index].addressSpace.notePeaks()
    let freed = discardPages(range.lowerBound >> pageShift..<range.upperBound >> pageShift, at: index)
    events.record(
      .addressSpace(
        .discarded(
          process: processes[at: index].id, address: range.lowerBound, length: UInt64(range.count),
          freedPages: freed)))
    return nil
  }

  /// MADV_FREE: pages of the process's own may be dropped; what lies in swap is given up at once.
  private mutating func allowDropping(
    _ range: Range<UInt64>, of area: VirtualMemoryArea, at index: Int
  ) -> Errno? {
    guard area.backing == .anonymous, !area.flags.contains(.locked) else { return .EINVAL }
    let pages = range.lowerBound >> pageShift..<range.upperBound >> pageShift
    processes[at: index].addressSpace.pageTable.splitHugePage(at: pages.lowerBound)
    processes[at: index].addressSpace.pageTable.splitHugePage(at: pages.upperBound)
    for entry in processes[at: index].addressSpace.pageTable.mappings.extents(in: pages) {
      switch entry.value.target {
      case .swapped: discardPages(entry.range, at: index)
      case .anonymous:
        var mapping = entry.value
        if !mapping.flags.contains(.lazilyFree) { pageEvents.lazilyFreedPages &+= Int(entry.count) }
        mapping.flags.insert(.lazilyFree)
        processes[at: index].addressSpace.pageTable.map(entry.range, to: mapping)
      case .shared, .zeroPage, .program: break
      }
    }
    processes[at: index].addressSpace.noteLoss()
    return nil
  }

  /// MADV_WILLNEED: pages in swap are brought back.
  private mutating func readAhead(
    _ range: Range<UInt64>, of area: VirtualMemoryArea, at index: Int
  ) throws(FatalSignal) -> Errno? {
    if area.isSpecial { return .EBADF }
    let process = processes[at: index].id
    let pages = range.lowerBound >> pageShift..<range.upperBound >> pageShift
    for entry in processes[at: index].addressSpace.pageTable.mappings.extents(in: pages) {
      guard case .swapped = entry.value.target else { continue }
      var page = entry.start
      while page < entry.end { page = try touch(page..<entry.end, in: area, .read, process) }
    }
    return nil
  }

  /// MADV_POPULATE_READ and MADV_POPULATE_WRITE: as if the process touched every page.
  private mutating func prefault(
    _ range: Range<UInt64>, _ kind: AccessKind, in process: ProcessID
  ) throws(FatalSignal) -> Errno? {
    guard let index = livingIndex(process) else { return nil }
    var next = range.lowerBound
    for area in Array(processes[at: index].addressSpace.areas.areas(in: range)) {
      if area.start > next { return .ENOMEM }
      let isAllowed = kind == .write ? area.permissions.contains(.write) : !area.permissions.isEmpty
      if area.isSpecial || !isAllowed { return .EINVAL }
      let end = min(area.end, range.upperBound)
      try bringIn(next..<end, of: area, kind, process)
      next = end
    }
    return next < range.upperBound ? .ENOMEM : nil
  }
}
