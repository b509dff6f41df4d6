// Charging groups for pages, with what is done when a group has no room (mm/memcontrol.c).

extension Machine {
  /// The group that is charged for what a process does.
  func chargedGroup(of task: ProcessHandle) -> MemoryGroup? {
    controlGroups[processes[task].controlGroup].memory
  }

  /// The group that the kernel charges for its own pages in the name of a process; nil for none.
  func kernelGroup(of task: ProcessHandle?) -> MemoryGroup? {
    guard !ledger.groups.isTrivial, let task, processes.contains(task), let group = chargedGroup(of: task),
      group != .root
    else { return nil }
    return group
  }

  /// Gives a process pages and charges a group for them, as page after page would be: first the page, then its
  /// charge.
  mutating func allocateChargedPages(
    _ count: Int, for task: ProcessHandle, in group: MemoryGroup, owner: FrameOwner, flags: GFPFlags,
    into runs: inout [FrameRange]
  ) -> AllocationOutcome {
    while mayGoOn() {
      var wanted = 1
      switch ledger.groups.chargePlan(for: count, of: group) {
      case .wholeBatches(let pages), .singly(let pages): wanted = pages
      case .slowly: break
      }
      var pages: [FrameRange] = []
      guard
        case .allocated(let given) = allocateUnchargedPages(
          wanted, for: task, owner: owner, flags: flags, into: &pages)
      else {
        ledger.givePages(pages, of: owner)
        return .killed
      }
      // Reclaim for the machine may have changed what the group may be charged.
      let plan = ledger.groups.chargePlan(for: given, of: group)
      if plan == .wholeBatches(given) || plan == .singly(given) {
        noteOverHigh(ledger.groups.charge(plan, to: group), task)
      } else if plan != .slowly || given > 1 {
        ledger.givePages(pages, of: owner)
        continue
      } else if !charge(1, to: group, owner.kind == .file ? flags : .GFP_KERNEL, for: task) {
        ledger.givePages(pages, of: owner)
        if owner.kind != .file { countInGroup(.faults, 1, group) }
        guard processes.isLiving(task), !isHalted, !work.isStopped else { return .killed }
        leakFault(of: task)
        return .killed
      }
      guard processes.isLiving(task) else {
        ledger.groups.uncharge(given, of: group)
        ledger.givePages(pages, of: owner)
        return .killed
      }
      ledger.assign(pages, owner.kind, to: group)
      runs += pages
      return .allocated(given)
    }
    return .killed
  }

  /// Charges a group for frames that the kernel took in the name of a process, page after page.
  ///
  /// - Returns: whether they are charged; otherwise they are given back.
  mutating func chargeKernelPages(
    _ count: Int, _ kind: FrameOwner.Kind, _ frames: [FrameRange], to group: MemoryGroup,
    for task: ProcessHandle?
  ) -> Bool {
    var left = count
    var isRefused = false
    while left > 0, !isRefused, mayGoOn() {
      let plan = ledger.groups.chargePlan(for: left, of: group)
      switch plan {
      case .wholeBatches(let pages), .singly(let pages):
        let overHigh = ledger.groups.charge(plan, to: group)
        left -= pages
        if let task { noteOverHigh(overHigh, task) }
      case .slowly:
        isRefused = !charge(1, to: group, .GFP_KERNEL_ACCOUNT.union(.__GFP_ZERO), for: task)
        left -= isRefused ? 0 : 1
      }
    }
    if left == 0, task.map(processes.isLiving) ?? true {
      ledger.groups.addKernelPages(count, to: group)
      ledger.assign(frames, kind, to: group)
      return true
    }
    if left < count { ledger.groups.uncharge(count - left, of: group) }
    ledger.givePages(frames, of: FrameOwner(kind))
    return false
  }

  /// Charges a group for pages, reclaiming and killing in it where it has no room (`try_charge_memcg`).
  ///
  /// - Parameter task: in whose call; it may be killed for it.
  /// - Returns: whether the pages are charged.
  mutating func charge(_ pages: Int, to group: MemoryGroup, _ flags: GFPFlags, for task: ProcessHandle?)
    -> Bool
  {
    var retries = ReclaimState.failureLimit
    var batch = max(pages, ChargeStock.batch)
    var hasDrained = false
    var limited: MemoryGroup?
    while mayGoOn() {
      switch ledger.groups.charge(pages, to: group, batch: batch) {
      case .made(let overHigh):
        if let task { noteOverHigh(overHigh, task) }
        return true
      case .refused(let refusing): limited = refusing
      }
      guard let limited else { break }
      batch = pages
      guard flags.mayReclaim else { break }
      countEvent(.max, in: limited)
      let freed = reclaim(max(pages, ReclaimRun.batch), in: limited, for: task?.id)
      if ledger.groups[limited].memory.margin >= pages { continue }
      if !hasDrained {
        ledger.groups.drainStock(of: limited)
        hasDrained = true
        continue
      }
      if flags.contains(.__GFP_NORETRY) { break }
      if freed > 0, pages <= 1 << PerCPUPages.costlyOrder { continue }
      if retries > 0 {
        retries -= 1
        continue
      }
      if flags.contains(.__GFP_RETRY_MAYFAIL) { break }
      guard pages <= 1 << PerCPUPages.costlyOrder else { break }
      countEvent(.oom, in: limited)
      let before = endingCount
      guard killInGroup(limited, flags: flags, pages: pages, asker: task) else { break }
      if let task, !processes.isLiving(task) {
        // The kernel's victim still tries on until the retries are used up: it gives its memory back later. When others
        // die with it, it finds theirs.
        if endingCount == before + 1 {
          let tries = ReclaimState.failureLimit + 1
          ledger.groups.noteRefusals(tries, by: limited)
          record(.controlGroup(.limited(group: path(of: limited), times: tries)))
        }
        return false
      }
      retries = ReclaimState.failureLimit
    }
    guard flags.contains(.__GFP_NOFAIL) || flags.contains(.__GFP_HIGH), !isHalted else { return false }
    ledger.groups.chargeByForce(pages, to: group)
    return true
  }

  /// Reclaims in a group and those below it (`try_to_free_mem_cgroup_pages`).
  ///
  /// - Returns: how many pages came free.
  @discardableResult
  mutating func reclaim(_ pages: Int, in group: MemoryGroup, for process: ProcessID?) -> Int {
    var run = ReclaimRun(
      wanted: max(pages, ReclaimRun.batch), requestClass: pageAllocator.zones.count - 1, isKswapd: false)
    run.target = group
    reclaim(&run)
    if run.freed > 0 {
      record(.controlGroup(.reclaimed(group: path(of: group), pages: run.freed)))
    }
    return run.freed
  }

  /// Counts an event of a group.
  mutating func countEvent(_ event: MemoryGroupEvent, in group: MemoryGroup) {
    ledger.groups.count(event, in: group)
    switch event {
    case .low: record(.controlGroup(.protectionBroken(group: path(of: group))))
    case .max: record(.controlGroup(.limited(group: path(of: group), times: 1)))
    case .oom: record(.controlGroup(.outOfMemory(group: path(of: group))))
    case .high, .oomKill, .oomGroupKill, .swapHigh, .swapMax, .swapFail: break
    }
  }

  /// Counts something for `memory.stat` of a group.
  @inline(__always)
  mutating func countInGroup(_ count: GroupCount, _ times: Int, _ group: MemoryGroup) {
    if ledger.groups.isTrivial { return }
    ledger.groups[group].counts[count] += times
  }

  /// The path of the group of processes that a group of the controller belongs to.
  package func path(of group: MemoryGroup) -> String {
    let home = ledger.groups[group].home
    return controlGroups.contains(home) ? controlGroups.path(of: home) : "(deleted)"
  }
}
