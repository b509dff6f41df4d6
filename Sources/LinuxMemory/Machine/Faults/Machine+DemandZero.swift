// Giving a process memory on the first write, in bulk and with the outcome of page by page.

extension Machine {
  /// Serves writes to pages of private anonymous memory that have no entries.
  ///
  /// - Parameter pages: The pages, not empty.
  /// - Returns: The first page that is still to be looked at.
  mutating func demandZero(
    _ pages: Range<UInt64>, in area: VirtualMemoryArea, _ process: ProcessID
  ) throws(FatalSignal) -> UInt64 {
    if let next = try demandHugePages(pages, in: area, process) { return next }
    let end = endBeforeHugePage(pages, in: area, process)
    return try fillFromAllocator(pages.lowerBound..<end, process) { process, address, pages in
      .demandZero(process: process, address: address, pages: pages)
    }
  }

  /// Gives private copies of pages that have no memory of the process's own.
  mutating func copyIn(
    _ pages: Range<UInt64>, in area: VirtualMemoryArea, _ process: ProcessID
  ) throws(FatalSignal) -> UInt64 {
    try fillFromAllocator(pages, process) { process, address, pages in
      .copied(process: process, address: address, pages: pages)
    }
  }

  /// Puts memory behind the first pages of a range, replacing entries that hold no memory.
  ///
  /// - Parameter event: Makes the event of process, address and number of pages.
  /// - Returns: The first page that is still to be served.
  private mutating func fillFromAllocator(
    _ pages: Range<UInt64>, _ process: ProcessID, _ event: (ProcessID, UInt64, Int) -> FaultEvent
  ) throws(FatalSignal) -> UInt64 {
    let range = pages.lowerBound..<chunkEnd(pages, process)
    try prepareTables(for: range, in: process)
    let runs = try takePages(range.count, process)
    // Each run comes out of a block of its own, whose pages the allocator has to tell apart from then on.
    note(work: runs.count * 8)
    guard let index = processes.index(of: process) else { return range.upperBound }
    let given = runs.reduce(0) { $0 + $1.count }
    let filled = range.lowerBound..<range.lowerBound + UInt64(given)
    processes[at: index].addressSpace.prepareAnonymousGroup(for: filled.lowerBound << pageShift)
    processes[at: index].addressSpace.pageTable.map(filled, to: runs) {
      PageMapping(.anonymous($0), .writable)
    }
    noteNewPages(filled, of: process)
    countFaults(minor: given, at: index)
    events.record(.fault(event(process, filled.lowerBound << pageShift, given)))
    return filled.upperBound
  }

  /// Asks for pages in the name of a process.
  ///
  /// - Returns: At least one page, at most as many as asked for.
  mutating func takePages(_ count: Int, _ process: ProcessID) throws(FatalSignal) -> [FrameRange] {
    var runs: [FrameRange] = []
    let outcome = allocateUserPages(count, for: process, into: &runs)
    guard case .allocated = outcome, isAlive(process) else {
      for run in runs { pageAllocator.freePages(run) }
      throw FatalSignal(process: process, signal: 9)
    }
    return runs
  }

  /// How many pages a piece has at most, a quarter of it where more than four times as many are free: memory that is
  /// scattered makes that many extents before somebody looks whether to go on.
  static let largestPiece: UInt64 = 1 << 22

  /// Where the next piece of a large request ends.
  ///
  /// Tables and pages of a piece are taken one after the other. That has the outcome of page by page as
  /// long as memory does not run out within the piece, so pieces shrink with the memory that is free above
  /// the low watermark, down to what one table covers.
  func chunkEnd(_ pages: Range<UInt64>, _ process: ProcessID) -> UInt64 {
    guard let index = processes.index(of: process) else { return pages.upperBound }
    let covered = processes[at: index].addressSpace.layout.geometry.hugePageCount
    let spare = UInt64(max(pageAllocator.sparePages(.userPage), 2))
    let half = min(spare / 2, spare > Self.largestPiece * 4 ? Self.largestPiece / 4 : Self.largestPiece)
    if UInt64(pages.count) <= half { return pages.upperBound }
    let boundary = ((pages.lowerBound + half) / covered) * covered
    let end = boundary > pages.lowerBound ? boundary : (pages.lowerBound / covered + 1) * covered
    return min(end, pages.upperBound)
  }
}
