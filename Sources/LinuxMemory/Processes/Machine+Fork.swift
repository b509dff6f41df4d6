// fork(2): a copy of a process that shares its memory until either writes.

extension Machine {
  /// Makes a copy-on-write child.
  ///
  /// - Parameters:
  ///   - parent: The process that forks.
  ///   - name: What the child is called from now on.
  /// - Returns: The child; `ENOMEM` when its memory cannot be promised or its page table not be built,
  ///   `EAGAIN` when all process numbers are taken, `ESRCH` when there is no such parent.
  /// - Throws: SIGKILL when the parent was killed while the child's page table was built.
  public mutating func fork(
    _ parent: ProcessID, name: String
  ) throws(FatalSignal) -> Result<ProcessID, Errno> {
    guard let parentIndex = livingIndex(parent) else { return .failure(.ESRCH) }
    guard let id = processes.nextNumber() else { return .failure(.EAGAIN) }
    let charged = processes[at: parentIndex].addressSpace.areas.list.reduce(0) { sum, area in
      area.flags.contains(.accounted) && !area.flags.contains(.notInherited) ? sum + area.pageCount : sum
    }
    guard charge(charged, at: parentIndex) else { return .failure(.ENOMEM) }
    guard let kernelPages = takeKernelPages(for: parent) else {
      unchargeCommit(charged)
      return .failure(.ENOMEM)
    }
    // Memory for the kernel's pages may have cost processes their lives.
    guard let parentIndex = livingIndex(parent) else {
      freeKernelPages(kernelPages)
      unchargeCommit(charged)
      throw FatalSignal(process: parent, signal: 9)
    }
    var child = Process(copying: processes[at: parentIndex], id: id, name: name, startTime: clock)
    child.kernelPages = kernelPages
    for area in child.addressSpace.areas.list {
      guard case .sharedMemory(let number) = area.backing else { continue }
      sharedMemory.retain(number, pages: area.pageCount)
    }
    processes.insert(child)
    for area in child.addressSpace.areas.list where area.anonymousGroup != 0 || area.isClockData {
      if try copyEntries(of: area, from: parent, to: id) { continue }
      terminate(id, .killed(signal: 9))
      processes.remove(id)
      return .failure(.ENOMEM)
    }
    if let index = processes.index(of: id) { processes[at: index].addressSpace.notePeaks() }
    if let index = processes.index(of: parent) { processes[at: index].addressSpace.noteLoss() }
    events.record(.process(.forked(process: id, parent: parent, name: child.name)))
    return .success(id)
  }

  /// Shares the pages of one area with the child and write-protects them on both sides
  /// (`copy_page_range`, mm/memory.c).
  ///
  /// - Returns: Whether there was memory for the child's page table.
  /// - Throws: SIGKILL when the parent was killed for want of that memory.
  private mutating func copyEntries(
    of area: VirtualMemoryArea, from parent: ProcessID, to child: ProcessID
  ) throws(FatalSignal) -> Bool {
    // A signal here is the child's, which is then gone.
    try? prepareTables(like: parent, for: area.pages, in: child)
    guard let parentIndex = livingIndex(parent) else { throw FatalSignal(process: parent, signal: 9) }
    guard livingIndex(child) != nil else { return false }
    for entry in processes[at: parentIndex].addressSpace.pageTable.mappings.extents(in: area.pages) {
      guard let parentIndex = livingIndex(parent) else { throw FatalSignal(process: parent, signal: 9) }
      guard let childIndex = livingIndex(child) else { return false }
      var mapping = entry.value
      let count = Int(entry.count)
      switch mapping.target {
      case .anonymous(let frame):
        sharedFrames.retain(FrameRange(start: frame, count: count))
        mapping.flags.remove(.writable)
        processes[at: parentIndex].addressSpace.pageTable.map(entry.range, to: mapping)
      case .swapped(let slot):
        swap.retain(SwapSlotRange(start: slot, count: count))
      case .shared, .zeroPage, .program:
        break
      }
      processes[at: childIndex].addressSpace.pageTable.map(entry.range, to: mapping)
      if case .anonymous = mapping.target { noteNewPages(entry.range, of: child) }
    }
    return true
  }
}
