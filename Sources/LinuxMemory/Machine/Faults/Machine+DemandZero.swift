// Giving a process memory on the first write, in bulk and with the outcome of page by page.

extension Machine {
  /// Serves writes to pages of private anonymous memory that have no entries.
  ///
  /// - Parameter pages: The pages, not empty.
  /// - Returns: The first page that is still to be looked at.
  mutating func demandZero(
    _ pages: Range<UInt64>, in area: VirtualMemoryArea, _ task: ProcessHandle
  ) throws(FatalSignal) -> UInt64 {
    if let next = try demandHugePages(pages, in: area, task) { return next }
    let end = endBeforeHugePage(pages, in: area, task)
    return try fillFromAllocator(pages.lowerBound..<end, task) { address, pages in
      .demandZero(process: task.id, address: address, pages: pages)
    }
  }

  /// Gives private copies of pages that have no memory of the process's own.
  mutating func copyIn(
    _ pages: Range<UInt64>, in area: VirtualMemoryArea, _ task: ProcessHandle
  ) throws(FatalSignal) -> UInt64 {
    try fillFromAllocator(pages, task) { address, pages in
      .copied(process: task.id, address: address, pages: pages)
    }
  }

  /// Puts memory behind the first pages of a range, replacing entries that hold no memory.
  ///
  /// - Parameter event: Makes the event of address and number of pages.
  /// - Returns: The first page that is still to be served.
  private mutating func fillFromAllocator(
    _ pages: Range<UInt64>, _ task: ProcessHandle, _ event: (UInt64, Int) -> FaultEvent
  ) throws(FatalSignal) -> UInt64 {
    let range = pages.lowerBound..<chunkEnd(pages, task)
    try prepareTables(for: range, in: task)
    let runs = try takePages(range.count, task, for: .anonymous)
    // Each run comes out of a block of its own, whose pages the allocator has to tell apart from then on.
    note(work: runs.count * 8)
    let given = runs.reduce(0) { $0 + $1.count }
    let filled = range.lowerBound..<range.lowerBound + UInt64(given)
    processes[task].addressSpace.prepareAnonymousGroup(for: filled.lowerBound << pageShift)
    processes[task].addressSpace.pageTable.map(filled, to: runs) {
      PageMapping(.anonymous($0), .writable)
    }
    noteNewPages(filled, of: task)
    countFaults(minor: given, in: task)
    record(.fault(event(filled.lowerBound << pageShift, given)))
    return filled.upperBound
  }

  /// Asks for pages in the name of a process.
  ///
  /// - Returns: At least one page, at most as many as asked for.
  mutating func takePages(
    _ count: Int, _ task: ProcessHandle, for owner: FrameOwner
  ) throws(FatalSignal) -> [FrameRange] {
    var runs: [FrameRange] = []
    let outcome = allocateUserPages(count, for: task, owner: owner, into: &runs)
    guard case .allocated = outcome, processes.isLiving(task) else {
      ledger.givePages(runs, of: owner)
      throw FatalSignal(process: task.id, signal: 9)
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
  func chunkEnd(_ pages: Range<UInt64>, _ task: ProcessHandle) -> UInt64 {
    let covered = processes[task].addressSpace.layout.geometry.hugePageCount
    let spare = UInt64(max(pageAllocator.sparePages(.userPage), 2))
    let half = min(spare / 2, spare > Self.largestPiece * 4 ? Self.largestPiece / 4 : Self.largestPiece)
    if UInt64(pages.count) <= half { return pages.upperBound }
    let boundary = ((pages.lowerBound + half) / covered) * covered
    let end = boundary > pages.lowerBound ? boundary : (pages.lowerBound / covered + 1) * covered
    return min(end, pages.upperBound)
  }
}
