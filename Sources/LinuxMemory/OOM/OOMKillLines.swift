// The lines that name the victim of the OOM killer, and the texts of its panics.

/// Lines about the death of one process.
struct OOMKillLines {
  /// Who dies.
  var victim: OOMCandidate
  /// Who was chosen; another one than the victim when a child dies for its parent.
  var chosen: OOMCandidate
  /// Why.
  var reason: OOMReason
  /// The victim's resident pages by kind.
  var resident: ResidentPages
  /// RAM and swap together in pages.
  var totalPages: Int

  /// The lines and how grave each is.
  func lines(_ wording: ReportWording) -> [(String, KernelLog.Level)] {
    wording.namesConstraint
      ? [(verdict, .information), ("\(cause): \(killed)", .error)]
      : [(sacrifice, .error), (killedInOldWords, .error)]
  }

  private var cause: String {
    reason == .allocatingTask ? "Out of memory (oom_kill_allocating_task)" : "Out of memory"
  }

  /// The line that sums the verdict up for machines to read.
  private var verdict: String {
    "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,"
      + "task_memcg=/,task=\(victim.name),pid=\(victim.process),uid=\(victim.userID)"
  }

  /// The line that says what died.
  private var killed: String {
    "Killed process \(victim.process) (\(victim.name)) "
      + "total-vm:\(victim.totalVirtualPages * 4)kB, anon-rss:\(resident.anonymous * 4)kB, "
      + "file-rss:\(resident.file * 4)kB, shmem-rss:\(resident.shared * 4)kB, UID:\(victim.userID) "
      + "pgtables:\(victim.figures.pageTablePages * 4)kB oom_score_adj:\(victim.figures.adjustment)"
  }

  /// Linux 3.10's line about the one that was chosen.
  private var sacrifice: String {
    let thousandths = (chosen.badness ?? 0) * 1000 / max(totalPages, 1)
    return "\(cause): Kill process \(chosen.process) (\(chosen.name)) score \(thousandths) or sacrifice child"
  }

  /// Linux 3.10's line about the one that died; shared memory counts as files there.
  private var killedInOldWords: String {
    "Killed process \(victim.process) (\(victim.name)) total-vm:\(victim.totalVirtualPages * 4)kB, "
      + "anon-rss:\(resident.anonymous * 4)kB, file-rss:\((resident.file + resident.shared) * 4)kB"
  }

  /// The panic that `panic_on_oom` asks for.
  static func panicText(setting: Int) -> String {
    "Out of memory: \(setting == 2 ? "compulsory" : "system-wide") panic_on_oom is enabled"
  }

  /// What is said when nobody may be killed; Linux 3.10 panics with it.
  static let noVictim = "Out of memory and no killable processes..."
  /// The panic of Linux 6.1 when nobody may be killed.
  static let deadlock = "System is deadlocked on memory"
}
