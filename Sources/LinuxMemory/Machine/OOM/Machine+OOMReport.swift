// The report of the OOM killer, and that of a request that failed.

import KernelText

extension Machine {
  /// Logs how memory stands when the OOM killer comes (`dump_header`, mm/oom_kill.c).
  ///
  /// The call trace is left out: a simulated kernel has no such addresses. Of Linux 3.10 the head, the table of tasks
  /// and the verdict are modelled; its words on the state of memory are not, and the report says so.
  ///
  /// - Parameters:
  ///   - request: for whom the killer comes.
  ///   - candidates: the processes that it looks at, in the order of their numbers.
  mutating func report(_ request: OOMRequest, candidates: [OOMCandidate]) {
    let wording = configuration.kernel.wording
    let process = request.asker.flatMap { processes[$0] }
    let name = request.asker == nil ? OOMRequest.worker.name : process?.name ?? "init"
    var stack = stackDump(for: request.asker)
    // Before there was a line that sums the verdict up, the place of the asker had one of its own.
    if !wording.namesConstraint { stack.insert("\(name) cpuset=/ mems_allowed=0", at: 0) }
    if request.isManual { stack.append("Workqueue: events moom_callback") }
    let order = wording.hasOldManualKill ? max(request.order, 0) : request.order
    let flags = request.flags.reported(wording.flags, order: order)
    log(
      MemoryMessage(
        request: MemoryRequest(
          outcome: .oomKiller, name: name, flags: flags.bits, flagNames: flags.names, order: order,
          adjustment: process?.oomScoreAdjustment ?? 0),
        stack: stack,
        state: request.group.map { .group(state(of: $0)) }
          ?? .machine(memoryReport(flags: request.flags).state(wording)),
        tasks: tunables.oomDumpTasks != 0 ? TaskListing(candidates, wording.tasks) : nil))
  }

  /// Logs a failure and the state of memory (`warn_alloc`, mm/page_alloc.c): once in ten seconds, and not for
  /// requests that asked for silence.
  ///
  /// The call trace is left out: a simulated kernel has no such addresses.
  ///
  /// - Parameters:
  ///   - failure: what failed.
  ///   - flags: the flags of the request.
  ///   - process: who asked; init when nobody is named.
  mutating func warnOfAllocation(_ failure: String, flags: GFPFlags, for process: ProcessID? = nil) {
    guard !flags.contains(.__GFP_NOWARN), oomKiller.failureLimit.allows(at: clock, log: &log) else { return }
    let asker = process ?? ProcessID(1)
    let wording = configuration.kernel.wording
    let mask = flags.reported(wording.flags, order: 0)
    var request = MemoryRequest(
      outcome: .failure, name: processes[asker]?.name ?? "init", flags: mask.bits, flagNames: mask.names)
    request.failure = failure
    if wording.namesPolicy { request.place = "nodemask=(null),cpuset=/,mems_allowed=0" }
    log(
      MemoryMessage(
        request: request, stack: stackDump(for: asker),
        state: .machine(memoryReport(flags: flags).state(wording))))
  }

  private mutating func log(_ message: MemoryMessage) {
    log.append(String(message.text.dropLast()), at: clock)
  }

  private func state(of group: MemoryGroup) -> GroupState {
    func limit(_ kind: String, _ counter: PageCounter) -> GroupState.Limit {
      GroupState.Limit(
        kind: kind, usage: counter.usage * 4, limit: counter.maximum * 4, refusals: counter.failures)
    }
    let control = ledger.groups[group]
    let statistics = statistics(of: group)
    return GroupState(
      limits: [limit("memory", control.memory), limit("swap", control.swap)], path: path(of: group),
      statistics: configuration.kernel.wording.cutsGroupStatistics ? statistics.shownInOneMessage : statistics
    )
  }
}
