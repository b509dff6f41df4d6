// Asking for committed memory in a process's name.

extension Machine {
  /// The commit limit in KiB (`CommitLimit`).
  public var commitLimitKilobytes: UInt64 {
    tunables.overcommitRules.commitLimitKilobytes(
      ramPages: pageAllocator.totalPages, swapPages: swap.totalSlots)
  }

  /// Asks for a charge to the commit account; a refusal leaves a line in the log (`__vm_enough_memory`, mm/util.c).
  ///
  /// - Parameters:
  ///   - pages: how many.
  ///   - task: who asks.
  /// - Returns: whether it was granted.
  mutating func chargeCommit(_ pages: Int, for task: ProcessHandle) -> Bool {
    let request = CommitRequest(
      pages: pages, totalVirtualPages: processes[task].addressSpace.areas.totals.total,
      isAdministrator: processes[task].isPrivileged)
    let rules = tunables.overcommitRules
    let isGranted = commit.charge(
      request, rules: rules, ramPages: pageAllocator.totalPages, swapPages: swap.totalSlots,
      processors: configuration.cpus)
    if !isGranted { noteRefusal(request, rules: rules, process: task.id, name: processes[task].name) }
    return isGranted
  }

  private mutating func noteRefusal(
    _ request: CommitRequest, rules: OvercommitRules, process: ProcessID, name: String
  ) {
    let ram = pageAllocator.totalPages
    let limit =
      rules.mode == .never
      ? commit.allowance(for: request, rules: rules, ramPages: ram, swapPages: swap.totalSlots)
      : ram + swap.totalSlots
    record(
      .overcommit(
        .refused(
          process: process, mode: rules.mode, asked: request.pages, limit: limit,
          committed: commit.committedPages)))
    let refusal = configuration.kernel.wording.refusal
    guard refusal != .nothing, oomKiller.refusalLimit.allows(at: clock, log: &log) else { return }
    let words =
      refusal == .asker ? "no enough" : "bytes: \(UInt64(request.pages) &* pageSize) not enough"
    log.append(
      "__vm_enough_memory: pid: \(process), comm: \(name), \(words) memory for the allocation", at: clock)
  }

  /// Gives charged pages back to the commit account.
  mutating func unchargeCommit(_ pages: Int) {
    assert(pages <= commit.committedPages, "more is given back than was promised")
    commit.uncharge(
      pages, mode: tunables.overcommitRules.mode, ramPages: pageAllocator.totalPages,
      processors: configuration.cpus)
  }
}
