// How all processes stand with the OOM killer.

extension Machine {
  /// RAM and swap together in pages: what badness is measured against (`oc->totalpages`).
  public var badnessTotalPages: Int { pageAllocator.totalPages + swap.totalSlots }

  /// The processes as the OOM killer compares them, the likeliest victim first.
  ///
  /// Highest badness first; at a tie the newest process. Those that cannot be taken (adjustment −1000) come last.
  /// init and kernel threads are not in it. A ranking says who would die now, without anyone asking for memory.
  public var oomRanking: [OOMCandidate] {
    oomCandidates.reversed().sorted { left, right in
      switch (left.badness, right.badness) {
      case (let left?, let right?): left > right
      case (.some, nil): true
      case (nil, _): false
      }
    }
  }

  /// The smallest `oom_score_adj` down to which a process would have to be put so that another one is taken in its
  /// place, or `nil` when it is not the next victim or nobody else is left.
  ///
  /// - Parameter process: the process to save.
  public func savingAdjustment(for process: ProcessID) -> Int? {
    let ranking = oomRanking.filter { $0.badness != nil }
    guard let first = ranking.first, first.process == process else { return nil }
    guard let next = ranking.dropFirst().first, let limit = next.badness else { return nil }
    let unit = max(badnessTotalPages / 1000, 1)
    let held = (first.badness ?? 0) - first.figures.adjustment * (badnessTotalPages / 1000)
    // At equal badness the newer process is taken.
    let bound = first.process > next.process ? limit - 1 : limit
    let (quotient, remainder) = (bound - held).quotientAndRemainder(dividingBy: unit)
    let adjustment = remainder < 0 ? quotient - 1 : quotient
    return adjustment >= -1000 ? adjustment : -1000
  }

  /// What a process's `oom_score` reads; 0 for init, `nil` for a process that does not exist.
  public func oomScore(of process: ProcessID) -> Int? {
    guard let found = processes[process] else { return nil }
    guard found.isAlive, found.id.rawValue != 1 else { return 0 }
    return configuration.kernel.badnessFormula.score(figures(of: found), totalPages: badnessTotalPages)
  }

  /// Every process that the OOM killer may look at, in the order of the numbers.
  var oomCandidates: [OOMCandidate] {
    let total = badnessTotalPages
    let formula = configuration.kernel.badnessFormula
    return processes.live.filter { $0.id.rawValue != 1 }.map { process in
      let figures = figures(of: process)
      return OOMCandidate(
        process: process.id, name: process.name, userID: process.userID,
        totalVirtualPages: process.addressSpace.areas.totals.total, figures: figures,
        badness: formula.badness(figures, totalPages: total),
        score: formula.score(figures, totalPages: total))
    }
  }

  private func figures(of process: Process) -> BadnessFigures {
    let resident = process.addressSpace.resident
    return BadnessFigures(
      residentPages: resident.total, swapPages: resident.swapped,
      pageTablePages: process.addressSpace.pageTablePages, adjustment: process.oomScoreAdjustment)
  }
}

extension KernelProfile {
  /// The arithmetic that this version compares processes with.
  var badnessFormula: BadnessFormula { version == "3.10" ? .clamped : .signed }
}

extension KernelProfile {
  /// The kernel as the head of a report names it: `uname -r`, then what `uname -v` begins with.
  func bannerText(_ architecture: MachineConfiguration.Architecture) -> String {
    "\(releaseText(architecture)) \(reportBuild)"
  }
}
