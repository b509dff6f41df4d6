// How all processes stand with the OOM killer.

extension Machine {
  /// RAM and swap together in pages: what badness is measured against (`oc->totalpages`).
  public var badnessTotalPages: Int { pageAllocator.totalPages + swap.totalSlots }

  /// How the processes stand: who would die if memory ended now. init and kernel threads are not in it.
  public var oomRanking: OOMRanking {
    OOMRanking(of: oomCandidates, totalPages: badnessTotalPages, rules: configuration.kernel.oom)
  }

  /// What a process's `oom_score` reads; 0 for init, `nil` for a process that does not exist.
  public func oomScore(of process: ProcessID) -> Int? {
    guard let found = processes[process] else { return nil }
    guard found.isAlive, found.id.rawValue != 1 else { return 0 }
    return configuration.kernel.oom.formula.score(figures(of: found), totalPages: badnessTotalPages)
  }

  /// Every process that the OOM killer may look at, in the order of the numbers.
  var oomCandidates: [OOMCandidate] {
    let total = badnessTotalPages
    let formula = configuration.kernel.oom.formula
    return processes.live.filter { $0.id.rawValue != 1 }.map { process in
      let figures = figures(of: process)
      return OOMCandidate(
        process: process.id, name: process.name, userID: process.userID,
        totalVirtualPages: process.addressSpace.areas.totals.total, figures: figures,
        badness: formula.badness(figures, totalPages: total),
        score: formula.score(figures, totalPages: total), resident: process.addressSpace.resident)
    }
  }

  private func figures(of process: Process) -> BadnessFigures {
    let resident = process.addressSpace.resident
    let directory = process.addressSpace.pageTable.directory
    return BadnessFigures(
      residentPages: resident.total, swapPages: resident.swapped,
      pageTablePages: configuration.kernel.oom.countsAllTables ? directory.tableCount : directory.counts[0],
      adjustment: process.oomScoreAdjustment, isPrivileged: process.isPrivileged)
  }
}
