// Who was next: badness recomputed from a report's table by the rule of its release.

import KernelText
import LinuxMemory

/// The tasks of a report in the order in which the OOM killer would take them.
struct ReportRanking: Sendable {
  /// The rule of the release; nil where its scores cannot be told from a report.
  let formula: BadnessFormula?
  /// Whether the victim has the privilege that some releases spare, where the printed score tells.
  private let victim: (process: Int, isPrivileged: Bool)?
  private let facts: ReportFacts
  /// Those that may be killed and whose badness is known, worst first.
  let tasks: [ReportExplanation.RankedTask]
  /// Whether the badness of every task that may be killed is known, and the table whole.
  let isComplete: Bool

  /// Ranks the tasks of a report.
  init(_ facts: ReportFacts) {
    let report = facts.report
    self.facts = facts
    let formulas = Self.formulas(of: report)
    let match = Self.match(formulas, facts)
    formula = match?.formula ?? formulas.first
    victim = match.map { ($0.process, $0.isPrivileged) }
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
      let isPrivileged = victim?.process == row.process ? victim?.isPrivileged : nil
      if let badness = Self.badness(of: row, formula, facts, isPrivileged: isPrivileged) {
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

  /// The badness of a row by a rule.
  private static func badness(
    of row: TaskTable.Row, _ formula: BadnessFormula, _ facts: ReportFacts, isPrivileged: Bool?
  ) -> Int? {
    var figures = figures(row, pageSize: facts.pageSize)
    // A user with the number 0 need not have the privilege that some releases spare: the printed score decides.
    if let isPrivileged { figures.isPrivileged = isPrivileged }
    return formula.badness(figures, totalPages: facts.total ?? 0)
  }

  /// The victim's badness; nil where a number that it needs is missing.
  func badness(of row: TaskTable.Row) -> Int? {
    formula.flatMap {
      Self.badness(
        of: row, $0, facts, isPrivileged: victim?.process == row.process ? victim?.isPrivileged : nil)
    }
  }

  /// The rule, and the victim's privilege, by which its score is the printed one; nil where none is.
  private static func match(
    _ formulas: [BadnessFormula], _ facts: ReportFacts
  ) -> (formula: BadnessFormula, process: Int, isPrivileged: Bool)? {
    let report = facts.report
    guard let printed = report.announced?.score ?? report.killed?.score, let total = facts.total, total > 0
    else { return nil }
    let names = [report.sacrificed == nil ? report.killed?.process : nil, report.announced?.process]
    guard
      let row = names.lazy.compactMap({ name in report.tasks?.rows.first { $0.process == name } }).first
    else { return nil }
    for formula in formulas {
      for isPrivileged in row.user == 0 ? [true, false] : [false] {
        if let badness = badness(of: row, formula, facts, isPrivileged: isPrivileged),
          badness * 1000 / total == printed
        {
          return (formula, row.process, isPrivileged)
        }
      }
    }
    return nil
  }

  /// The rules that can be by the layout of the table, and by the release where the layout does not tell; the likeliest
  /// first.
  private static func formulas(of report: KernelReport) -> [BadnessFormula] {
    guard let columns = report.tasks?.columns, columns.contains("oom_score_adj"), columns.contains("rss"),
      // Older tables do not tell what is in swap.
      columns.contains("swapents")
    else {
      return []
    }
    // Since 5.1 no score is printed: then the release may be unknown.
    guard let release = report.releaseNumber else {
      let isNew = report.verdict != nil && !report.kills.contains { $0.score != nil }
      return isNew ? [.signed] : []
    }
    if release < ReleaseNumber(3, 6) { return [] }
    // Distributions took the rule of 3.14 into older kernels.
    if release < ReleaseNumber(3, 14) { return [.clamped, .clampedByOwnShare] }
    if release < ReleaseNumber(4, 17) { return [.clampedByOwnShare] }
    return [release < ReleaseNumber(5, 9) ? .clampedAlike : .signed]
  }
}
