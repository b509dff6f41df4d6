// The report of the OOM killer in the kernel log, line by line.

/// What the OOM killer found, as the kernel prints it (`dump_header`, mm/oom_kill.c; `__show_mem`,
/// mm/page_alloc.c of Linux 6.1).
///
/// The call trace and the line about the hardware are left out: a simulated kernel has no such addresses.
public struct OOMReport: Sendable {
  /// The name of the process that asked for memory.
  public var asker: String
  /// Its number.
  public var askerID: ProcessID
  /// Its `oom_score_adj`.
  public var askerAdjustment: Int
  /// What it asked for.
  public var flags: GFPFlags
  /// How much: 2 to the power of this many pages.
  public var order: Int
  /// What `uname -r` and `uname -v` print, up to the first blank of the latter.
  public var release: String
  /// The state of memory.
  public var memory: MemoryReport
  /// The processes in the order of their numbers; `nil` when `oom_dump_tasks` is off.
  public var tasks: [OOMCandidate]?
  /// What has happened to the kernel before.
  public var taint: KernelTaint = []

  /// The text, one line each; a multi-line message of the kernel is one element with newlines.
  public var lines: [String] {
    var lines = [
      "\(asker) invoked oom-killer: gfp_mask=\(flags.reportText), order=\(order), "
        + "oom_score_adj=\(askerAdjustment)",
      "CPU: 0 PID: \(askerID) Comm: \(asker) \(taint.text) \(release)",
    ]
    lines += memory.lines
    if let tasks {
      lines += [
        "Tasks state (memory values in pages):",
        "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
      ]
      lines += tasks.map(Self.taskLine)
    }
    return lines
  }

  /// One process in the table of tasks.
  static func taskLine(_ task: OOMCandidate) -> String {
    let figures = task.figures
    let identifier = pad(String(task.process.rawValue), 7)
    let tables = pad(String(figures.pageTablePages * 4096), 8)
    return "[\(identifier)] \(pad(String(task.userID), 5)) \(pad(String(task.process.rawValue), 5)) "
      + "\(pad(String(task.totalVirtualPages), 8)) \(pad(String(figures.residentPages), 8)) \(tables) "
      + "\(pad(String(figures.swapPages), 8))         \(pad(String(figures.adjustment), 5)) \(task.name)"
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.utf8.count)) + text
  }
}
