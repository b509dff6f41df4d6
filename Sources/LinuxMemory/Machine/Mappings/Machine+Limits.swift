// Checks that every growth of an address space must pass.

extension Machine {
  /// Whether the limits on size leave room for an area (`may_expand_vm`, mm/mmap.c).
  ///
  /// - Parameter replaced: Pages that go away with it.
  func mayExpand(by area: VirtualMemoryArea, replacing replaced: Int = 0, in task: ProcessHandle) -> Bool {
    let pages = UInt64(area.pageCount)
    let totals = processes[task].addressSpace.areas.totals
    let total = UInt64(max(totals.total - replaced, 0))
    if total + pages > limitPages(.addressSpace, in: task) { return false }
    guard AreaTotals.isData(area) else { return true }
    let data = UInt64(totals.data) + pages
    // A soft limit of 0 is taken for a program that limits its heap alone; the hard limit counts then.
    let limit = processes[task].limits[.data]
    return data <= limit.soft >> pageShift || (limit.soft == 0 && data <= limit.hard >> pageShift)
  }

  /// Whether the limit on locked memory leaves room for a new mapping (`mlock_future_check`).
  func mayLock(_ pages: Int, _ flags: VirtualMemoryArea.Flags, in task: ProcessHandle) -> Bool {
    guard flags.contains(.locked), !processes[task].isPrivileged else { return true }
    let locked = processes[task].addressSpace.areas.totals.locked
    return UInt64(locked) + UInt64(pages) <= limitPages(.lockedMemory, in: task)
  }

  /// Whether a process may lock memory at all (`can_do_mlock`).
  func mayLockAtAll(in task: ProcessHandle) -> Bool {
    processes[task].limits[.lockedMemory].soft != 0 || processes[task].isPrivileged
  }

  /// A soft limit in whole pages.
  func limitPages(_ resource: Resource, in task: ProcessHandle) -> UInt64 {
    processes[task].limits[resource].soft >> pageShift
  }

  /// Grows the stack down to an address below it, if that is what lies above (`expand_downwards`).
  ///
  /// - Returns: Whether the address now lies in the stack.
  mutating func growStack(toInclude address: UInt64, in task: ProcessHandle) -> Bool {
    let areas = processes[task].addressSpace.areas
    let above = areas.index(endingAfter: address)
    guard above < areas.list.count, areas.list[above].flags.contains(.growsDown) else { return false }
    let start = address & ~(pageSize - 1)
    let stack = areas.list[above]
    guard stack.start > start, start >= tunables.mmapMinimumAddress else { return false }
    if above > 0 {
      let below = areas.list[above - 1]
      if !below.flags.contains(.growsDown), !below.permissions.isEmpty,
        start - below.end < AddressSpaceLayout.stackGuardGap
      {
        return false
      }
    }
    processes[task].addressSpace.prepareAnonymousGroup(for: stack.start)
    var growth = stack
    growth.start = start
    growth.end = stack.start
    guard mayExpand(by: growth, in: task), stack.end - start <= processes[task].limits[.stack].soft,
      growth.pageCount <= stack.pageOffset, mayLock(growth.pageCount, stack.flags, in: task),
      charge(growth.pageCount, in: task)
    else { return false }
    processes[task].addressSpace.areas.extendDown(at: above, to: start)
    processes[task].addressSpace.notePeaks()
    record(
      .addressSpace(.stackGrew(process: processes[task].id, from: stack.start, to: start)))
    return true
  }
}
