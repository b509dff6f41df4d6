// A verdict of the OOM killer in words and as a table.

import LinuxMemory

/// A kill as `why_oom` tells it.
struct OOMVerdictText {
  private let verdict: OOMVerdict

  /// Makes the text of a verdict.
  init(_ verdict: OOMVerdict) { self.verdict = verdict }

  /// One line: number, time, victim, reason.
  var line: String { "\(verdict.number.decimal(4))  \(time)  \(name(verdict.victim)): \(reason)\n" }

  /// The whole explanation.
  var text: String {
    "Kill \(verdict.number), \(time) after boot: \(name(verdict.victim)) died.\n\(occasion)\n"
      + "It was chosen because \(reason).\n\n" + OOMRankingText(verdict.ranking).text
  }

  private var occasion: String {
    guard let asker = verdict.asker else { return "Somebody wrote f to /proc/sysrq-trigger." }
    return "\(name(asker)) needed memory, and nothing more could be reclaimed."
  }

  private var reason: String {
    switch verdict.reason {
    case .worst:
      let rivals = verdict.ranking.candidates.filter {
        $0.badness != nil && $0.badness == verdict.ranking.worst?.badness
      }
      let age = verdict.ranking.rules.prefersNewest ? "newest" : "oldest"
      return rivals.count > 1
        ? "it is the \(age) of \(rivals.count) with the highest badness" : "its badness is the highest"
    case .allocatingTask: return "it asked, and oom_kill_allocating_task takes who asks"
    case .swapoff: return "it was switching swap off: such a process goes first, whatever its oom_score_adj"
    case .child(let parent): return "its parent \(name(parent)) is the worst, and a child dies for its parent"
    }
  }

  private var time: String {
    let fraction = String(verdict.time % 1_000_000)
    return "\(verdict.time / 1_000_000)." + String(repeating: "0", count: 6 - fraction.utf8.count) + fraction
      + " s"
  }

  private func name(_ process: ProcessID) -> String {
    let found = verdict.ranking.candidates.first { $0.process == process }
    return "\(found?.name ?? (process.rawValue == 1 ? "init" : "a process")) (PID \(process))"
  }
}

/// All processes as the OOM killer compares them, as a table.
struct OOMRankingText {
  private let ranking: OOMRanking

  /// Makes the text of a ranking.
  init(_ ranking: OOMRanking) { self.ranking = ranking }

  /// The ranking of this moment.
  var forecast: String {
    let verdict =
      ranking.worst.map { "If memory ended now, \($0.name) (PID \($0.process)) would die." }
      ?? "If memory ended now, nobody could be killed, and the machine would stop."
    return "\(verdict)\n\n\(text)"
  }

  /// The formula and a line for each process, the likeliest victim first.
  var text: String {
    "badness = RSS + SWAP + TABLES + ADJ x \(ranking.pagesPerPoint), in pages; "
      + "RAM and swap are \(ranking.totalPages) pages.\n"
      + "    PID NAME                  RSS       SWAP   TABLES   ADJ    BADNESS  SCORE  CHANGES AT ADJ\n"
      + ranking.candidates.map(line).joined()
  }

  private func line(_ candidate: OOMCandidate) -> String {
    let figures = candidate.figures
    let badness = candidate.badness.map { String($0) } ?? "never"
    return candidate.process.rawValue.decimal(7) + " " + candidate.name.alignedLeft(15)
      + figures.residentPages.decimal(10) + " " + figures.swapPages.decimal(10) + " "
      + figures.pageTablePages.decimal(8) + figures.adjustment.decimal(6) + " " + badness.alignedRight(10)
      + candidate.score.decimal(7) + "  " + change(candidate) + "\n"
  }

  /// From which adjustment on the verdict is another one.
  private func change(_ candidate: OOMCandidate) -> String {
    let isWorst = ranking.worst?.process == candidate.process
    guard let point = ranking.turningPoint(of: candidate.process) else {
      return isWorst ? "nobody else could be taken" : "never the worst"
    }
    return isWorst ? "\(point) or less: spared" : "\(point) or more: taken"
  }
}
