// What a report about memory means: who asked, who died, and whether that follows from its numbers.

import KernelText

/// A kernel's report about memory, explained.
///
/// ``ReportExplanation/explanations(ofLog:)`` explains all reports of a log.
public struct ReportExplanation: Sendable {
  /// What happened.
  public enum Kind: String, Sendable {
    /// The machine had no memory.
    case global
    /// A control group had reached its limit.
    case memcg
    /// Somebody asked for a kill by hand.
    case sysrq
    /// Swap was being turned off.
    case swapoff
    /// A request failed, and nobody was killed.
    case allocationFailure = "allocation-failure"
    /// The kernel gave up.
    case panic
  }

  /// A task with its badness.
  public struct RankedTask: Sendable, Equatable {
    /// The number of the process.
    public var process: Int
    /// Its name.
    public var name: String
    /// Its badness in pages.
    public var badness: Int
  }

  /// The report.
  public let report: KernelReport
  /// What happened.
  public let kind: Kind
  /// The process that was killed; nil where nobody was, or where the report does not tell.
  public let victim: Int?
  /// Its name.
  public let victimName: String?
  /// The score that the report prints (before Linux 5.1); thousandths.
  public let printedScore: Int?
  /// The badness of the victim by the rule of its release, in the unit of ``RankedTask``; nil where it cannot be told.
  public let recomputedScore: Int?
  /// Whether the report and the rule of its release come to the same; nil where that cannot be told.
  public let agrees: Bool?
  /// The tasks that could be killed, worst first.
  public let ranking: [RankedTask]
  /// RAM and swap, or what the group may have, in pages: what scores are measured against.
  public let totalPages: Int?
  /// Why the memory was not there and who had to go, in one sentence.
  public let why: String
  /// What would have changed it.
  public let rescue: [String]
  /// What the report does not tell, and where it stands.
  public let unknown: [String]
  /// The cause that the sentence names.
  let cause: ReportCause
  /// The report's numbers.
  let facts: ReportFacts

  /// Explains all reports in a log.
  ///
  /// - Parameter log: its bytes, with any prefixes.
  /// - Returns: an explanation for each report, in the order of the log.
  public static func explanations(ofLog log: [UInt8]) -> [ReportExplanation] {
    var reader = Reader()
    return log.withUnsafeBufferPointer { reader.feed($0) } + reader.finish()
  }

  /// Explains a report.
  ///
  /// - Parameters:
  ///   - report: the report.
  ///   - previous: the one before it from the same machine, whose victim may still be dying.
  public init(_ report: KernelReport, after previous: ReportExplanation? = nil) {
    self.report = report
    let facts = ReportFacts(report)
    self.facts = facts
    kind = Self.kind(of: report)
    let ranking = ReportRanking(facts)
    self.ranking = ranking.tasks
    totalPages = facts.total
    let hasVictim = kind != .panic && report.request?.outcome != .failure
    let dead = report.killed ?? report.announced
    // Who is announced is who was chosen: older kernels killed a child in its place.
    let chosen = report.sacrificed == nil ? dead : report.announced
    victim = hasVictim ? dead?.process ?? report.verdict?.process : nil
    let process = hasVictim ? chosen?.process ?? report.verdict?.process : nil
    func row(_ number: Int?) -> TaskTable.Row? {
      number.flatMap { number in report.tasks?.rows.first { $0.process == number } }
    }
    let row = row(process)
    victimName = victim == nil ? nil : dead?.name ?? report.verdict?.name ?? row?.name
    printedScore = report.announced?.score ?? dead?.score
    let verdict = VictimCheck(
      facts, ranking: ranking, row: row, chosen: chosen, printed: printedScore, kind: kind)
    recomputedScore = verdict.badness
    agrees = verdict.agrees
    let finding = ReportFinding(
      facts, kind: kind, ranking: ranking, victim: row, victimNumber: process, previous: previous?.victim)
    cause = finding.cause
    why = finding.why
    rescue = ReportRescue(facts, finding: finding, ranking: ranking).lines
    unknown = verdict.unknown
  }

  private static func kind(of report: KernelReport) -> Kind {
    if report.panic != nil { return .panic }
    if let outcome = report.request?.outcome, outcome != .oomKiller { return .allocationFailure }
    if report.isManual || report.request?.order == -1 { return .sysrq }
    if report.isSwapBeingTurnedOff { return .swapoff }
    return report.isGroupShortage ? .memcg : .global
  }
}

extension KernelReport {
  /// Whether the asker is turning swap off: it is taken before all others (`oom_task_origin`).
  var isSwapBeingTurnedOff: Bool {
    trace.contains { $0.hasPrefix("try_to_unuse") || $0.hasSuffix("sys_swapoff") || $0.hasPrefix("unuse_") }
  }
}
