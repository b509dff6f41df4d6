// The OOM killer inside a group.

extension Machine {
  /// Kills in a group that has no room (`mem_cgroup_out_of_memory`, mm/memcontrol.c).
  ///
  /// - Returns: whether it has room now or somebody was killed.
  mutating func killInGroup(_ group: MemoryGroup, flags: GFPFlags, pages: Int, asker: ProcessHandle?) -> Bool
  {
    let order = pages <= 1 ? 0 : Int.bitWidth - (pages - 1).leadingZeroBitCount
    if ledger.groups[group].memory.margin >= 1 << order { return true }
    if let asker, !processes.isLiving(asker) { return true }
    return runOOMKiller(
      OOMRequest(flags: flags, order: order, asker: asker?.id ?? ProcessID(1), group: group))
  }

  /// What badness is measured against inside a group: all that it may have (`mem_cgroup_get_max`).
  func badnessTotalPages(of group: MemoryGroup) -> Int {
    let control = ledger.groups[group]
    var pages = control.memory.maximum
    if tunables.swappiness > 0 { pages += min(control.swap.maximum, swap.totalSlots) }
    return max(pages, 1)
  }

  /// The processes in a group and those below it, group by group in the order in which they came.
  func processes(in group: MemoryGroup) -> [ProcessID] {
    let home = ledger.groups[group].home
    guard controlGroups.contains(home) else { return [] }
    return controlGroups.subtree(of: home).flatMap { controlGroups[$0].processes }
  }

  /// The highest group of a victim's, up to the one that has no room, that is killed as a whole
  /// (`mem_cgroup_get_oom_group`).
  func groupKilledTogether(with victim: ProcessHandle, in limited: MemoryGroup) -> MemoryGroup? {
    guard !ledger.groups.isTrivial, let own = chargedGroup(of: victim), own != .root,
      ledger.groups.isGroup(own, in: limited)
    else { return nil }
    var found: MemoryGroup?
    for level in ledger.groups.ancestry(of: own) {
      if level != .root, ledger.groups[level].killsTogether { found = level }
      if level == limited { break }
    }
    return found
  }

  /// Prints that a page fault found no memory and is tried again (`pagefault_out_of_memory`, mm/oom_kill.c), and notes
  /// that the process will never do anything else.
  mutating func leakFault(of task: ProcessHandle) {
    // It is no fault of the process's: swapoff fails.
    if oomKiller.swapoffProcess == task.id { return }
    if oomKiller.faultLimit.allows(at: clock, log: &log) {
      log.append("Huh VM_FAULT_OOM leaked out to the #PF handler. Retrying PF", at: clock)
    }
    stuckProcess = StuckProcess(
      process: task.id, group: controlGroups.path(of: processes[task].controlGroup))
    record(
      .controlGroup(
        .stuck(process: task.id, group: controlGroups.path(of: processes[task].controlGroup))))
  }

  /// Forgets that a process is stuck, because whoever asked has been told.
  ///
  /// - Returns: who it was.
  package mutating func takeStuckProcess() -> StuckProcess? {
    defer { stuckProcess = nil }
    return stuckProcess
  }
}
