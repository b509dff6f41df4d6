// memory.high: whoever is charged above it reclaims for itself, and sleeps.

extension Machine {
  /// Notes pages that brought a group above its `memory.high`; more than a batch has its price at once.
  mutating func noteOverHigh(_ pages: Int, _ task: ProcessHandle) {
    guard pages > 0, processes.contains(task) else { return }
    processes[task].pagesOverHigh += pages
    if processes[task].pagesOverHigh > ChargeStock.batch { returnToUserMode(task) }
  }

  /// What a process does on its way back from the kernel: above `memory.high` it reclaims, and sleeps the longer the
  /// further above it is (`mem_cgroup_handle_over_high`, mm/memcontrol.c).
  mutating func returnToUserMode(_ task: ProcessHandle) {
    guard processes.isLiving(task), processes[task].pagesOverHigh > 0, let group = chargedGroup(of: task)
    else { return }
    let pages = processes[task].pagesOverHigh
    processes[task].pagesOverHigh = 0
    var retries = ReclaimState.failureLimit
    var wanted = pages
    while mayGoOn() {
      let freed = reclaimAboveHigh(wanted, in: group, for: task.id)
      let overage = ledger.groups.ancestry(of: group).reduce(0) { most, level in
        level == .root ? most : max(most, ledger.groups[level].memory.overage)
      }
      let swapOverage = largestSwapOverage(of: group)
      let delay = min(
        ThrottleDelay.ticks(pages: pages, overage: overage)
          + ThrottleDelay.ticks(pages: pages, overage: swapOverage), ThrottleDelay.longest)
      if delay <= ThrottleDelay.shortest { return }
      wanted = ReclaimRun.batch
      if freed > 0 { continue }
      if retries == 0 { return stall(for: delay, task, in: group) }
      retries -= 1
    }
  }

  /// How far the group or one above it is above its `memory.swap.high` at most; each that is counts it
  /// (`swap_find_max_overage`).
  private mutating func largestSwapOverage(of group: MemoryGroup) -> UInt64 {
    var most: UInt64 = 0
    for level in Array(ledger.groups.ancestry(of: group)) where level != .root {
      let overage = ledger.groups[level].swap.overage
      if overage > 0 { countEvent(.swapHigh, in: level) }
      most = max(most, overage)
    }
    return most
  }

  /// Reclaims in every group that is above its `memory.high` (`reclaim_high`).
  private mutating func reclaimAboveHigh(_ pages: Int, in group: MemoryGroup, for process: ProcessID) -> Int {
    var freed = 0
    for level in Array(ledger.groups.ancestry(of: group)) where level != .root {
      let memory = ledger.groups[level].memory
      guard memory.usage > memory.high else { continue }
      countEvent(.high, in: level)
      freed += reclaim(pages, in: level, for: process)
    }
    return freed
  }

  /// Lets a process sleep for so many ticks, as the kernel's timers end them.
  private mutating func stall(for ticks: UInt64, _ task: ProcessHandle, in group: MemoryGroup) {
    let tick = 1_000_000 / ThrottleDelay.ticksPerSecond
    let (end, overflow) = ThrottleDelay.end(of: ticks, from: clock / tick).multipliedReportingOverflow(
      by: tick)
    guard !overflow, end > clock else { return }
    let begin = clock
    sleep(microseconds: end - begin)
    noteStall(from: begin, of: task)
    record(.controlGroup(.throttled(process: task.id, group: path(of: group), microseconds: clock - begin)))
  }

  /// Counts time in which a process waited for memory, for its group, those above, and the machine.
  mutating func noteStall(from begin: UInt64, of task: ProcessHandle) {
    pressure.wait(from: begin, to: clock)
    for id in Array(controlGroups.ancestry(of: processes[task].controlGroup))
    where id != .root && controlGroups[id].countsPressure {
      controlGroups[id].pressure.wait(from: begin, to: clock)
    }
  }
}
