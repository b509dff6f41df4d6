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
    let end = processes[task].addressSpace.endBeforeHugePage(
      pages, in: area, when: transparentHugePages)
    return try fillFromAllocator(pages.lowerBound..<end, task) { address, pages in
      .demandZero(process: task.id, address: address, pages: pages)
    }
  }

  /// Gives private copies of pages that have no memory of the process's own.
  mutating func copyIn(
    _ pages: Range<UInt64>, _ task: ProcessHandle
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
    let range =
      pages
      .lowerBound..<processes[task].addressSpace.layout.geometry.endOfPiece(
        pages, spare: sparePages(for: task))
    try prepareTables(for: range, in: task)
    processes[task].addressSpace.prepareAnonymousGroup(for: range.lowerBound << pageShift)
    settleObjects(of: task)
    let runs = try takePages(range.count, task, for: .anonymous)
    // Each run comes out of a block of its own, whose pages the allocator has to tell apart from then on.
    note(work: runs.count * 8)
    let given = runs.reduce(0) { $0 + $1.count }
    let filled = range.lowerBound..<range.lowerBound + UInt64(given)
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

  /// Whether a fault on a page may take a huge page: the area has room for a whole one, and the tables
  /// say that none of its pages was ever touched.
  private func mayTakeHugePage(
    _ page: UInt64, in area: VirtualMemoryArea, _ space: borrowing AddressSpace
  ) -> Bool {
    let size = space.layout.geometry.hugePageCount
    let start = page & ~(size - 1)
    return start >= area.pages.lowerBound && start + size <= area.pages.upperBound
      && !space.pageTable.directory.hasTable(for: start)
  }

  /// Serves writes with huge pages.
  ///
  /// - Returns: The first page that is still to be looked at; nil when the first page can not be part of
  ///   a huge one.
  private mutating func demandHugePages(
    _ pages: Range<UInt64>, in area: VirtualMemoryArea, _ task: ProcessHandle
  ) throws(FatalSignal) -> UInt64? {
    guard let blocks = hugePageBlocks(pages, in: area, task, limit: hugePagesAtOnce(for: task)) else {
      return nil
    }
    noteHugePageUser(task, in: area, size: blocks.size)
    guard
      let frames = takeHugePages(
        blocks, wasAsked: area.flags.contains(.hugePages), for: .anonymous, chargedTo: task)
    else { return nil }
    guard processes.isLiving(task) else {
      for run in frames { freeHugePages(run) }
      throw FatalSignal(process: task.id, signal: 9)
    }
    let count = UInt64(frames.reduce(0) { $0 + $1.count })
    let range = blocks.lowerBound..<blocks.lowerBound + count
    do {
      try prepareTables(for: range, in: task)
    } catch {
      for run in frames { freeHugePages(run) }
      throw error
    }
    let size = blocks.size
    processes[task].addressSpace.prepareAnonymousGroup(for: range.lowerBound << pageShift)
    processes[task].addressSpace.pageTable.map(range, to: frames) {
      PageMapping(.anonymous($0), [.writable, .huge])
    }
    noteNewPages(range, of: task)
    pageEvents.hugePages &+= Int(count / size)
    if let group = kernelGroup(of: task) { countInGroup(.hugeFaults, Int(count / size), group) }
    countFaults(minor: Int(count / size), in: task)
    record(
      .fault(.hugePage(process: task.id, address: range.lowerBound << pageShift, pages: Int(count))))
    return min(range.upperBound, pages.upperBound)
  }

  /// How many huge pages may be taken before their tables are.
  ///
  /// The kernel takes the table of each huge page right behind it. Which comes first makes no difference while
  /// plenty is free; below the low watermark the pages come one by one.
  private func hugePagesAtOnce(for task: ProcessHandle) -> Int {
    let size = Int(configuration.profile.hugePageSize / configuration.profile.pageSize)
    return max(sparePages(for: task) / 2 / (size + 1), 1)
  }

  /// How many pages a process can have without anybody's having to be asked: those free above the low watermark, as far
  /// as its group has room.
  func sparePages(for task: ProcessHandle) -> Int {
    let free = pageAllocator.sparePages(.userPage)
    guard let group = kernelGroup(of: task) else { return free }
    return ledger.groups.ancestry(of: group).reduce(free) { spare, level in
      let memory = ledger.groups[level].memory
      return min(spare, memory.margin, level == .root ? spare : max(memory.high - memory.usage, 0))
    }
  }

  /// Maps the huge page of zeros for reads; nil when the first page can not be part of a huge one.
  mutating func mapHugeZeroPages(
    _ pages: Range<UInt64>, in area: VirtualMemoryArea, _ task: ProcessHandle
  ) throws(FatalSignal) -> UInt64? {
    guard let blocks = hugePageBlocks(pages, in: area, task, limit: .max) else { return nil }
    noteHugePageUser(task, in: area, size: blocks.size)
    if hugeZeroPage == nil {
      hugeZeroPage =
        takeHugePages(
          HugePageBlocks(lowerBound: 0, upperBound: blocks.size, size: blocks.size), wasAsked: true,
          for: .kernel, chargedTo: nil
        )?.first?.start
      guard hugeZeroPage != nil else { return nil }
      pageEvents.hugeZeroPages &+= 1
    }
    let range = blocks.lowerBound..<blocks.upperBound
    try prepareTables(for: range, in: task)
    processes[task].addressSpace.usesHugeZeroPage = true
    // The kernel readies the area for memory of its own before it looks at the kind of access.
    processes[task].addressSpace.prepareAnonymousGroup(for: range.lowerBound << pageShift)
    processes[task].addressSpace.pageTable.map(range, to: PageMapping(.zeroPage, .huge))
    countFaults(minor: range.count / Int(blocks.size), in: task)
    record(
      .fault(.zeroPage(process: task.id, address: range.lowerBound << pageShift, pages: range.count)))
    return min(range.upperBound, pages.upperBound)
  }

  /// A run of whole huge pages, in pages.
  private struct HugePageBlocks {
    var lowerBound: UInt64
    var upperBound: UInt64
    var size: UInt64
  }

  /// The huge pages that the first pages of a range may be part of, at most `limit` of them.
  private func hugePageBlocks(
    _ pages: Range<UInt64>, in area: VirtualMemoryArea, _ task: ProcessHandle, limit: Int
  ) -> HugePageBlocks? {
    guard processes[task].addressSpace.takesHugePages(area, when: transparentHugePages)
    else { return nil }
    let size = processes[task].addressSpace.layout.geometry.hugePageCount
    let start = pages.lowerBound & ~(size - 1)
    var end = start
    let stop =
      UInt64(limit) > (pages.upperBound - start) / size ? pages.upperBound : start + UInt64(limit) * size
    while end < stop, mayTakeHugePage(end, in: area, processes[task].addressSpace) {
      end += size
    }
    return end > start ? HugePageBlocks(lowerBound: start, upperBound: end, size: size) : nil
  }

  /// Takes huge pages from the free lists; nil when there is none. Nothing is reclaimed or compacted for them.
  private mutating func takeHugePages(
    _ blocks: HugePageBlocks, wasAsked: Bool, for owner: FrameOwner, chargedTo task: ProcessHandle?
  ) -> [FrameRange]? {
    let group = kernelGroup(of: task)
    let order = configuration.profile.pageblockOrder
    let flags: GFPFlags = wasAsked ? .GFP_TRANSHUGE : .GFP_TRANSHUGE_LIGHT
    var frames: [FrameRange] = []
    for _ in 0..<(blocks.upperBound - blocks.lowerBound) / blocks.size {
      guard
        let frame = ledger.take(order: order, flags, watermark: .low, for: owner)
          ?? ledger.take(order: order, flags, watermark: flags.slowPathWatermark, for: owner)
      else { break }
      let run = FrameRange(start: frame, count: Int(blocks.size))
      if let group {
        guard charge(run.count, to: group, flags, for: task) else {
          ledger.give(frame, order: order, of: owner)
          pageEvents.hugePageChargeFallbacks &+= 1
          break
        }
        ledger.assign([run], owner.kind, to: group)
      }
      if let last = frames.last, last.end == frame {
        frames[frames.count - 1].count += run.count
      } else {
        frames.append(run)
      }
    }
    if frames.isEmpty { pageEvents.hugePageFallbacks &+= 1 }
    return frames.isEmpty ? nil : frames
  }

  /// Tells khugepaged of a process that takes a huge page (`khugepaged_enter_vma`).
  ///
  /// - Parameter area: Where it takes it.
  private mutating func noteHugePageUser(_ task: ProcessHandle, in area: VirtualMemoryArea, size: UInt64) {
    guard hugePageCollector.isIdle(at: clock), size > 0 else { return }
    let first = (area.pages.lowerBound + size - 1) / size
    let blocks = Int(clamping: max(area.pages.upperBound / size, first) - first)
    hugePageCollector.begin(with: task.id, blocks: blocks, at: clock)
    record(.process(.hugePageCollectorBegan(process: task.id)))
  }
}
