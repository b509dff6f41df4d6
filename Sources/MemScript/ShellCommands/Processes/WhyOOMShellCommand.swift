// why_oom: why the OOM killer took whom it took.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// The explanation of a verdict of the OOM killer; Linux has no such command.
  static let whyOOM = ShellCommand(
    name: "why_oom", usage: "[-l | -n | -g GROUP | NUMBER]", source: "mm/oom_kill.c",
    summary:
      "Explains a kill of the OOM killer: how all processes stood, and what would have saved the victim.",
    details:
      "Without a number the last kill; kills are counted from boot, and the last \(OOMHistory.capacity) are kept. "
      + "-l lists them. -n shows who would die now, as does why_oom when nobody was killed yet; -g GROUP shows who would "
      + "in a control group. The last column "
      + "tells from which oom_score_adj on the verdict changes while all else stays as it was.",
    style: .tryHelp,
    options: OptionTable(
      flags: "ln", valued: "g", long: [("list", "l"), ("now", "n"), ("group", "g")]), worksAfterPanic: true
  ).entry { run in
    let options = try run.options()
    let history = run.session.machine.oomKiller.history
    try run.session.budget.charge(run.session.machine.processes.count * 4)
    if options.has("l") {
      for verdict in history.verdicts { run.print(OOMVerdictText(verdict).line) }
      return
    }
    if let group = options.value("g") {
      run.print(run.session.fitOOM(try run.forecast(inGroup: group)))
      return
    }
    guard let operand = options.operands.first else {
      if !options.has("n"), let last = history.verdicts.last {
        run.print(run.session.fitOOM(OOMVerdictText(last).text))
      } else {
        let heading = history.count == 0 && !options.has("n") ? "Nobody has been killed since boot.\n" : ""
        run.print(run.session.fitOOM(heading + OOMRankingText(run.session.machine.oomRanking).forecast))
      }
      return
    }
    guard options.operands.count == 1, let number = Int(operand.text), number > 0 else {
      throw run.command.usageFailure("the number of a kill is needed, 1 for the first since boot")
    }
    guard let verdict = history.verdict(number) else {
      let known =
        history.verdicts.first.map { "\($0.number) to \(history.count) are known" } ?? "there was none"
      throw ShellFailure("why_oom: no kill \(number): \(known)")
    }
    run.print(run.session.fitOOM(OOMVerdictText(verdict).text))
  }
}

extension ShellRun {
  /// Who would die in a control group that had no room.
  fileprivate func forecast(inGroup word: ShellWord) throws -> String {
    let machine = session.machine
    let id = try controlGroup(word.text)
    guard machine.controlGroups[id].hasMemory else {
      return "\(machine.controlGroups.path(of: id)) has no memory controller, so no limit: `echo +memory` to "
        + "cgroup.subtree_control of the group above it switches it on.\n"
    }
    let group = machine.controlGroups[id].memory
    guard group != .root else { return OOMRankingText(machine.oomRanking).forecast }
    let path = machine.path(of: group)
    let isLimited = sequence(first: group) { machine.ledger.groups[$0].parent }.contains {
      machine.ledger.groups[$0].memory.maximum < PageCounter.unlimited
    }
    guard isLimited else {
      return "Neither \(path) nor a group above it has a memory.max: nobody dies for it.\n"
    }
    let ranking = machine.oomRanking(in: group)
    guard !ranking.candidates.isEmpty else { return "There is no process in \(path) or below it.\n" }
    return OOMRankingText(ranking, in: path).forecast
  }
}
