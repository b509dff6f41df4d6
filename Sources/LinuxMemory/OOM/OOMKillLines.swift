// The two lines that name the victim of the OOM killer, and the texts of its panics.

/// Lines about the death of one process.
enum OOMKillLines {
  /// The line that sums the verdict up for machines to read.
  static func verdict(name: String, process: ProcessID, userID: UInt32) -> String {
    "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,"
      + "task_memcg=/,task=\(name),pid=\(process),uid=\(userID)"
  }

  /// The line that says what died.
  ///
  /// - Parameters:
  ///   - reason: `Out of memory`, or that with the name of the setting that chose the victim.
  ///   - victim: the process, as it was compared.
  ///   - resident: its resident pages by kind.
  static func killed(_ reason: String, _ victim: OOMCandidate, resident: ResidentPages) -> String {
    "\(reason): Killed process \(victim.process) (\(victim.name)) "
      + "total-vm:\(victim.totalVirtualPages * 4)kB, anon-rss:\(resident.anonymous * 4)kB, "
      + "file-rss:\(resident.file * 4)kB, shmem-rss:\(resident.shared * 4)kB, UID:\(victim.userID) "
      + "pgtables:\(victim.figures.pageTablePages * 4)kB oom_score_adj:\(victim.figures.adjustment)"
  }

  /// The panic that `panic_on_oom` asks for.
  static func panicText(setting: Int) -> String {
    "Out of memory: \(setting == 2 ? "compulsory" : "system-wide") panic_on_oom is enabled"
  }

  /// The panic when nobody may be killed.
  static let deadlock = "System is deadlocked on memory"
}
