// The lines that name the victim of the OOM killer, and the texts of its panics.

import KernelText

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
      ? [(verdict.text, .information), (killed.text, .error)]
      : [(sacrifice.text, .error), (killedInOldWords.text, .error)]
  }

  /// The line that sums the verdict up for machines to read.
  private var verdict: KillVerdict {
    var verdict = KillVerdict(constraint: "CONSTRAINT_" + (limitedGroup == nil ? "NONE" : "MEMCG"))
    verdict.cpuset = "/"
    verdict.allowedNodes = "0"
    verdict.limitGroup = limitedGroup
    verdict.taskGroup = victimGroup
    verdict.name = victim.name
    verdict.process = Int(victim.process.rawValue)
    verdict.user = Int(victim.userID)
    return verdict
  }

  /// The line about one of the processes of a group that is killed as a whole.
  static func member(_ member: OOMCandidate) -> String {
    OOMKillLines(
      victim: member, chosen: member, reason: .worst, resident: member.resident, totalPages: 1,
      limitedGroup: "/", victimGroup: "/"
    ).killed.text
  }

  /// The line before them.
  static func announcement(_ path: String) -> String {
    "Tasks in \(path) are going to be killed due to memory.oom.group set"
  }

  /// The line that says what died.
  private var killed: KillLine {
    var line = KillLine(
      process: Int(victim.process.rawValue), name: victim.name,
      cause: limitedGroup == nil ? .machine : .group,
      sizes: [
        NamedValue("total-vm", victim.totalVirtualPages * 4), NamedValue("anon-rss", resident.anonymous * 4),
        NamedValue("file-rss", resident.file * 4), NamedValue("shmem-rss", resident.shared * 4),
        NamedValue("pgtables", victim.figures.pageTablePages * 4),
      ])
    if reason == .allocatingTask, limitedGroup == nil { line.reason = "oom_kill_allocating_task" }
    line.user = Int(victim.userID)
    line.adjustment = victim.figures.adjustment
    return line
  }

  /// Linux 3.10's line about the one that was chosen.
  private var sacrifice: KillLine {
    var line = KillLine(
      process: Int(chosen.process.rawValue), name: chosen.name,
      cause: limitedGroup == nil ? .machine : .group,
      score: (chosen.badness ?? 0) * 1000 / max(totalPages, 1))
    if reason == .allocatingTask, limitedGroup == nil { line.reason = "oom_kill_allocating_task" }
    return line
  }

  /// Linux 3.10's line about the one that died; shared memory counts as files there.
  private var killedInOldWords: KillLine {
    KillLine(
      process: Int(victim.process.rawValue), name: victim.name, cause: .untold,
      sizes: [
        NamedValue("total-vm", victim.totalVirtualPages * 4), NamedValue("anon-rss", resident.anonymous * 4),
        NamedValue("file-rss", (resident.file + resident.shared) * 4),
      ])
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
