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
    let (lastByte, overflow) = address.addingReportingOverflow(length - 1)
    var page = address >> pageShift
    let end = ((overflow ? .max : lastByte) >> pageShift) + 1
    while page < end {
      guard let index = processes.index(of: process), processes[at: index].isAlive else {
        throw FatalSignal(process: process, signal: 9)
      }
      let area = try areaForAccess(page, kind, at: index)
      let stop = min(end, area.pages.upperBound)
      while page < stop { page = try touch(page..<stop, in: area, kind, process) }
    }
  }

  /// The area that allows an access; grows the stack where that is what the access means.
  private mutating func areaForAccess(
    _ page: UInt64, _ kind: AccessKind, at index: Int
  ) throws(FatalSignal) -> VirtualMemoryArea {
    let address = page << pageShift
    var area = processes[at: index].addressSpace.areas.area(containing: address)
    if area == nil, growStack(toInclude: address, at: index) {
      area = processes[at: index].addressSpace.areas.area(containing: address)
    }
    guard let area, Self.allows(area.permissions, kind) else {
      throw fatalFault(address, signal: 11, at: index)
    }
    return area
  }

  /// Whether permissions allow an access; x86 can not write without reading, nor execute without it.
  private static func allows(_ permissions: MemoryPermissions, _ kind: AccessKind) -> Bool {
    kind == .write ? permissions.contains(.write) : !permissions.isEmpty
  }

  /// Ends a process by the signal of an access that is not allowed.
  mutating func fatalFault(_ address: UInt64, signal: Int32, at index: Int) -> FatalSignal {
    let process = processes[at: index].id
    let permissions = processes[at: index].addressSpace.areas.area(containing: address)?.permissions
    events.record(
      .fault(.refused(process: process, address: address, signal: signal, permissions: permissions)))
    terminate(process, .killed(signal: signal))
    return FatalSignal(process: process, signal: signal)
  }

  /// Brings in the first stretch of pages that are in the same state.
  ///
  /// - Parameters:
  ///   - pages: Pages of one area, not empty.
  ///   - area: The area, which allows the access.
  /// - Returns: The first page that is still to be looked at.
  mutating func touch(
    _ pages: Range<UInt64>, in area: VirtualMemoryArea, _ kind: AccessKind, _ process: ProcessID
  ) throws(FatalSignal) -> UInt64 {
    guard let index = processes.index(of: process), processes[at: index].isAlive, mayGoOn() else {
      throw FatalSignal(process: process, signal: 9)
    }
    let found = processes[at: index].addressSpace.pageTable.mappings.firstExtent(
      endingAfter: pages.lowerBound)
    guard let found, found.start < pages.upperBound else {
      return try fill(pages, in: area, kind, process)
    }
    if found.start > pages.lowerBound {
      return try fill(pages.lowerBound..<found.start, in: area, kind, process)
    }
    return try resolve(found.clipped(to: pages), in: area, kind, process)
  }

  /// Serves an access to pages without entries.
  private mutating func fill(
    _ pages: Range<UInt64>, in area: VirtualMemoryArea, _ kind: AccessKind, _ process: ProcessID
  ) throws(FatalSignal) -> UInt64 {
    switch area.backing {
    case .anonymous:
      return kind == .write
        ? try demandZero(pages, in: area, process) : try mapZeroPages(pages, in: area, process)
    case .sharedMemory(let number):
      return try mapShared(pages, of: number, in: area, kind, process)
    case .program:
      if kind == .write { return try copyIn(pages, in: area, process) }
      return try mapProgram(pages, in: area, process)
    case .special:
      if kind == .write { return try copyIn(pages, in: area, process) }
      return try mapSpecial(pages, in: area, process)
    }
  }

  /// Serves an access to pages with entries, as far as it needs anything.
  private mutating func resolve(
    _ entry: Extent<PageMapping>, in area: VirtualMemoryArea, _ kind: AccessKind, _ process: ProcessID
  ) throws(FatalSignal) -> UInt64 {
    if case .swapped(let slot) = entry.value.target {
      return try swapIn(entry.range, from: slot, kind, process)
    }
    noteTouch(entry, by: process)
    if kind == .write, entry.value.flags.contains(.lazilyFree) {
      keepPages(entry, process)
      return entry.start
    }
    if kind == .write, case .shared = entry.value.target, !entry.value.flags.contains(.dirty) {
      // The processor notes the write in the entry; the kernel hears nothing of it.
      guard let index = processes.index(of: process) else { return entry.end }
      var mapping = entry.value
      mapping.flags.insert(.dirty)
      processes[at: index].addressSpace.pageTable.map(entry.range, to: mapping)
      return entry.end
    }
    if kind == .read || entry.value.isWritable { return entry.end }
    switch entry.value.target {
    case .anonymous(let frame):
      return try breakSharing(entry.range, from: frame, isHuge: entry.value.isHuge, in: area, process)
    case .zeroPage where entry.value.isHuge:
      splitHugePage(around: entry.start, process)
      return entry.start
    case .zeroPage, .program:
      return try copyIn(entry.range, in: area, process)
    case .shared, .swapped:
      return entry.end
    }
  }

  /// Serves a read of the kernel's own mappings: their code, or of the clock data the first page; the others are
  /// for clocks that this machine has not.
  private mutating func mapSpecial(
    _ pages: Range<UInt64>, in area: VirtualMemoryArea, _ process: ProcessID
  ) throws(FatalSignal) -> UInt64 {
    if !area.isClockData {
      try prepareTables(for: pages, in: process)
      return finish(pages, PageMapping(.program), process)
    }
    guard pages.lowerBound == area.pages.lowerBound else {
      guard let index = processes.index(of: process) else { return pages.upperBound }
      throw fatalFault(pages.lowerBound << pageShift, signal: 7, at: index)
    }
    let page = pages.lowerBound..<pages.lowerBound + 1
    try prepareTables(for: page, in: process)
    return finish(page, PageMapping(.zeroPage), process)
  }

  /// Takes back the permission to drop pages, because they are written again.
  private mutating func keepPages(_ entry: Extent<PageMapping>, _ process: ProcessID) {
    if entry.value.isHuge {
      // The permission counts for whole huge pages; the extent may be a part of one.
      splitHugePage(around: entry.start, process)
      splitHugePage(around: entry.end - 1, process)
    }
    guard let index = processes.index(of: process) else { return }
    var mapping = entry.value
    mapping.flags.subtract([.lazilyFree, .huge])
    if entry.value.isHuge {
      processes[at: index].addressSpace.pageTable.splitHugePages(in: entry.range)
    }
    processes[at: index].addressSpace.pageTable.map(entry.range, to: mapping)
  }

  /// Turns one huge page into small ones.
  private mutating func splitHugePage(around page: UInt64, _ process: ProcessID) {
    guard let index = processes.index(of: process) else { return }
    let size = processes[at: index].addressSpace.layout.geometry.hugePageCount
    let block = page & ~(size - 1)
    processes[at: index].addressSpace.pageTable.splitHugePages(in: block..<block + size)
  }

  /// Writes like entries that need no memory, and counts one minor fault for each.
  ///
  /// - Returns: The page behind them.
  private mutating func finish(
    _ pages: Range<UInt64>, _ mapping: PageMapping, _ process: ProcessID
  ) -> UInt64 {
    guard let index = processes.index(of: process) else { return pages.upperBound }
    processes[at: index].addressSpace.pageTable.map(pages, to: mapping)
    countFaults(minor: pages.count, at: index)
    return pages.upperBound
  }

  /// Maps the page of zeros for reads, or the huge page of zeros where huge pages are in use.
  private mutating func mapZeroPages(
    _ pages: Range<UInt64>, in area: VirtualMemoryArea, _ process: ProcessID
  ) throws(FatalSignal) -> UInt64 {
    if let next = try mapHugeZeroPages(pages, in: area, process) { return next }
    let end = endBeforeHugePage(pages, in: area, process)
    try prepareTables(for: pages.lowerBound..<end, in: process)
    events.record(
      .fault(
        .zeroPage(
          process: process, address: pages.lowerBound << pageShift, pages: Int(end - pages.lowerBound))))
    return finish(pages.lowerBound..<end, PageMapping(.zeroPage), process)
  }

  /// Counts faults that were served and brings the high-water marks up to date.
  mutating func countFaults(minor: Int, major: Int = 0, at index: Int) {
    pageEvents.faults &+= minor &+ major
    pageEvents.majorFaults &+= major
    processes[at: index].usage.minorFaults &+= UInt64(minor)
    processes[at: index].usage.majorFaults &+= UInt64(major)
    processes[at: index].addressSpace.notePeaks()
  }
}
