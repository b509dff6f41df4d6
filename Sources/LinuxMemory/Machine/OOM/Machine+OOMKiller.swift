// The OOM killer: whom it takes, and what it leaves in the log.

extension Machine {
  /// Frees memory by killing a process, or stops the machine (`out_of_memory`, mm/oom_kill.c).
  ///
  /// - Parameters:
  ///   - flags: what was asked for.
  ///   - order: how much.
  ///   - asker: the process in whose call it was asked.
  /// - Returns: whether a process was killed; when not, nothing will free memory any more.
  mutating func killForMemory(flags: GFPFlags, order: Int, asker: ProcessID?) -> Bool {
    // Reclaim has been tried to exhaustion before it comes to this.
    reclaim.kswapdFailures = ReclaimState.failureLimit
    return runOOMKiller(OOMRequest(flags: flags, order: order, asker: asker ?? ProcessID(1)))
  }

  /// Kills the worst process because somebody wrote `f` to `/proc/sysrq-trigger`; settings that would stop the
  /// machine do not count then.
  public mutating func killOnRequest() {
    let prefix = configuration.kernel.wording.hasOldManualKill ? "SysRq : " : "sysrq: "
    log.append(prefix + "Manual OOM execution", at: clock, level: .information)
    if !runOOMKiller(.manual), !isHalted {
      log.append("sysrq: OOM request ignored. No task eligible", at: clock, level: .information)
    }
  }

  mutating func runOOMKiller(_ request: OOMRequest) -> Bool {
    guard !isHalted else { return false }
    record(.outOfMemory(.invoked(by: request.asker ?? OOMRequest.worker.process)))
    if tunables.panicOnOOM > (request.group == nil ? 0 : 1), !request.isManual {
      report(request, candidates: candidates(for: request))
      panic(OOMKillLines.panicText(setting: tunables.panicOnOOM), asker: request.asker)
      return false
    }
    note(work: 4 * processes.all.count)
    let ranking = ranking(for: request)
    if tunables.oomKillAllocatingTask != 0, request.group == nil, !oomKiller.isDyingInSwapoff(request.asker),
      let victim = ranking.candidates.first(where: { $0.process == request.asker && $0.badness != nil })
    {
      return kill(victim, .allocatingTask, ranking, request)
    }
    if let process = oomKiller.swapoffProcess, !oomKiller.isSwapoffKilled,
      let victim = ranking.candidates.first(where: { $0.process == process })
    {
      return kill(victim, .swapoff, ranking, request)
    }
    record(.outOfMemory(.ranked(ranking.candidates)))
    guard let victim = ranking.worst else {
      report(request, candidates: candidates(for: request))
      return standWithoutVictim(request)
    }
    if configuration.kernel.oom.sacrificesChildren,
      let child = ranking.candidates.first(where: { processes[$0.process]?.parent == victim.process }),
      child.badness != nil
    {
      return kill(child, .child(of: victim.process), ranking, request)
    }
    return kill(victim, .worst, ranking, request)
  }

  /// What follows when nobody may be killed.
  private mutating func standWithoutVictim(_ request: OOMRequest) -> Bool {
    if configuration.kernel.oom.mayStandWithoutVictim {
      log.append(OOMKillLines.noVictim, at: clock)
      if !request.isManual, request.group == nil { panic(OOMKillLines.deadlock, asker: request.asker) }
    } else {
      panic(OOMKillLines.noVictim, asker: request.asker)
    }
    return false
  }

  private mutating func kill(
    _ victim: OOMCandidate, _ reason: OOMReason, _ ranking: OOMRanking, _ request: OOMRequest
  ) -> Bool {
    guard let task = processes.living(victim.process) else { return false }
    if oomKiller.reportLimit.allows(at: clock, log: &log) {
      report(request, candidates: candidates(for: request))
    }
    let lines = OOMKillLines(
      victim: victim, chosen: chosen(by: reason, victim, ranking), reason: reason,
      resident: processes[task].addressSpace.resident, totalPages: ranking.totalPages,
      limitedGroup: request.group.map(path(of:)),
      victimGroup: controlGroups.path(of: processes[task].controlGroup))
    for (text, level) in lines.lines(configuration.kernel.wording) {
      log.append(text, at: clock, level: level)
    }
    let together = groupKilledTogether(with: task, in: request.group ?? .root)
    noteKill(of: task)
    oomKiller.history.append(
      victim.process, reason: reason, asker: request.isManual ? nil : request.asker, ranking: ranking,
      shortage: request.isManual || request.group != nil ? nil : shortage(of: request),
      group: groupShortage(of: request, victim: task, together), at: clock)
    let members = together.map { announceGroup($0, with: victim) } ?? []
    guard victim.process != oomKiller.swapoffProcess else {
      // The signal is taken when swapoff returns; until then it goes on with what is kept for victims.
      oomKiller.isSwapoffKilled = true
      return true
    }
    end(task)
    for member in members where member != task && processes.isLiving(member) { end(member) }
    return true
  }

  private mutating func end(_ task: ProcessHandle) {
    let before = pageAllocator.freePageCount + pageAllocator.perCPUPageCount
    let name = processes[task].name
    terminate(task, .killed(signal: 9))
    let freed = pageAllocator.freePageCount + pageAllocator.perCPUPageCount - before
    record(.outOfMemory(.killed(process: task.id, name: name, freedPages: freed)))
  }

  /// Counts a kill for the machine and for the victim's group.
  private mutating func noteKill(of task: ProcessHandle) {
    reclaim.counters.oomKills += 1
    if let group = chargedGroup(of: task), group != .root { countEvent(.oomKill, in: group) }
  }

  /// Says who dies with a victim because its group is killed as a whole; the victim is still in it and told of once
  /// more.
  ///
  /// - Returns: who.
  private mutating func announceGroup(_ group: MemoryGroup, with victim: OOMCandidate) -> [ProcessHandle] {
    countEvent(.oomGroupKill, in: group)
    log.append(OOMKillLines.announcement(path(of: group)), at: clock, level: .information)
    let members = mortals(in: group)
    for member in members {
      log.append(OOMKillLines.member(candidate(member, total: 1)), at: clock, level: .error)
      noteKill(of: member)
    }
    return members
  }

  /// Who dies when a group is killed as a whole.
  private func mortals(in group: MemoryGroup) -> [ProcessHandle] {
    processes(in: group).compactMap { processes.living($0) }.filter {
      processes[$0].oomScoreAdjustment != -1000 && $0.id.rawValue != 1
    }
  }

  /// How the group stood that has no room.
  private func groupShortage(
    of request: OOMRequest, victim: ProcessHandle, _ together: MemoryGroup?
  ) -> GroupShortage? {
    guard let group = request.group else { return nil }
    let memory = ledger.groups[group].memory
    let page = Int(pageSize)
    let names: Set = ["anon", "file", "shmem", "kernel", "pagetables", "kernel_stack", "slab", "unevictable"]
    return GroupShortage(
      path: path(of: group), limit: memory.maximum, usage: memory.usage, failures: memory.failures,
      holders: statistics(of: group).counters.filter { names.contains($0.name) && $0.value >= page }.map {
        GroupShortage.Holder(name: $0.name, pages: $0.value / page)
      },
      askerName: request.asker.flatMap { processes.name(of: $0) } ?? "a process",
      victimPath: controlGroups.path(of: processes[victim].controlGroup),
      killedTogether: together.map(path(of:)),
      companions: (together.map { mortals(in: $0) } ?? []).map(\.id).filter { $0 != victim.id })
  }

  /// What the request wanted, and how the zones stood that could serve it.
  private func shortage(of request: OOMRequest) -> MemoryShortage {
    let requestClass = pageAllocator.requestClass(of: request.flags)
    return MemoryShortage(
      order: request.order,
      zones: pageAllocator.zones.enumerated().filter { $1.isPopulated }.map { index, zone in
        MemoryShortage.Zone(
          name: zone.name, isUsable: index <= requestClass, freePages: zone.freePages,
          floorPages: zone.floorPages(.min, requestClass: requestClass),
          largestOrder: (0...MemoryZone.largestOrder).last { zone.freeBlockCount(order: $0) > 0 })
      },
      holders: FrameOwner.Kind.allCases.compactMap { kind in
        let pages = ledger.total(of: kind)
        return pages > 0 ? MemoryShortage.Holder(kind: kind, pages: pages) : nil
      }, unreclaimableSlabPages: slab.unreclaimablePages)
  }

  /// The process that the killer had chosen before it looked at children.
  private func chosen(by reason: OOMReason, _ victim: OOMCandidate, _ ranking: OOMRanking) -> OOMCandidate {
    guard case .child(let parent) = reason else { return victim }
    return ranking.candidates.first { $0.process == parent } ?? victim
  }

  private mutating func panic(_ text: String, asker: ProcessID?) {
    oomKiller.panic = text
    endingCount += 1
    let lines =
      ["Kernel panic - not syncing: \(text)"] + stackDump(for: asker)
      + ["Kernel Offset: disabled", "---[ end Kernel panic - not syncing: \(text) ]---"]
    for line in lines { log.append(line, at: clock, level: .emergency) }
    record(.outOfMemory(.panicked(text)))
  }

  /// RAM and swap together in pages: what badness is measured against (`oc->totalpages`).
  public var badnessTotalPages: Int { pageAllocator.totalPages + swap.totalSlots }

  /// How the processes stand: who would die if memory ended now. init and kernel threads are not in it.
  public var oomRanking: OOMRanking {
    OOMRanking(of: oomCandidates, totalPages: badnessTotalPages, rules: configuration.kernel.oom)
  }

  /// How the processes stand that a request lets the killer look at.
  private func ranking(for request: OOMRequest) -> OOMRanking {
    guard let group = request.group else { return oomRanking }
    return OOMRanking(
      of: candidates(for: request), totalPages: badnessTotalPages(of: group), rules: configuration.kernel.oom)
  }

  /// How the processes of a group stand: who would die if the group had no room now.
  package func oomRanking(in group: MemoryGroup) -> OOMRanking {
    ranking(for: OOMRequest(flags: .GFP_KERNEL, order: 0, asker: nil, group: group))
  }

  private func candidates(for request: OOMRequest) -> [OOMCandidate] {
    guard let group = request.group else { return oomCandidates }
    let total = badnessTotalPages(of: group)
    return processes(in: group).compactMap { processes.living($0) }.filter { $0.id.rawValue != 1 }.map {
      candidate($0, total: total)
    }
  }

  /// What a process's `oom_score` reads; 0 for init, `nil` for a process that does not exist.
  public func oomScore(of process: ProcessID) -> Int? {
    guard let found = processes[process] else { return nil }
    guard found.isAlive, found.id.rawValue != 1 else { return 0 }
    return configuration.kernel.oom.formula.score(figures(of: found), totalPages: badnessTotalPages)
  }

  /// Every process that the OOM killer may look at, in the order of the numbers.
  private var oomCandidates: [OOMCandidate] {
    let total = badnessTotalPages
    return processes.live.filter { $0.id.rawValue != 1 }.map { candidate($0, total: total) }
  }

  private func candidate(_ task: ProcessHandle, total: Int) -> OOMCandidate {
    candidate(processes[task], total: total)
  }

  private func candidate(_ process: LinuxProcess, total: Int) -> OOMCandidate {
    let formula = configuration.kernel.oom.formula
    let figures = figures(of: process)
    return OOMCandidate(
      process: process.id, name: process.name, userID: process.userID,
      totalVirtualPages: process.addressSpace.areas.totals.total, figures: figures,
      badness: formula.badness(figures, totalPages: total),
      score: formula.score(figures, totalPages: badnessTotalPages),
      resident: process.addressSpace.resident)
  }

  private func figures(of process: LinuxProcess) -> BadnessFigures {
    let resident = process.addressSpace.resident
    let directory = process.addressSpace.pageTable.directory
    return BadnessFigures(
      residentPages: resident.total, swapPages: resident.swapped,
      pageTablePages: configuration.kernel.oom.countsAllTables ? directory.tableCount : directory.counts[0],
      adjustment: process.oomScoreAdjustment, isPrivileged: process.isPrivileged)
  }
}
