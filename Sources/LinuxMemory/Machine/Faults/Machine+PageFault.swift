// A process touches memory: what is mapped goes through, the rest becomes page faults.

/// How a process touches memory.
public enum AccessKind: Sendable, Equatable {
  /// A load.
  case read
  /// A store.
  case write
}

extension Machine {
  /// Touches every page of a range in ascending order, as loads or stores of the process would.
  ///
  /// - Parameters:
  ///   - address: The first byte.
  ///   - length: How many bytes; 0 touches nothing. A range that leaves the address space faults where
  ///     it does.
  ///   - kind: Whether the process reads or writes.
  ///   - process: Who touches it.
  /// - Throws: SIGSEGV or SIGBUS for a page that may not be touched so, SIGKILL when the OOM killer took
  ///   the process. The pages before that one have been touched, and the process has ended.
  public mutating func access(
    _ address: UInt64, length: UInt64, _ kind: AccessKind, in process: ProcessID
  ) throws(FatalSignal) {
    if length == 0 { return }
    guard let task = processes.living(process) else { throw FatalSignal(process: process, signal: 9) }
    let (lastByte, overflow) = address.addingReportingOverflow(length - 1)
    var page = address >> pageShift
    let end = ((overflow ? .max : lastByte) >> pageShift) + 1
    while page < end {
      guard processes.isLiving(task) else { throw FatalSignal(process: process, signal: 9) }
      let area = try areaForAccess(page, kind, in: task)
      var stop = min(end, area.pages.upperBound)
      if let mark = processes[task].addressSpace.guards.firstExtent(endingAfter: page) {
        if mark.range.contains(page) { throw fatalFault(page << pageShift, signal: 11, in: task) }
        stop = min(stop, mark.range.lowerBound)
      }
      while page < stop {
        page = try touch(page..<stop, in: area, kind, task)
        if processes[task].pagesOverHigh > 0 { returnToUserMode(task) }
      }
    }
  }

  /// The area that allows an access; grows the stack where that is what the access means.
  private mutating func areaForAccess(
    _ page: UInt64, _ kind: AccessKind, in task: ProcessHandle
  ) throws(FatalSignal) -> VirtualMemoryArea {
    let address = page << pageShift
    var area = processes[task].addressSpace.areas.area(containing: address)
    if area == nil, growStack(toInclude: address, in: task) {
      area = processes[task].addressSpace.areas.area(containing: address)
    }
    guard let area, Self.allows(area.permissions, kind) else {
      throw fatalFault(address, signal: 11, in: task)
    }
    return area
  }

  /// Whether permissions allow an access; x86 can not write without reading, nor execute without it.
  private static func allows(_ permissions: MemoryPermissions, _ kind: AccessKind) -> Bool {
    kind == .write ? permissions.contains(.write) : !permissions.isEmpty
  }

  /// Ends a process by the signal of an access that is not allowed.
  mutating func fatalFault(_ address: UInt64, signal: Int32, in task: ProcessHandle) -> FatalSignal {
    let permissions = processes[task].addressSpace.areas.area(containing: address)?.permissions
    record(
      .fault(.refused(process: task.id, address: address, signal: signal, permissions: permissions)))
    terminate(task, .killed(signal: signal))
    return FatalSignal(process: task.id, signal: signal)
  }

  /// Brings in the first stretch of pages that are in the same state.
  ///
  /// - Parameters:
  ///   - pages: Pages of one area, not empty.
  ///   - area: The area, which allows the access.
  /// - Returns: The first page that is still to be looked at.
  mutating func touch(
    _ pages: Range<UInt64>, in area: VirtualMemoryArea, _ kind: AccessKind, _ task: ProcessHandle
  ) throws(FatalSignal) -> UInt64 {
    guard processes.isLiving(task), mayGoOn() else {
      throw FatalSignal(process: task.id, signal: 9)
    }
    let found = processes[task].addressSpace.pageTable.mappings.firstExtent(
      endingAfter: pages.lowerBound)
    guard let found, found.start < pages.upperBound else {
      return try fill(pages, in: area, kind, task)
    }
    if found.start > pages.lowerBound {
      return try fill(pages.lowerBound..<found.start, in: area, kind, task)
    }
    return try resolve(found.clipped(to: pages), in: area, kind, task)
  }

  /// Serves an access to pages without entries.
  private mutating func fill(
    _ pages: Range<UInt64>, in area: VirtualMemoryArea, _ kind: AccessKind, _ task: ProcessHandle
  ) throws(FatalSignal) -> UInt64 {
    switch area.backing {
    case .anonymous:
      return kind == .write
        ? try demandZero(pages, in: area, task) : try mapZeroPages(pages, in: area, task)
    case .sharedMemory(let number):
      return try mapShared(pages, of: number, in: area, kind, task)
    case .file(let file):
      return try mapFile(pages, of: file, in: area, kind, task)
    case .program:
      if kind == .write { return try copyIn(pages, task) }
      return try mapProgram(pages, in: area, task)
    case .special:
      if kind == .write { return try copyIn(pages, task) }
      return try mapSpecial(pages, in: area, task)
    }
  }

  /// Serves an access to pages with entries, as far as it needs anything.
  private mutating func resolve(
    _ entry: Extent<PageMapping>, in area: VirtualMemoryArea, _ kind: AccessKind, _ task: ProcessHandle
  ) throws(FatalSignal) -> UInt64 {
    if case .swapped = entry.value.target {
      return try swapIn(entry.range, kind, task)
    }
    noteTouch(entry, by: task)
    if kind == .write, entry.value.flags.contains(.lazilyFree) {
      keepPages(entry, task)
      return entry.start
    }
    if kind == .write, case .shared = entry.value.target, !entry.value.flags.contains(.dirty) {
      // The processor notes the write in the entry; the kernel hears nothing of it.
      var mapping = entry.value
      mapping.flags.insert(.dirty)
      processes[task].addressSpace.pageTable.map(entry.range, to: mapping)
      return entry.end
    }
    if kind == .write, case .program = entry.value.target, !area.isPrivate {
      noteWritten(entry.range, in: area)
      return entry.end
    }
    if kind == .read || entry.value.isWritable { return entry.end }
    switch entry.value.target {
    case .anonymous(let frame):
      return try breakSharing(entry.range, from: frame, isHuge: entry.value.isHuge, task)
    case .zeroPage where entry.value.isHuge:
      splitHugePage(around: entry.start, task)
      return entry.start
    case .zeroPage, .program:
      return try copyIn(entry.range, task)
    case .shared, .swapped:
      return entry.end
    }
  }

  /// Serves a read of the kernel's own mappings: their code, or of the clock data the first page; the others are
  /// for clocks that this machine has not.
  private mutating func mapSpecial(
    _ pages: Range<UInt64>, in area: VirtualMemoryArea, _ task: ProcessHandle
  ) throws(FatalSignal) -> UInt64 {
    if !area.isClockData {
      try prepareTables(for: pages, in: task)
      return finish(pages, PageMapping(.program), task)
    }
    guard pages.lowerBound == area.pages.lowerBound else {
      throw fatalFault(pages.lowerBound << pageShift, signal: 7, in: task)
    }
    let page = pages.lowerBound..<pages.lowerBound + 1
    try prepareTables(for: page, in: task)
    return finish(page, PageMapping(.zeroPage), task)
  }

  /// Takes back the permission to drop pages, because they are written again.
  private mutating func keepPages(_ entry: Extent<PageMapping>, _ task: ProcessHandle) {
    if entry.value.isHuge {
      // The permission counts for whole huge pages; the extent may be a part of one.
      splitHugePage(around: entry.start, task)
      splitHugePage(around: entry.end - 1, task)
    }
    var mapping = entry.value
    mapping.flags.subtract([.lazilyFree, .huge])
    if entry.value.isHuge {
      processes[task].addressSpace.pageTable.splitHugePages(in: entry.range)
    }
    processes[task].addressSpace.pageTable.map(entry.range, to: mapping)
  }

  /// Turns one huge page into small ones.
  private mutating func splitHugePage(around page: UInt64, _ task: ProcessHandle) {
    let size = processes[task].addressSpace.layout.geometry.hugePageCount
    let block = page & ~(size - 1)
    processes[task].addressSpace.pageTable.splitHugePages(in: block..<block + size)
  }

  /// Writes like entries that need no memory, and counts one minor fault for each.
  ///
  /// - Returns: The page behind them.
  private mutating func finish(
    _ pages: Range<UInt64>, _ mapping: PageMapping, _ task: ProcessHandle
  ) -> UInt64 {
    processes[task].addressSpace.pageTable.map(pages, to: mapping)
    countFaults(minor: pages.count, in: task)
    return pages.upperBound
  }

  /// Maps the page of zeros for reads, or the huge page of zeros where huge pages are in use.
  private mutating func mapZeroPages(
    _ pages: Range<UInt64>, in area: VirtualMemoryArea, _ task: ProcessHandle
  ) throws(FatalSignal) -> UInt64 {
    if let next = try mapHugeZeroPages(pages, in: area, task) { return next }
    let end = processes[task].addressSpace.endBeforeHugePage(
      pages, in: area, when: transparentHugePages)
    try prepareTables(for: pages.lowerBound..<end, in: task)
    record(
      .fault(
        .zeroPage(
          process: task.id, address: pages.lowerBound << pageShift, pages: Int(end - pages.lowerBound))))
    return finish(pages.lowerBound..<end, PageMapping(.zeroPage), task)
  }

  /// Counts faults that were served and brings the high-water marks up to date.
  mutating func countFaults(minor: Int, major: Int = 0, in task: ProcessHandle) {
    pageEvents.faults &+= minor &+ major
    pageEvents.majorFaults &+= major
    if !ledger.groups.isTrivial, let group = chargedGroup(of: task) {
      countInGroup(.faults, minor + major, group)
      countInGroup(.majorFaults, major, group)
    }
    processes[task].usage.minorFaults &+= UInt64(minor)
    processes[task].usage.majorFaults &+= UInt64(major)
    processes[task].addressSpace.notePeaks()
  }

  /// Serves an access to pages that lie in consecutive slots of a swap area.
  ///
  /// The kernel reads a whole cluster of slots at once; the first page of each cluster is a major fault
  /// and the others, found in memory, minor ones.
  ///
  /// - Returns: The first page that is still to be looked at.
  private mutating func swapIn(
    _ pages: Range<UInt64>, _ kind: AccessKind, _ task: ProcessHandle
  ) throws(FatalSignal) -> UInt64 {
    let result = try readFromSwap(pages, of: task, isWrite: kind == .write)
    let range = pages.lowerBound..<pages.lowerBound + UInt64(result.pages)
    countFaults(minor: result.pages - result.majorFaults, major: result.majorFaults, in: task)
    record(
      .fault(.swappedIn(process: task.id, address: range.lowerBound << pageShift, pages: result.pages)))
    return range.upperBound
  }

  /// Grows the stack down to an address below it, if that is what lies above (`expand_downwards`).
  ///
  /// - Returns: Whether the address now lies in the stack.
  private mutating func growStack(toInclude address: UInt64, in task: ProcessHandle) -> Bool {
    let areas = processes[task].addressSpace.areas
    let above = areas.index(endingAfter: address)
    guard above < areas.list.count, areas.list[above].flags.contains(.growsDown) else { return false }
    let start = address & ~(pageSize - 1)
    let stack = areas.list[above]
    guard stack.start > start, start >= tunables.mmapMinimumAddress else { return false }
    if above > 0 {
      let below = areas.list[above - 1]
      if !below.flags.contains(.growsDown), !below.permissions.isEmpty,
        start - below.end < AddressSpaceLayout.stackGuardGap
      {
        return false
      }
    }
    processes[task].addressSpace.prepareAnonymousGroup(for: stack.start)
    var growth = stack
    growth.start = start
    growth.end = stack.start
    guard processes[task].mayExpand(by: growth), stack.end - start <= processes[task].limits[.stack].soft,
      growth.pageCount <= stack.pageOffset, processes[task].mayLock(growth.pageCount, stack.flags),
      chargeCommit(growth.pageCount, for: task)
    else { return false }
    processes[task].addressSpace.areas.extendDown(at: above, to: start)
    processes[task].addressSpace.notePeaks()
    record(
      .addressSpace(.stackGrew(process: processes[task].id, from: stack.start, to: start)))
    return true
  }
}
