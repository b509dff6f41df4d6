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
      + "It was chosen because \(reason).\n\n"
      + OOMRankingText(verdict.ranking, decidedBy: verdict.reason, group: verdict.group).text
  }

  private var occasion: String {
    guard let asker = verdict.asker else { return "Somebody wrote f to /proc/sysrq-trigger." }
    if let group = verdict.group {
      return Self.sentences(group, asker: "\(group.askerName) (PID \(asker))").joined(separator: "\n")
    }
    guard let shortage = verdict.shortage else { return "\(name(asker)) needed memory." }
    return Self.sentences(shortage, asker: name(asker)).joined(separator: "\n")
  }

  /// What was wanted, why it was not there, and what killing can do about it.
  private static func sentences(_ shortage: MemoryShortage, asker: String) -> [String] {
    let size = byteCountText(UInt64(4096) << UInt64(min(max(shortage.order, 0), 20)))
    let names = shortage.usable.map(\.name).joined(separator: " or ")
    let free = shortage.usable.reduce(0) { $0 + $1.freePages }
    let piece = shortage.order > 0 ? "a block of \(size) (order \(shortage.order))" : "a page"
    var lines: [String] = []
    if shortage.isFragmentation {
      let largest = shortage.usable.compactMap(\.largestOrder).max()
      let have =
        largest.map { "the largest free block is \(byteCountText(4096 << UInt64($0)))" } ?? "no block is free"
      lines = [
        "\(asker) needed \(piece) in zone \(names): \(pages(free)) are free there, but in small pieces; \(have).",
        "Killing frees pages, not blocks: what is fragmented may stay so.",
      ]
    } else {
      let marks = shortage.usable.map {
        "\($0.name) \(pages($0.freePages)) of which \(pages($0.floorPages)) must stay"
      }
      lines = [
        "\(asker) needed \(piece) in zone \(names), and nothing more could be reclaimed: free were "
          + marks.joined(separator: ", ") + "."
      ]
    }
    let elsewhere = shortage.others.reduce(0) { $0 + $1.freePages }
    if elsewhere > 0 {
      let zones = shortage.others.map(\.name).joined(separator: " and ")
      lines.append(
        "\(pages(elsewhere)) were free in \(zones), which this request cannot use; killing frees mostly such memory."
      )
    }
    lines.append(holding(shortage))
    return lines
  }

  /// Which group had no room, what filled it, and what its rules are.
  private static func sentences(_ group: GroupShortage, asker: String) -> [String] {
    var lines = [
      group.usage > group.limit
        ? "\(asker) lowered memory.max of the control group \(group.path) to \(pages(group.limit)); it held "
          + "\(pages(group.usage)), and nothing more could be reclaimed inside it."
        : "\(asker) needed memory in the control group \(group.path), which was at its memory.max: "
          + "\(pages(group.usage)) of \(pages(group.limit)); its failcnt was \(group.failures), and nothing "
          + "more could be reclaimed inside it."
    ]
    // Parts of others are left out.
    let parts = group.holders.filter { !["shmem", "pagetables", "kernel_stack", "slab"].contains($0.name) }
    let inside = group.holders.filter { ["pagetables", "kernel_stack", "slab"].contains($0.name) }
    let shared = group.holders.first { $0.name == "shmem" }?.pages ?? 0
    let details = inside.map { "\($0.name) \(pages($0.pages))" }.joined(separator: ", ")
    lines.append(
      "What filled it: "
        + parts.sorted { ($1.pages, $0.name) < ($0.pages, $1.name) }.map { holder in
          "\(holder.name) \(pages(holder.pages))"
            + (holder.name == "kernel" && !details.isEmpty ? " (\(details))" : "")
            + (holder.name == "file" && shared > 0
              ? " (of it shmem \(pages(shared)): files in memory; rm makes room of them, and on Linux swap)"
              : "")
        }.joined(separator: ", ") + ". Free memory of the machine does not count.")
    if group.victimPath != group.path { lines.append("The victim was in \(group.victimPath), below it.") }
    if let together = group.killedTogether {
      lines.append(
        "memory.oom.group of \(together) is set: all its processes died, but those with oom_score_adj -1000.")
    }
    return lines
  }

  /// What held the memory, the largest first.
  private static func holding(_ shortage: MemoryShortage) -> String {
    let parts = shortage.holders.sorted { ($1.pages, $0.kind.rawValue) < ($0.pages, $1.kind.rawValue) }.map {
      holder in
      holder.kind == .slab
        ? "slab \(pages(holder.pages)) (\(pages(shortage.unreclaimableSlabPages)) unreclaimable)"
        : "\(holder.kind.words) \(pages(holder.pages))"
    }
    return "What held the memory: \(parts.joined(separator: ", "))."
  }

  private static func pages(_ count: Int) -> String { byteCountText(UInt64(max(count, 0)) * 4096) }

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

extension FrameOwner.Kind {
  /// What it is called.
  var words: String {
    switch self {
    case .anonymous: "processes' own pages"
    case .file: "page cache"
    case .shared: "shared memory"
    case .pageTable: "page tables"
    case .process: "kernel stacks"
    case .slab: "slab"
    case .vmalloc: "vmalloc"
    case .kernel: "the rest of the kernel"
    case .isolated: "pages being moved"
    }
  }
}

/// All processes as the OOM killer compares them, as a table.
struct OOMRankingText {
  private let ranking: OOMRanking
  /// What decided a verdict that was given; for a forecast the ranking does.
  private let reason: OOMReason
  /// The path of the group whose processes are compared; nil for those of the machine.
  private let group: String?
  /// Who dies with the victim because their group is killed as a whole.
  private let companions: Set<ProcessID>

  /// Makes the text of a ranking.
  init(_ ranking: OOMRanking, decidedBy reason: OOMReason = .worst, group: GroupShortage? = nil) {
    self.ranking = ranking
    self.reason = reason
    self.group = group?.path
    companions = Set(group?.companions ?? [])
  }

  /// Makes the text of a ranking of the processes of a group, by its path, that is not short of anything.
  init(_ ranking: OOMRanking, in group: String) {
    self.ranking = ranking
    reason = .worst
    self.group = group
    companions = []
  }

  /// The ranking of this moment.
  var forecast: String {
    let occasion = group.map { "If \($0) had no room now" } ?? "If memory ended now"
    let verdict =
      ranking.worst.map { "\(occasion), \($0.name) (PID \($0.process)) would die." }
      ?? (group == nil
        ? "\(occasion), nobody could be killed, and the machine would stop."
        : "\(occasion), nobody could be killed, and whoever asks would wait for ever.")
    return "\(verdict)\n\n\(text)"
  }

  /// The formula and a line for each process, the likeliest victim first.
  var text: String {
    "badness = RSS + SWAP + TABLES + ADJ x \(ranking.pagesPerPoint), in pages; "
      + (group.map { "\($0) may have \(ranking.totalPages) pages.\n" }
        ?? "RAM and swap are \(ranking.totalPages) pages.\n")
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
    switch reason {
    case .allocatingTask: return "decided by who asked: only -1000 spares it"
    case .swapoff: return "decided by swapoff, whatever its value"
    case .worst, .child: break
    }
    let isWorst = ranking.worst?.process == candidate.process
    if companions.contains(candidate.process) { return "dies with its group: only -1000 spares it" }
    guard let point = ranking.turningPoint(of: candidate) else {
      return isWorst ? "nobody else could be taken" : "never the worst"
    }
    if isWorst, point <= -1000 { return "only -1000 spares it" }
    return isWorst ? "\(point) or less: spared" : "\(point) or more: taken"
  }
}

/// The explanation of a kill for a terminal that is narrower than its table.
enum OOMTextFitting {
  private static let lastColumn = "  CHANGES AT ADJ"

  /// The text with its sentences wrapped, and the table's last column in lines of its own where it does not fit.
  static func fitted(_ text: String, width: Int) -> String {
    var column: Int?
    var result = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast(
      text.hasSuffix("\n") ? 1 : 0)
    {
      if line.hasSuffix(lastColumn) { column = line.count - lastColumn.count }
      guard line.count > width else {
        result += line + "\n"
        continue
      }
      if let column, line.count > column, line.first == " " {
        result +=
          line.prefix(column) + "\n" + String(repeating: " ", count: 12) + line.dropFirst(column + 2) + "\n"
      } else {
        result += TextWrap.lines(String(line), width: width, hanging: 2)
      }
    }
    return result
  }
}
