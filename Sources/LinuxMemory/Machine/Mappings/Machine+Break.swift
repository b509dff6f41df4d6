// brk(2) and sbrk(3): the heap.

extension Machine {
  /// Moves the program break, as the raw system call does.
  ///
  /// - Parameters:
  ///   - address: The new break; 0, or any address the kernel refuses, leaves it where it is.
  ///   - process: Whose break.
  /// - Returns: The break afterwards.
  /// - Throws: SIGKILL when the heap is locked and the process was killed while its pages came.
  public mutating func brk(_ address: UInt64, in process: ProcessID) throws(FatalSignal) -> UInt64 {
    defer { settleMappings(of: process) }
    guard let task = processes.living(process) else { throw FatalSignal(process: process, signal: 9) }
    let before = processes[task].addressSpace.programBreak
    guard moveBreak(to: address, in: task) else {
      if address > before {
        record(.addressSpace(.refused(process: process, call: "brk", error: .ENOMEM)))
      }
      return before
    }
    if address != before {
      record(.addressSpace(.breakMoved(process: process, from: before, to: address)))
    }
    if address > before, processes[task].addressSpace.futureLock.contains(.locked) {
      try populate(before.roundedUpToPage..<address.roundedUpToPage, in: task)
    }
    return address
  }

  /// Moves the break by a distance, as the C library's function does.
  ///
  /// - Parameters:
  ///   - increment: Bytes, negative to shrink the heap.
  ///   - process: Whose heap.
  /// - Returns: The break before the call; `ENOMEM` when it could not be moved.
  public mutating func sbrk(
    _ increment: Int64, in process: ProcessID
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    defer { settleMappings(of: process) }
    guard let task = processes.living(process) else { return .failure(.ESRCH) }
    let before = processes[task].addressSpace.programBreak
    let (after, overflow) =
      increment < 0
      ? before.subtractingReportingOverflow(increment.magnitude)
      : before.addingReportingOverflow(UInt64(increment))
    if overflow { return .failure(.ENOMEM) }
    // The C library looks only whether the break is too low: a shrink that was refused counts as done.
    return try brk(after, in: process) >= after ? .success(before) : .failure(.ENOMEM)
  }

  /// Does what brk asks for if the kernel's rules allow it (`SYSCALL_DEFINE1(brk)`, mm/mmap.c).
  private mutating func moveBreak(to address: UInt64, in task: ProcessHandle) -> Bool {
    let layout = processes[task].addressSpace.layout
    let before = processes[task].addressSpace.programBreak
    guard address >= layout.heapStart, address <= layout.userAddressTop else { return false }
    let limit = processes[task].limits[.data].soft
    let dataSize = UInt64(layout.data.count)
    if limit != ResourceLimit.unlimited, address - layout.heapStart + dataSize > limit { return false }
    let oldEnd = before.roundedUpToPage
    let newEnd = address.roundedUpToPage
    if newEnd > oldEnd {
      guard growHeap(from: oldEnd, to: newEnd, in: task) else { return false }
    } else if newEnd < oldEnd {
      // Something must be left of the heap there.
      let areas = processes[task].addressSpace.areas
      let next = areas.index(endingAfter: newEnd)
      guard next < areas.list.count, areas.list[next].start < oldEnd,
        case .success = removeMappings(newEnd..<oldEnd, in: task)
      else { return false }
    }
    processes[task].addressSpace.programBreak = address
    processes[task].addressSpace.notePeaks()
    return true
  }

  /// Adds to the heap's area, or makes the first one (`do_brk_flags`).
  private mutating func growHeap(from oldEnd: UInt64, to newEnd: UInt64, in task: ProcessHandle) -> Bool {
    let space = processes[task].addressSpace
    let pages = Int((newEnd - oldEnd) >> pageShift)
    guard newEnd <= space.layout.userAddressTop, processes[task].mayLock(pages, space.futureLock) else {
      return false
    }
    let next = space.areas.index(endingAfter: oldEnd)
    if next < space.areas.list.count {
      let lowest = space.areas.list[next].lowest
      guard newEnd + pageSize <= lowest else { return false }
    }
    var area = VirtualMemoryArea(start: oldEnd, end: newEnd, permissions: [.read, .write])
    area.flags = space.futureLock.union(.accounted)
    guard processes[task].mayExpand(by: area), space.areas.list.count <= tunables.maxMapCount,
      chargeCommit(pages, for: task)
    else { return false }
    // Only an area that reaches beyond the heap's start is extended, never the program's data alone.
    if next > 0, space.areas.list[next - 1].end > space.layout.heapStart,
      space.areas.list[next - 1].isContinued(by: area), space.areas.list[next - 1].accepts(group: 0)
    {
      processes[task].addressSpace.areas.extend(at: next - 1, to: newEnd)
    } else {
      processes[task].addressSpace.areas.insertSeparate(area)
    }
    return true
  }
}
