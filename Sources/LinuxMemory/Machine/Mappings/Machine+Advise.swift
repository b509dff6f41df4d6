// madvise(2): what a process says about its use of memory.

extension Machine {
  /// Takes an advice about a range of memory.
  ///
  /// - Parameters:
  ///   - address: A multiple of the page size.
  ///   - length: Bytes, rounded up to pages; 0 does nothing.
  ///   - advice: What the process says.
  ///   - process: Whose memory.
  /// - Returns: 0; `EINVAL` for a bad range or an advice that a mapping cannot follow or that is not modelled, `ENOMEM`
  ///   where nothing is mapped (the rest of the range has followed it), `EPERM` for breaking memory without
  ///   privilege.
  /// - Throws: SIGKILL when the process was killed while populated pages came.
  public mutating func madvise(
    _ address: UInt64, length: UInt64, _ advice: MemoryAdvice, in process: ProcessID
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    defer { settleMappings(of: process) }
    guard let task = processes.living(process) else { return .failure(.ESRCH) }
    guard address.isMultiple(of: pageSize), let length = length.roundedUpToPageExactly,
      address <= UInt64.max - length
    else { return .failure(.EINVAL) }
    if length == 0 { return .success(0) }
    if advice == .guardInstall || advice == .guardRemove, !configuration.kernel.hasGuardPages {
      return .failure(.EINVAL)
    }
    if advice == .hardwarePoison || advice == .softOffline {
      return .failure(processes[task].isPrivileged ? .EINVAL : .EPERM)
    }
    let range = address..<address + length
    guard let error = try adviseAreas(range, advice, in: task) else { return .success(0) }
    record(.addressSpace(.refused(process: process, call: "madvise", error: error)))
    return .failure(error)
  }

  /// Follows an advice area by area; holes are noted but do not stop it (`madvise_walk_vmas`).
  private mutating func adviseAreas(
    _ range: Range<UInt64>, _ advice: MemoryAdvice, in task: ProcessHandle
  ) throws(FatalSignal) -> ErrorNumber? {
    var hasHole = false
    var next = range.lowerBound
    for area in Array(processes[task].addressSpace.areas.areas(in: range)) {
      guard mayGoOn() else { return .EINTR }
      guard processes.isLiving(task) else { throw FatalSignal(process: task.id, signal: 9) }
      if area.start > next { hasHole = true }
      let part = max(next, area.start)..<min(area.end, range.upperBound)
      if let error = try advise(part, of: area, advice, in: task) { return error }
      next = part.upperBound
    }
    return hasHole || next < range.upperBound ? .ENOMEM : nil
  }

  private mutating func advise(
    _ range: Range<UInt64>, of area: VirtualMemoryArea, _ advice: MemoryAdvice, in task: ProcessHandle
  ) throws(FatalSignal) -> ErrorNumber? {
    switch advice {
    case .populateRead: return try prefault(range, of: area, .read, in: task)
    case .populateWrite: return try prefault(range, of: area, .write, in: task)
    case .willNeed: return try readAhead(range, of: area, in: task)
    case .dontNeed:
      if area.flags.contains(.locked) || area.isClockData { return .EINVAL }
      return giveBack(range, of: area, in: task)
    case .dontNeedLocked: return area.isClockData ? .EINVAL : giveBack(range, of: area, in: task)
    case .guardInstall, .guardRemove:
      return setGuards(range, of: area, isRemoval: advice == .guardRemove, in: task)
    case .collapse: return collapse(range, of: area, in: task)
    case .free: return allowDropping(range, of: area, in: task)
    case .remove: return removeShared(range, of: area)
    case .cold, .pageOut:
      if area.flags.contains(.locked) || area.isClockData { return .EINVAL }
      coolDown(range, isPagedOut: advice == .pageOut, in: task)
      return nil
    default: return changeFlags(range, of: area, advice, in: task)
    }
  }

  private mutating func changeFlags(
    _ range: Range<UInt64>, of area: VirtualMemoryArea, _ advice: MemoryAdvice, in task: ProcessHandle
  ) -> ErrorNumber? {
    switch advice.change(area) {
    case .failure(let error): return error
    case .success(let flags):
      let error = processes[task].addressSpace.areas.modify(range, limit: tunables.maxMapCount) {
        $0.flags = flags
      }
      splitHugePages(atBoundariesOf: range, in: task)
      return error == .ENOMEM ? .EAGAIN : error
    }
  }

  /// MADV_GUARD_INSTALL and MADV_GUARD_REMOVE.
  private mutating func setGuards(
    _ range: Range<UInt64>, of area: VirtualMemoryArea, isRemoval: Bool, in task: ProcessHandle
  ) -> ErrorNumber? {
    if area.flags.contains(.locked) && !isRemoval || area.isSpecial { return .EINVAL }
    let pages = range.lowerBound >> pageShift..<range.upperBound >> pageShift
    if isRemoval {
      processes[task].addressSpace.guards.remove(pages)
      return nil
    }
    let error = giveBack(range, of: area, in: task)
    processes[task].addressSpace.guards.set(pages, to: GuardMark())
    processes[task].addressSpace.noteLoss()
    return error
  }

  /// MADV_POPULATE_READ and MADV_POPULATE_WRITE: as if the process touched every page.
  private mutating func prefault(
    _ range: Range<UInt64>, of area: VirtualMemoryArea, _ kind: AccessKind, in task: ProcessHandle
  ) throws(FatalSignal) -> ErrorNumber? {
    guard !area.isClockData, area.permissions.contains(kind == .write ? .write : .read) else {
      return .EINVAL
    }
    let pages = range.lowerBound >> pageShift..<range.upperBound >> pageShift
    guard processes[task].addressSpace.guards.isEmpty(in: pages) else { return .EFAULT }
    let end = sharedMemory.endOfObject(behind: range, in: area)
    if end > range.lowerBound {
      try bringIn(range.lowerBound..<end, of: area, kind, task)
    }
    return end < range.upperBound ? .EFAULT : nil
  }

  /// MADV_DONTNEED.
  private mutating func giveBack(_ range: Range<UInt64>, of area: VirtualMemoryArea, in task: ProcessHandle)
    -> ErrorNumber?
  {
    noteSharedChanges(range.lowerBound >> pageShift..<range.upperBound >> pageShift, of: area, in: task)
    processes[task].addressSpace.notePeaks()
    let before = processes[task].addressSpace.resident.total
    let freed = discardPages(range.lowerBound >> pageShift..<range.upperBound >> pageShift, in: task)
    record(
      .addressSpace(
        .discarded(
          process: task.id, address: range.lowerBound, length: UInt64(range.count),
          leftPages: before - processes[task].addressSpace.resident.total, freedPages: freed)))
    return nil
  }

  /// MADV_FREE: pages of the process's own may be dropped; what lies in swap is given up at once.
  private mutating func allowDropping(
    _ range: Range<UInt64>, of area: VirtualMemoryArea, in task: ProcessHandle
  ) -> ErrorNumber? {
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
        list(entry.range, of: .process(task.id), on: .inactiveFile)
      case .shared, .zeroPage, .program: break
      }
    }
    processes[task].addressSpace.noteLoss()
    return nil
  }

  /// MADV_WILLNEED: pages in swap are brought back.
  private mutating func readAhead(
    _ range: Range<UInt64>, of area: VirtualMemoryArea, in task: ProcessHandle
  ) throws(FatalSignal) -> ErrorNumber? {
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
  private mutating func removeShared(
    _ range: Range<UInt64>, of area: VirtualMemoryArea
  ) -> ErrorNumber? {
    if area.flags.contains(.locked) { return .EINVAL }
    guard case .sharedMemory(let number) = area.backing else {
      if case .file = area.backing { return .EOPNOTSUPP }
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
  private mutating func coolDown(_ range: Range<UInt64>, isPagedOut: Bool, in task: ProcessHandle) {
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

  /// Makes a huge page of every block that lies in a range (`madvise_collapse`, mm/khugepaged.c), whatever the setting
  /// for faults says.
  ///
  /// - Parameters:
  ///   - range: addresses in one area.
  ///   - area: the area.
  ///   - task: the process.
  /// - Returns: nil when every block is huge now; `EINVAL` for an area that may have none, or when a block has no page
  ///   that can be written without a fault; `ENOMEM` when there is no huge page, and the blocks behind are left.
  private mutating func collapse(_ range: Range<UInt64>, of area: VirtualMemoryArea, in task: ProcessHandle)
    -> ErrorNumber?
  {
    let space = processes[task].addressSpace
    guard area.backing == .anonymous, !area.flags.contains(.noHugePages), !space.isHugePagesDisabled
    else { return .EINVAL }
    let size = space.layout.geometry.hugePageCount
    var next = ((range.lowerBound >> pageShift) + size - 1) / size * size
    var error: ErrorNumber?
    while next + size <= range.upperBound >> pageShift {
      let block = next..<next + size
      next = block.upperBound
      switch collapsibility(of: block, in: task) {
      case .isHuge: continue
      case .refused: error = .EINVAL
      case .possible:
        guard collapseBlock(block, in: task) else { return .ENOMEM }
      }
    }
    return error
  }

  /// What can be made of a block of pages.
  private enum Collapsibility { case isHuge, refused, possible }

  private func collapsibility(of block: Range<UInt64>, in task: ProcessHandle) -> Collapsibility {
    var result = Collapsibility.refused
    processes[task].addressSpace.pageTable.mappings.forEach(in: block) { entry in
      if entry.value.isHuge { result = .isHuge }
      guard result == .refused, case .anonymous = entry.value.target, entry.value.isWritable else { return }
      result = .possible
    }
    return result
  }

  /// Puts a huge page in the place of a block's small ones, with what they hold; false when there is none.
  private mutating func collapseBlock(_ block: Range<UInt64>, in task: ProcessHandle) -> Bool {
    let flags = GFPFlags.GFP_TRANSHUGE
    let order = configuration.profile.pageblockOrder
    guard
      let frame = ledger.take(order: order, flags, watermark: .low, for: .anonymous)
        ?? ledger.take(order: order, flags, watermark: flags.slowPathWatermark, for: .anonymous)
    else { return false }
    releasePages(block, in: task)
    let run = FrameRange(start: frame, count: block.count)
    processes[task].addressSpace.pageTable.map(block, to: [run]) {
      PageMapping(.anonymous($0), [.writable, .huge])
    }
    noteNewPages(block, of: task)
    return true
  }
}
