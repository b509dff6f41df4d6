// Transparent huge pages: where a fault may take one, and taking it.

extension Machine {
  /// Whether faults in an area may take huge pages (`hugepage_vma_check`, mm/huge_memory.c).
  func usesHugePages(_ area: VirtualMemoryArea, _ space: borrowing AddressSpace) -> Bool {
    guard area.backing == .anonymous, !area.flags.contains(.noHugePages), !space.isHugePagesDisabled
    else { return false }
    switch transparentHugePages {
    case .always: return true
    case .madvise: return area.flags.contains(.hugePages)
    case .never: return false
    }
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

  /// Where a stretch of small pages must end because the next page may be a huge one.
  func endBeforeHugePage(
    _ pages: Range<UInt64>, in area: VirtualMemoryArea, _ process: ProcessID
  ) -> UInt64 {
    guard let index = processes.index(of: process),
      usesHugePages(area, processes[at: index].addressSpace)
    else { return pages.upperBound }
    let size = processes[at: index].addressSpace.layout.geometry.hugePageCount
    return min((pages.lowerBound / size + 1) * size, pages.upperBound)
  }

  /// Serves writes with huge pages.
  ///
  /// - Returns: The first page that is still to be looked at; nil when the first page can not be part of
  ///   a huge one.
  mutating func demandHugePages(
    _ pages: Range<UInt64>, in area: VirtualMemoryArea, _ process: ProcessID
  ) throws(FatalSignal) -> UInt64? {
    guard let blocks = hugePageBlocks(pages, in: area, process, limit: hugePagesAtOnce) else { return nil }
    noteHugePageUser(process, in: area, size: blocks.size)
    guard
      let frames = takeHugePages(blocks, wasAsked: area.flags.contains(.hugePages))
    else { return nil }
    let count = UInt64(frames.reduce(0) { $0 + $1.count })
    let range = blocks.lowerBound..<blocks.lowerBound + count
    do {
      try prepareTables(for: range, in: process)
    } catch {
      for run in frames { freeHugePages(run) }
      throw error
    }
    guard let index = processes.index(of: process) else { return range.upperBound }
    let size = blocks.size
    processes[at: index].addressSpace.prepareAnonymousGroup(for: range.lowerBound << pageShift)
    processes[at: index].addressSpace.pageTable.map(range, to: frames) {
      PageMapping(.anonymous($0), [.writable, .huge])
    }
    noteNewPages(range, of: process)
    pageEvents.hugePages &+= Int(count / size)
    countFaults(minor: Int(count / size), at: index)
    events.record(
      .fault(.hugePage(process: process, address: range.lowerBound << pageShift, pages: Int(count))))
    return min(range.upperBound, pages.upperBound)
  }

  /// How many huge pages may be taken before their tables are.
  ///
  /// The kernel takes the table of each huge page right behind it. Which comes first makes no difference while
  /// plenty is free; below the low watermark the pages come one by one.
  private var hugePagesAtOnce: Int {
    let size = Int(configuration.profile.hugePageSize / configuration.profile.pageSize)
    return max(pageAllocator.sparePages(.userPage) / 2 / (size + 1), 1)
  }

  /// Maps the huge page of zeros for reads; nil when the first page can not be part of a huge one.
  mutating func mapHugeZeroPages(
    _ pages: Range<UInt64>, in area: VirtualMemoryArea, _ process: ProcessID
  ) throws(FatalSignal) -> UInt64? {
    guard let blocks = hugePageBlocks(pages, in: area, process, limit: .max) else { return nil }
    noteHugePageUser(process, in: area, size: blocks.size)
    if hugeZeroPage == nil {
      hugeZeroPage =
        takeHugePages(
          HugePageBlocks(lowerBound: 0, upperBound: blocks.size, size: blocks.size), wasAsked: true
        )?.first?.start
      guard hugeZeroPage != nil else { return nil }
      pageEvents.hugeZeroPages &+= 1
    }
    let range = blocks.lowerBound..<blocks.upperBound
    try prepareTables(for: range, in: process)
    guard let index = processes.index(of: process) else { return range.upperBound }
    processes[at: index].addressSpace.usesHugeZeroPage = true
    // The kernel readies the area for memory of its own before it looks at the kind of access.
    processes[at: index].addressSpace.prepareAnonymousGroup(for: range.lowerBound << pageShift)
    processes[at: index].addressSpace.pageTable.map(range, to: PageMapping(.zeroPage, .huge))
    countFaults(minor: range.count / Int(blocks.size), at: index)
    events.record(
      .fault(.zeroPage(process: process, address: range.lowerBound << pageShift, pages: range.count)))
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
    _ pages: Range<UInt64>, in area: VirtualMemoryArea, _ process: ProcessID, limit: Int
  ) -> HugePageBlocks? {
    guard let index = processes.index(of: process),
      usesHugePages(area, processes[at: index].addressSpace)
    else { return nil }
    let size = processes[at: index].addressSpace.layout.geometry.hugePageCount
    let start = pages.lowerBound & ~(size - 1)
    var end = start
    let stop =
      UInt64(limit) > (pages.upperBound - start) / size ? pages.upperBound : start + UInt64(limit) * size
    while end < stop, mayTakeHugePage(end, in: area, processes[at: index].addressSpace) {
      end += size
    }
    return end > start ? HugePageBlocks(lowerBound: start, upperBound: end, size: size) : nil
  }

  /// Takes huge pages from the free lists; nil when there is none. Nothing is reclaimed for them
  /// (`defrag` is at `madvise`, and compaction is not modelled).
  private mutating func takeHugePages(_ blocks: HugePageBlocks, wasAsked: Bool) -> [FrameRange]? {
    let order = configuration.profile.pageblockOrder
    let flags: GFPFlags = wasAsked ? .GFP_TRANSHUGE : .GFP_TRANSHUGE_LIGHT
    var frames: [FrameRange] = []
    for _ in 0..<(blocks.upperBound - blocks.lowerBound) / blocks.size {
      guard
        let frame = pageAllocator.allocate(order: order, flags, watermark: .low)
          ?? pageAllocator.allocate(order: order, flags, watermark: flags.slowPathWatermark)
      else { break }
      let run = FrameRange(start: frame, count: Int(blocks.size))
      if let last = frames.last, last.end == frame {
        frames[frames.count - 1].count += run.count
      } else {
        frames.append(run)
      }
    }
    if frames.isEmpty { pageEvents.hugePageFallbacks &+= 1 }
    return frames.isEmpty ? nil : frames
  }
}
