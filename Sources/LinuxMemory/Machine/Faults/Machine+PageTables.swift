// The tables of page tables: taking their pages from the page allocator and giving them back.

extension Machine {
  /// Makes sure that a range of pages can have entries.
  ///
  /// - Throws: SIGKILL when the process was killed for want of memory.
  mutating func prepareTables(for pages: Range<UInt64>, in task: ProcessHandle) throws(FatalSignal) {
    let missing = processes[task].addressSpace.pageTable.directory.missing(for: pages)
    for range in missing {
      let frames = try allocateTables(range.count, for: task)
      processes[task].addressSpace.pageTable.directory.add(range, frames: frames)
    }
  }

  /// Makes sure that a child has the tables that its parent has for a range of pages, as fork does even where they
  /// are empty.
  ///
  /// - Throws: SIGKILL when the child was killed for want of memory.
  mutating func prepareTables(
    like parent: ProcessHandle, for pages: Range<UInt64>, in child: ProcessHandle
  ) throws(FatalSignal) {
    let model = processes[parent].addressSpace.pageTable.directory
    for range in processes[child].addressSpace.pageTable.directory.missing(of: model, for: pages) {
      let frames = try allocateTables(range.count, for: child)
      processes[child].addressSpace.pageTable.directory.add(range, frames: frames)
    }
  }

  private mutating func allocateTables(
    _ count: Int, for task: ProcessHandle
  ) throws(FatalSignal) -> [FrameRange] {
    let flags = tableFlags
    var frames: [FrameRange] = []
    var given = ledger.takePages(count, flags, watermark: .low, for: .pageTable, into: &frames)
    while given < count {
      guard let frame = allocateKernelPages(order: 0, flags: flags, owner: .pageTable, for: task),
        processes.isLiving(task)
      else {
        ledger.givePages(frames, of: .pageTable)
        if processes.isLiving(task), !work.isStopped { terminate(task, .killed(signal: 9)) }
        throw FatalSignal(process: task.id, signal: 9)
      }
      frames.append(FrameRange(start: frame, count: 1))
      given += 1
    }
    guard let group = kernelGroup(of: task) else { return frames }
    guard chargeKernelPages(count, .pageTable, frames, to: group, for: task) else {
      if processes.isLiving(task), !work.isStopped { leakFault(of: task) }
      throw FatalSignal(process: task.id, signal: 9)
    }
    return frames
  }

  /// Page tables are the kernel's, and with 32 bits may lie in high memory (CONFIG_HIGHPTE).
  private var tableFlags: GFPFlags {
    let flags = GFPFlags.GFP_KERNEL_ACCOUNT.union(.__GFP_ZERO)
    return configuration.profile.hasHighPageTables ? flags.union(.__GFP_HIGHMEM) : flags
  }

  /// Gives back the tables that serve nothing once a range is unmapped.
  mutating func releaseTables(for range: Range<UInt64>, in task: ProcessHandle) {
    let areas = processes[task].addressSpace.areas
    let above = areas.index(endingAfter: range.lowerBound)
    let lower = above > 0 ? areas.list[above - 1].end : 0
    let upper = above < areas.list.count ? areas.list[above].start : UInt64.max
    let frames = processes[task].addressSpace.pageTable.directory.remove(
      for: range.lowerBound >> pageShift..<range.upperBound >> pageShift,
      gap: lower >> pageShift..<upper >> pageShift)
    ledger.givePages(frames, of: .pageTable)
  }
}
