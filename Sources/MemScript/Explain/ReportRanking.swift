// Who was next: badness recomputed from a report's table by the rule of its release.

import KernelText
import LinuxMemory

/// The tasks of a report in the order in which the OOM killer would take them.
struct ReportRanking: Sendable {
  /// The rule of the release; nil where its scores cannot be told from a report.
  let formula: BadnessFormula?
  /// Those that may be killed and whose badness is known, worst first.
  let tasks: [ReportExplanation.RankedTask]
  /// Whether the badness of every task that may be killed is known, and the table whole.
  let isComplete: Bool

  /// Ranks the tasks of a report.
  init(_ facts: ReportFacts) {
    let report = facts.report
    formula = Self.formula(of: report)
    guard let formula, let table = report.tasks else {
      tasks = []
      isComplete = false
      return
    }
    var ranked: [ReportExplanation.RankedTask] = []
    var isComplete = table.damagedRows == 0 && table.isEnded && !report.isDamaged
    for row in table.rows where row.process != 1 {
      guard let adjustment = row.adjustment else {
        isComplete = false
        continue
      }
      if adjustment == -1000 { continue }
      guard facts.total != nil || adjustment == 0 else {
        isComplete = false
        continue
      }
      let figures = Self.figures(row, pageSize: facts.pageSize)
      if let badness = formula.badness(figures, totalPages: facts.total ?? 0) {
        ranked.append(ReportExplanation.RankedTask(process: row.process, name: row.name, badness: badness))
      }
    }
    // Of equals the last in the table is taken since 4.7, the first before.
    if (report.releaseNumber ?? ReleaseNumber(6, 1)) >= ReleaseNumber(4, 7) { ranked.reverse() }
    // The sort of the standard library is stable.
    tasks = ranked.sorted { $0.badness > $1.badness }
    self.isComplete = isComplete
  }

  /// What a row brings into the comparison.
  ///
  /// - Parameters:
  ///   - row: the row.
  ///   - pageSize: KiB of a page.
  static func figures(_ row: TaskTable.Row, pageSize: Int) -> BadnessFigures {
    BadnessFigures(
      residentPages: row.residentPages, swapPages: row.swapPages ?? 0,
      pageTablePages: (row.pageTableBytes ?? 0) / (pageSize << 10), adjustment: row.adjustment ?? 0,
      isPrivileged: row.user == 0)
  }

  /// The rule by the layout of the table, and by the release where the layout does not tell.
  private static func formula(of report: KernelReport) -> BadnessFormula? {
    guard let columns = report.tasks?.columns, columns.contains("oom_score_adj"), columns.contains("rss"),
      // Older tables do not tell what is in swap.
      columns.contains("swapents")
    else {
      return nil
    }
    // Since 5.1 no score is printed: then the release may be unknown.
    guard let release = report.releaseNumber else {
      let isNew = report.verdict != nil && !report.kills.contains { $0.score != nil }
      return isNew ? .signed : nil
    }
    if release < ReleaseNumber(3, 6) { return nil }
    if release < ReleaseNumber(3, 14) { return .clamped }
    if release < ReleaseNumber(4, 17) { return .clampedByOwnShare }
    return release < ReleaseNumber(5, 9) ? .clampedAlike : .signed
  }
}
