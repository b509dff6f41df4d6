// The tables of page tables: taking their pages from the page allocator and giving them back.

extension Machine {
  /// Makes sure that a range of pages can have entries.
  ///
  /// - Throws: SIGKILL when the process was killed for want of memory.
  mutating func prepareTables(for pages: Range<UInt64>, in process: ProcessID) throws(FatalSignal) {
    guard let index = processes.index(of: process) else { return }
    let missing = processes[at: index].addressSpace.pageTable.directory.missing(for: pages)
    for range in missing {
      let frames = try allocateTables(range.count, for: process)
      guard let index = processes.index(of: process) else { continue }
      processes[at: index].addressSpace.pageTable.directory.add(range, frames: frames)
    }
  }

  /// Makes sure that a child has the tables that its parent has for a range of pages, as fork does even where they
  /// are empty.
  ///
  /// - Throws: SIGKILL when the child was killed for want of memory.
  mutating func prepareTables(
    like parent: ProcessID, for pages: Range<UInt64>, in child: ProcessID
  ) throws(FatalSignal) {
    guard let index = processes.index(of: child), let other = processes.index(of: parent) else { return }
    let model = processes[at: other].addressSpace.pageTable.directory
    for range in processes[at: index].addressSpace.pageTable.directory.missing(of: model, for: pages) {
      let frames = try allocateTables(range.count, for: child)
      guard let index = processes.index(of: child) else { continue }
      processes[at: index].addressSpace.pageTable.directory.add(range, frames: frames)
    }
  }

  private mutating func allocateTables(
    _ count: Int, for process: ProcessID
  ) throws(FatalSignal) -> [FrameRange] {
    let flags = tableFlags
    var frames: [FrameRange] = []
    var given = pageAllocator.allocatePages(count, flags, watermark: .low, into: &frames)
    while given < count {
      guard let frame = allocateKernelPages(order: 0, flags: flags, for: process), isAlive(process) else {
        for run in frames { pageAllocator.freePages(run) }
        if isAlive(process), !work.isStopped { terminate(process, .killed(signal: 9)) }
        throw FatalSignal(process: process, signal: 9)
      }
      frames.append(FrameRange(start: frame, count: 1))
      given += 1
    }
    return frames
  }

  /// Page tables are the kernel's, and with 32 bits may lie in high memory (CONFIG_HIGHPTE).
  private var tableFlags: GFPFlags {
    let isWide = configuration.profile.wordSize == 8
    let flags = GFPFlags.GFP_KERNEL_ACCOUNT.union(.__GFP_ZERO)
    return isWide ? flags : flags.union(.__GFP_HIGHMEM)
  }

  /// Gives back the tables that serve nothing once a range is unmapped.
  mutating func releaseTables(for range: Range<UInt64>, at index: Int) {
    let areas = processes[at: index].addressSpace.areas
    let above = areas.index(endingAfter: range.lowerBound)
    let lower = above > 0 ? areas.list[above - 1].end : 0
    let upper = above < areas.list.count ? areas.list[above].start : UInt64.max
    let frames = processes[at: index].addressSpace.pageTable.directory.remove(
      for: range.lowerBound >> pageShift..<range.upperBound >> pageShift,
      gap: lower >> pageShift..<upper >> pageShift)
    for run in frames { pageAllocator.freePages(run) }
  }
}
