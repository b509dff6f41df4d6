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
    guard !isHalted else { return false }
    // Reclaim has been tried to exhaustion before it comes to this.
    reclaim.kswapdFailures = ReclaimState.failureLimit
    let asker = asker ?? ProcessID(1)
    events.record(.outOfMemory(.invoked(by: asker)))
    if tunables.panicOnOOM > 0 {
      report(flags: flags, order: order, asker: asker)
      panic(OOMKillLines.panicText(setting: tunables.panicOnOOM), asker: asker)
      return false
    }
    let candidates = oomCandidates
    if let process = oomKiller.swapoffProcess, let victim = candidates.first(where: { $0.process == process })
    {
      return kill(victim, flags: flags, order: order, asker: asker, reason: "Out of memory")
    }
    if tunables.oomKillAllocatingTask != 0,
      let victim = candidates.first(where: { $0.process == asker && $0.badness != nil })
    {
      let reason = "Out of memory (oom_kill_allocating_task)"
      return kill(victim, flags: flags, order: order, asker: asker, reason: reason)
    }
    if events.isEnabled {
      let ranking = oomRanking
      events.record(.outOfMemory(.ranked(ranking)))
    }
    guard let victim = Self.worst(of: candidates) else {
      report(flags: flags, order: order, asker: asker)
      log.append("Out of memory and no killable processes...", at: clock)
      panic(OOMKillLines.deadlock, asker: asker)
      return false
    }
    return kill(victim, flags: flags, order: order, asker: asker, reason: "Out of memory")
  }

  /// The process with the highest badness; at a tie the newest.
  static func worst(of candidates: [OOMCandidate]) -> OOMCandidate? {
    var worst: OOMCandidate?
    var points = Int.min
    for candidate in candidates {
      guard let badness = candidate.badness, badness >= points else { continue }
      worst = candidate
      points = badness
    }
    return worst
  }

  private mutating func kill(
    _ victim: OOMCandidate, flags: GFPFlags, order: Int, asker: ProcessID, reason: String
  ) -> Bool {
    guard let process = processes[victim.process] else { return false }
    if oomKiller.reportLimit.allows(at: clock, log: &log) {
      report(flags: flags, order: order, asker: asker)
    }
    log.append(
      OOMKillLines.verdict(name: victim.name, process: victim.process, userID: victim.userID), at: clock,
      level: .information)
    log.append(
      OOMKillLines.killed(reason, victim, resident: process.addressSpace.resident), at: clock, level: .error)
    reclaim.counters.oomKills += 1
    let before = pageAllocator.freePageCount + pageAllocator.perCPUPageCount
    terminate(victim.process, .killed(signal: 9))
    let freed = pageAllocator.freePageCount + pageAllocator.perCPUPageCount - before
    events.record(.outOfMemory(.killed(process: victim.process, freedPages: freed)))
    return true
  }

  private mutating func panic(_ text: String, asker: ProcessID) {
    oomKiller.panic = text
    endingCount += 1
    log.append("Kernel panic - not syncing: \(text)", at: clock, level: .emergency)
    let name = processes[asker]?.name ?? "init"
    log.append(
      "CPU: 0 PID: \(asker) Comm: \(name) \(log.taint.text) \(releaseText)", at: clock, level: .emergency)
    events.record(.outOfMemory(.panicked(text)))
  }

  private mutating func report(flags: GFPFlags, order: Int, asker: ProcessID) {
    for line in oomReport(flags: flags, order: order, asker: asker).lines { log.append(line, at: clock) }
  }

  /// The report about a request that found no memory.
  func oomReport(flags: GFPFlags, order: Int, asker: ProcessID) -> OOMReport {
    let process = processes[asker]
    return OOMReport(
      asker: process?.name ?? "init", askerID: asker, askerAdjustment: process?.oomScoreAdjustment ?? 0,
      flags: flags, order: order, release: releaseText, memory: memoryReport(flags: flags),
      tasks: tunables.oomDumpTasks != 0 ? oomCandidates : nil, taint: log.taint)
  }

  /// The kernel's release as a report names it.
  var releaseText: String { configuration.kernel.bannerText(configuration.architecture) }
}
