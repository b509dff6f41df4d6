// madvise(2): the advices that change pages.

extension Machine {
  /// MADV_DONTNEED.
  mutating func giveBack(_ range: Range<UInt64>, of area: VirtualMemoryArea, in task: ProcessHandle) -> Errno?
  {
    noteSharedChanges(range.lowerBound >> pageShift..<range.upperBound >> pageShift, of: area, in: task)
    processes[task].addressSpace.notePeaks()
    let freed = discardPages(range.lowerBound >> pageShift..<range.upperBound >> pageShift, in: task)
    record(
      .addressSpace(
        .discarded(
          process: task.id, address: range.lowerBound, length: UInt64(range.count),
          freedPages: freed)))
    return nil
  }

  /// MADV_FREE: pages of the process's own may be dropped; what lies in swap is given up at once.
  mutating func allowDropping(
    _ range: Range<UInt64>, of area: VirtualMemoryArea, in task: ProcessHandle
  ) -> Errno? {
    guard area.backing == .anonymous, !area.flags.contains(.locked) else { return .EINVAL }
    let pages = range.lowerBound >> pageShift..<range.upperBound >> pageShift
    processes[task].addressSpace.pageTable.splitHugePage(at: pages.lowerBound)
    processes[task].addressSpace.pageTable.splitHugePage(at: pages.upperBound)
    for entry in processes[task].addressSpace.pageTable.mappings.extents(in: pages) {
      guard mayGoOn() else { return .EINTR }
      switch entry.value.target {
      case .swapped: discardPages(entry.range, in: task)
      case .anonymous:
        var mapping = entry.value
        if !mapping.flags.contains(.lazilyFree) { pageEvents.lazilyFreedPages &+= Int(entry.count) }
        mapping.flags.insert(.lazilyFree)
        processes[task].addressSpace.pageTable.map(entry.range, to: mapping)
        claimPages(entry.range, for: task)
        // They wait for reclaim with the file pages, for they need no swap.
        pageLists.append(entry.range, of: .process(task.id), to: .inactiveFile)
      case .shared, .zeroPage, .program: break
      }
    }
    processes[task].addressSpace.noteLoss()
    return nil
  }

  /// MADV_WILLNEED: pages in swap are brought back.
  mutating func readAhead(
    _ range: Range<UInt64>, of area: VirtualMemoryArea, in task: ProcessHandle
  ) throws(FatalSignal) -> Errno? {
    let pages = range.lowerBound >> pageShift..<range.upperBound >> pageShift
    for entry in processes[task].addressSpace.pageTable.mappings.extents(in: pages) {
      guard case .swapped = entry.value.target else { continue }
      var page = entry.start
      while page < entry.end { page = try touch(page..<entry.end, in: area, .read, task) }
    }
    return nil
  }

  /// MADV_REMOVE: pages of a shared object go away in every process that maps them
  /// (`shmem_fallocate` with FALLOC_FL_PUNCH_HOLE).
  mutating func removeShared(
    _ range: Range<UInt64>, of area: VirtualMemoryArea, in task: ProcessHandle
  ) -> Errno? {
    if area.flags.contains(.locked) { return .EINVAL }
    guard case .sharedMemory(let number) = area.backing else {
      return area.backing == .program ? .EACCES : .EINVAL
    }
    guard area.permissions.contains(.write) else { return .EACCES }
    let first = (range.lowerBound - area.start) >> pageShift + area.pageOffset
    let removed = first..<first + UInt64(range.count >> pageShift)
    for other in processes.allHandles where processes.isLiving(other) {
      guard mayGoOn() else { return .EINTR }
      for mapping in processes[other].addressSpace.areas.list where mapping.backing == area.backing {
        let part = (mapping.pageOffset..<mapping.pageOffset + UInt64(mapping.pageCount)).clamped(to: removed)
        if part.isEmpty { continue }
        let start = mapping.pages.lowerBound + part.lowerBound - mapping.pageOffset
        discardPages(start..<start + UInt64(part.count), in: other)
      }
    }
    let isChargedByPage = sharedMemory.objects[number]?.chargedPages == nil
    for run in sharedMemory.removePages(removed, of: number) {
      if isChargedByPage { unchargeCommit(run.count) }
      ledger.givePages(run, of: .shared)
    }
    return nil
  }

  /// MADV_COLD and MADV_PAGEOUT: pages of the process alone move to the end of the queue, or go to swap.
  mutating func coolDown(_ range: Range<UInt64>, isPagedOut: Bool, in task: ProcessHandle) {
    let pages = range.lowerBound >> pageShift..<range.upperBound >> pageShift
    for boundary in [pages.lowerBound, pages.upperBound] {
      let entry = processes[task].addressSpace.mapping(ofPage: boundary)
      guard let frame = entry?.frame, entry?.isHuge == true, sharedFrames.users(of: frame) == 1 else {
        continue
      }
      processes[task].addressSpace.pageTable.splitHugePage(at: boundary)
    }
    if !isPagedOut || swap.areas.allSatisfy({ $0 == nil }) { return }
    for entry in processes[task].addressSpace.pageTable.mappings.extents(in: pages) {
      guard case .anonymous(let frame) = entry.value.target else { continue }
      var next = entry.start
      var runs: [Range<UInt64>] = []
      sharedFrames.forEachPart(of: FrameRange(start: frame, count: Int(entry.count))) { part, users in
        let end = next + UInt64(part.count)
        if users == 1 { runs.append(next..<end) }
        next = end
      }
      for run in runs {
        guard mayGoOn() else { return }
        guard processes.isLiving(task) else { return }
        _ = swapOut(run, in: task, requestClass: pageAllocator.zones.count - 1)
      }
    }
  }
}
