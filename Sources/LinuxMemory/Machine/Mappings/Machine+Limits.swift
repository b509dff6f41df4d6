// Checks that every growth of an address space must pass.

extension Machine {
  /// Whether the limits on size leave room for an area (`may_expand_vm`, mm/mmap.c).
  ///
  /// - Parameter replaced: Pages that go away with it.
  func mayExpand(by area: VirtualMemoryArea, replacing replaced: Int = 0, at index: Int) -> Bool {
    let pages = UInt64(area.pageCount)
    let totals = processes[at: index].addressSpace.areas.totals
    let total = UInt64(max(totals.total - replaced, 0))
    if total + pages > limitPages(.addressSpace, at: index) { return false }
    guard AreaTotals.isData(area) else { return true }
    let data = UInt64(totals.data) + pages
    // A soft limit of 0 is taken for a program that limits its heap alone; the hard limit counts then.
    let limit = processes[at: index].limits[.data]
    return data <= limit.soft >> pageShift || (limit.soft == 0 && data <= limit.hard >> pageShift)
  }

  /// Whether the limit on locked memory leaves room for a new mapping (`mlock_future_check`).
  func mayLock(_ pages: Int, _ flags: VirtualMemoryArea.Flags, at index: Int) -> Bool {
    guard flags.contains(.locked), !processes[at: index].isPrivileged else { return true }
    let locked = processes[at: index].addressSpace.areas.totals.locked
    return UInt64(locked) + UInt64(pages) <= limitPages(.lockedMemory, at: index)
  }

  /// Whether a process may lock memory at all (`can_do_mlock`).
  func mayLockAtAll(at index: Int) -> Bool {
    processes[at: index].limits[.lockedMemory].soft != 0 || processes[at: index].isPrivileged
  }

  /// A soft limit in whole pages.
  func limitPages(_ resource: Resource, at index: Int) -> UInt64 {
    processes[at: index].limits[resource].soft >> pageShift
  }

  /// Grows the stack down to an address below it, if that is what lies above (`expand_downwards`).
  ///
  /// - Returns: Whether the address now lies in the stack.
  mutating func growStack(toInclude address: UInt64, at index: Int) -> Bool {
    let areas = processes[at: index].addressSpace.areas
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
    processes[at: index].addressSpace.prepareAnonymousGroup(for: stack.start)
    var growth = stack
    growth.start = start
    growth.end = stack.start
    guard mayExpand(by: growth, at: index), stack.end - start <= processes[at: index].limits[.stack].soft,
      growth.pageCount <= stack.pageOffset, mayLock(growth.pageCount, stack.flags, at: index),
      charge(growth.pageCount, at: index)
    else { return false }
    processes[at: index].addressSpace.areas.extendDown(at: above, to: start)
    processes[at: index].addressSpace.notePeaks()
    events.record(
      .addressSpace(.stackGrew(process: processes[at: index].id, from: stack.start, to: start)))
    return true
  }
}
