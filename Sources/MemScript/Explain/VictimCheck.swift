// Whether the victim of a report is the one that the rule of its release takes.

import KernelText
import LinuxMemory

/// The victim's badness by the rule, and whether the report agrees with it.
struct VictimCheck: Sendable {
  /// The victim's badness; nil where a number that it needs is missing.
  private(set) var badness: Int?
  /// Whether the rule takes this victim with this score; nil where that cannot be told.
  private(set) var agrees: Bool?
  /// What cannot be told, and why.
  private(set) var unknown: [String] = []

  /// Compares a report with the rule.
  ///
  /// - Parameters:
  ///   - facts: the report's numbers.
  ///   - ranking: its tasks by the rule.
  ///   - row: the victim's row in the table.
  ///   - chosen: the line that tells who was chosen.
  ///   - printed: the score that the report prints.
  ///   - kind: what happened.
  init(
    _ facts: ReportFacts, ranking: ReportRanking, row: TaskTable.Row?, chosen: KillLine?,
    printed: Int?, kind: ReportExplanation.Kind
  ) {
    noteMissing(facts, kind: kind, hasVictim: chosen != nil || facts.report.verdict?.process != nil)
    guard kind != .panic, kind != .allocationFailure else { return }
    guard ranking.formula != nil else {
      if let columns = facts.report.tasks?.columns {
        unknown.append(
          columns.contains("swapents")
            ? "the badness: the report does not tell the release, and rules differ"
            : "the badness: this release's report does not tell all that its rule weighs (swap and page tables of each process, or run time)"
        )
      }
      return
    }
    guard let row else { return }
    guard let adjustment = row.adjustment, adjustment > -1000 else {
      agrees = row.adjustment == -1000 && !facts.report.isDamaged ? false : nil
      return
    }
    guard facts.total != nil || adjustment == 0 else {
      unknown.append(
        "how much \(facts.report.isGroupShortage ? "swap" : "memory") there is in all: oom_score_adj is measured by it"
      )
      return
    }
    badness = ranking.badness(of: row)
    guard let first = badness, !Self.contradicts(row, chosen, pageSize: facts.pageSize) else { return }
    if let printed {
      guard let total = facts.total, total > 0 else { return }
      guard first * 1000 / total == printed else {
        agrees = false
        return
      }
    }
    // Nobody compared when a task is taken because of what it does.
    let isForced = kind == .swapoff || chosen?.reason == "oom_kill_allocating_task"
    guard let worst = ranking.tasks.first, ranking.isComplete, !isForced else { return }
    agrees = worst.badness == first
  }

  /// Whether the row and the line about the kill differ more than a task changes in between: one of them is damaged.
  private static func contradicts(_ row: TaskTable.Row, _ kill: KillLine?, pageSize: Int) -> Bool {
    guard let kill, let size = kill.sizes["total-vm"] else { return false }
    let difference = abs(size / pageSize - row.virtualPages)
    return difference > 1024 + row.virtualPages / 64
  }

  /// Notes which parts of the report are missing.
  private mutating func noteMissing(_ facts: ReportFacts, kind: ReportExplanation.Kind, hasVictim: Bool) {
    let report = facts.report
    if report.request == nil { unknown.append("who asked for memory: the report's beginning is missing") }
    if kind == .allocationFailure { return }
    if report.tasks == nil {
      unknown.append("who else was there: the table of tasks is missing (vm.oom_dump_tasks, or a cut log)")
    } else if let damaged = report.tasks?.damagedRows, damaged > 0 || report.isDamaged {
      unknown.append("the whole order: lines of the table are missing or damaged")
    }
    if !hasVictim, kind != .panic, !report.hasNoKillable {
      unknown.append("who was killed: the report's end is missing")
    }
    if let missing = facts.unlisted, report.tasks?.damagedRows == 0 {
      unknown.append(
        "who holds \(facts.size(missing)) of anonymous memory: the processes of the table do not, so rows are missing"
      )
    }
    if !report.isGroupShortage, report.counts.isEmpty {
      unknown.append("what held the memory: the lines after Mem-Info are missing")
    }
  }
}
