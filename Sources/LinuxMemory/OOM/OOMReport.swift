// The report of the OOM killer in the kernel log, line by line.

/// What the OOM killer found, as the kernel prints it (`dump_header`, mm/oom_kill.c; `__show_mem`,
/// mm/page_alloc.c of Linux 6.1).
///
/// The call trace is left out: a simulated kernel has no such addresses. Of Linux 3.10 the head, the table of tasks
/// and the verdict are modelled; its words on the state of memory are not, and the report says so.
package struct OOMReport: Sendable {
  /// The name of the process that asked for memory.
  package var asker: String
  /// Its `oom_score_adj`.
  package var askerAdjustment: Int
  /// What it asked for.
  package var flags: GFPFlags
  /// How much: 2 to the power of this many pages.
  package var order: Int
  /// Where the kernel was: CPU, process, release and hardware.
  package var stackDump: [String]
  /// The state of memory.
  package var memory: MemoryReport
  /// The state of the group that has no room, which is told in its place; nil where the machine has none.
  var group: GroupReport?
  /// The processes in the order of their numbers; `nil` when `oom_dump_tasks` is off.
  package var tasks: [OOMCandidate]?
  /// Whose words are used.
  var wording: ReportWording

  /// The text, one line each; a multi-line message of the kernel is one element with newlines.
  package var lines: [String] { head + stackDump + (group?.lines ?? memory.lines(wording)) + table }

  private var head: [String] {
    let request =
      "\(asker) invoked oom-killer: gfp_mask=\(flags.reportText(wording.flags, order: order)), order=\(order), "
      + "oom_score_adj=\(askerAdjustment)"
    // Before there was a line that sums the verdict up, the place of the asker had one of its own.
    return wording.namesConstraint ? [request] : [request, "\(asker) cpuset=/ mems_allowed=0"]
  }

  private var table: [String] {
    guard let tasks else { return [] }
    switch wording.tasks {
    case .pages:
      return [
        "Tasks state (memory values in pages):",
        "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
      ] + tasks.map { Self.taskLine($0, hasKinds: false) }
    case .pagesByKind:
      return [
        "Tasks state (memory values in pages):",
        "[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes swapents oom_score_adj name",
      ] + tasks.map { Self.taskLine($0, hasKinds: true) }
    case .tablesByNumber:
      return ["[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name"]
        + tasks.map(Self.taskLineInOldWords)
    }
  }

  /// One process in the table of tasks.
  ///
  /// - Parameter hasKinds: whether it tells what kinds of pages are resident, as since Linux 6.8.
  static func taskLine(_ task: OOMCandidate, hasKinds: Bool) -> String {
    let figures = task.figures
    let kinds =
      hasKinds
      ? "\(pad(task.resident.anonymous, 8)) \(pad(task.resident.file, 8)) \(pad(task.resident.shared, 9)) "
      : ""
    return "[\(pad(task.process.rawValue, 7))] \(pad(task.userID, 5)) \(pad(task.process.rawValue, 5)) "
      + "\(pad(task.totalVirtualPages, 8)) \(pad(figures.residentPages, 8)) " + kinds
      + "\(pad(figures.pageTablePages * 4096, 8)) \(pad(figures.swapPages, 8))         "
      + "\(pad(figures.adjustment, 5)) \(task.name)"
  }

  /// One process in Linux 3.10's table.
  static func taskLineInOldWords(_ task: OOMCandidate) -> String {
    let figures = task.figures
    return "[\(pad(task.process.rawValue, 5))] \(pad(task.userID, 5)) \(pad(task.process.rawValue, 5)) "
      + "\(pad(task.totalVirtualPages, 8)) \(pad(figures.residentPages, 8)) "
      + "\(pad(figures.pageTablePages, 7)) \(pad(figures.swapPages, 8))         "
      + "\(pad(figures.adjustment, 5)) \(task.name)"
  }

  private static func pad(_ value: some BinaryInteger, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: " ", count: max(0, width - text.utf8.count)) + text
  }
}
