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
  /// The path of the group that has no room; nil where the machine has none.
  var limitedGroup: String?
  /// The path of the group that the victim is in.
  var victimGroup: String

  /// The lines and how grave each is.
  func lines(_ wording: ReportWording) -> [(String, KernelLog.Level)] {
    wording.namesConstraint
      ? [(verdict, .information), ("\(cause): \(killed)", .error)]
      : [(sacrifice, .error), (killedInOldWords, .error)]
  }

  private var cause: String {
    if limitedGroup != nil { return Self.groupCause }
    return reason == .allocatingTask ? "Out of memory (oom_kill_allocating_task)" : "Out of memory"
  }

  /// The line that sums the verdict up for machines to read.
  private var verdict: String {
    let constraint = limitedGroup == nil ? "NONE" : "MEMCG"
    let place = limitedGroup.map { "oom_memcg=\($0)" } ?? "global_oom"
    return "oom-kill:constraint=CONSTRAINT_\(constraint),nodemask=(null),cpuset=/,mems_allowed=0,\(place),"
      + "task_memcg=\(victimGroup),task=\(victim.name),pid=\(victim.process),uid=\(victim.userID)"
  }

  /// Why a process dies when a group has no room.
  static let groupCause = "Memory cgroup out of memory"

  /// The line about one of the processes of a group that is killed as a whole.
  static func member(_ member: OOMCandidate) -> String {
    let lines = OOMKillLines(
      victim: member, chosen: member, reason: .worst, resident: member.resident, totalPages: 1,
      victimGroup: "/")
    return "\(groupCause): \(lines.killed)"
  }

  /// The line before them.
  static func announcement(_ path: String) -> String {
    "Tasks in \(path) are going to be killed due to memory.oom.group set"
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
