// A stack grows where it is touched.

extension Machine {
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
    guard processes[task].mayExpand(by: growth), stack.end - start <= processes[task].limits[.stack].soft,
      growth.pageCount <= stack.pageOffset, processes[task].mayLock(growth.pageCount, stack.flags),
      chargeCommit(growth.pageCount, for: task)
    else { return false }
    processes[task].addressSpace.areas.extendDown(at: above, to: start)
    processes[task].addressSpace.notePeaks()
    record(
      .addressSpace(.stackGrew(process: processes[task].id, from: stack.start, to: start)))
    return true
  }
}
