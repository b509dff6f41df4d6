// An explanation as people read it, in at most 25 lines.

import KernelText
import LinuxMemory

extension ReportExplanation {
  /// The explanation in lines, the first of which names the report.
  ///
  /// - Parameters:
  ///   - width: columns at which sentences are broken.
  ///   - source: the log's name, for the first line; empty for none.
  public func text(width: Int = 80, source: String = "") -> String {
    let columns = max(width, 40)
    let title = (source.isEmpty ? "" : "\(source): ") + heading
    var lines = TextWrap.lines(title, width: columns, hanging: 9).split(separator: "\n").map(String.init)
    for (label, text) in entries {
      let wrapped = TextWrap.lines(label.padding(9) + text, width: columns, hanging: 9).split(separator: "\n")
      // What comes last matters least.
      guard lines.count + wrapped.count <= 25 else { break }
      lines += wrapped.map(String.init)
    }
    return lines.map(\.printable).joined(separator: "\n") + "\n"
  }

  /// What is told before a shell opens on a machine in the report's state.
  ///
  /// - Parameters:
  ///   - number: the report's number in the logs, from 1.
  ///   - source: the log's name; empty for none.
  ///   - width: columns at which sentences are broken.
  package func introduction(number: Int, source: String, width: Int) -> String {
    let title = "Report \(number)\(source.isEmpty ? "" : " of \(source)"): \(heading)."
    let help =
      "The machine is led to that state. finish() brings the end; .undo takes it back. Before it, ask what would have "
      + "helped: kill -9 PID, echo SIZE > /sys/fs/cgroup/GROUP/memory.max, or more swap: fallocate -l 2G /more; "
      + "mkswap /more; swapon /more."
    return TextWrap.lines(title.printable, width: width, hanging: 2)
      + TextWrap.lines(help, width: width, hanging: 2)
  }

  /// What happened, on which kernel, and where in the log.
  var heading: String {
    let what =
      switch kind {
      case .global: "out of memory"
      case .memcg: "out of memory in a control group"
      case .sysrq: "a kill by hand (sysrq-f)"
      case .swapoff: "out of memory during swapoff"
      case .allocationFailure: report.request?.outcome == .stall ? "a request stalled" : "a request failed"
      case .panic: "out of memory: kernel panic"
      }
    let kernel = report.processor?.release.map { "Linux \($0)" } ?? "a kernel of unknown release"
    let source = report.source.isEmpty ? "" : " on \(report.source)"
    let isSinceBoot = report.time.map { $0.allSatisfy { $0.isNumber || $0 == "." } } ?? false
    let time = report.time.map { " at \($0)" + (isSinceBoot ? " s" : "") } ?? ""
    return "\(what), \(kernel)\(source)\(time) (line \(report.lines.lowerBound))"
  }

  /// The explanation by subjects, the most important first.
  var entries: [(String, String)] {
    var entries: [(String, String)] = [("why", why)]
    if let asked { entries.append(("asked", asked)) }
    if let zones { entries.append(("zones", zones)) }
    if let held { entries.append(("held by", held)) }
    if let owners { entries.append(("owners", owners)) }
    if let died { entries.append(("died", died)) }
    if ranking.count > 1 {
      let next = ranking.filter { $0.process != victim }.prefix(3).map {
        "\($0.name) (\($0.process)) \($0.badness)\(adjustment(of: $0.process))"
      }
      entries.append(("next", next.joined(separator: ", ")))
    }
    if !rescue.isEmpty { entries.append(("saved by", rescue.joined(separator: "; "))) }
    if !unknown.isEmpty { entries.append(("unknown", unknown.joined(separator: "; "))) }
    return entries
  }

  /// ` (oom_score_adj 200)`; empty for none.
  private func adjustment(of process: Int) -> String {
    guard let value = report.tasks?.rows.first(where: { $0.process == process })?.adjustment, value != 0
    else {
      return ""
    }
    return " (oom_score_adj \(value))"
  }

  /// Who asked for what.
  private var asked: String? {
    guard let request = report.request else { return nil }
    let number = report.processor?.task.map { " (\($0))" } ?? ""
    var text = "\(request.name ?? "?")\(number)"
    switch request.order {
    case .some(-1): return text + " by hand, for nothing"
    case .some(0): text += " for 1 page"
    case .some(let order): text += " for \(1 << min(max(order, 0), 30)) pages in one piece (order \(order))"
    case nil: break
    }
    if let flags = request.flags {
      text += ", gfp_mask 0x\(String(flags, radix: 16))"
      if let names = request.flagNames, !names.isEmpty { text += " \(names)" }
    }
    return text
  }

  /// What zones had free against their marks, or the group against its limits.
  private var zones: String? {
    if kind == .memcg {
      let limits = report.groupLimits.map { kind, limit in
        let name =
          switch kind {
          case .memory: "memory"
          case .swap: "swap"
          case .memoryAndSwap: "memory+swap"
          case .kernel: "kernel memory"
          }
        let most = limit.limit.map { $0 < .max ? "\($0) kB" : "no limit" } ?? "?"
        return "\(name) \(limit.usage) kB of \(most)"
      }
      return limits.isEmpty ? nil : limits.joined(separator: ", ")
    }
    let zones = report.zones.prefix(4).compactMap { zone -> String? in
      guard let free = zone.sizes["free"], let min = zone.sizes["min"] else { return nil }
      return
        "\(Set(report.zones.map(\.node)).count > 1 ? "node \(zone.node) " : "")\(zone.name) \(free) kB free (min \(min))"
    }
    guard !zones.isEmpty else { return nil }
    let swap = report.totalSwap.map {
      $0 == 0 ? ", no swap" : ", swap \(report.freeSwap ?? 0) kB of \($0) kB free"
    }
    return zones.joined(separator: ", ") + (swap ?? "")
  }

  /// What held the memory.
  private var held: String? {
    if kind == .memcg {
      let names = ["anon", "file", "shmem", "kernel", "slab", "pagetables", "sock", "cache", "rss"]
      let parts = names.compactMap { name -> String? in
        guard let value = report.groupStatistics[name], value > 0 else { return nil }
        return "\(name) \(byteCountText(UInt64(value)))"
      }
      return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
    guard let ram = facts.ram, !facts.shares.isEmpty else { return nil }
    let parts = facts.shares.prefix(7).map { "\($0.name) \(facts.size($0.pages))" }
    return "\(facts.size(ram)) of RAM: " + parts.joined(separator: ", ")
  }

  /// The processes that held most, by name summed.
  private var owners: String? {
    guard let groups = report.tasks?.groupsByName, !groups.isEmpty else { return nil }
    return groups.prefix(4).map { group in
      let count = group.count > 1 ? " (\(group.count) processes)" : ""
      return "\(group.name)\(count) \(facts.size(group.pages))"
    }.joined(separator: ", ")
  }

  /// Who died and what the rule says of it.
  private var died: String? {
    guard let victim else {
      return report.hasNoKillable ? "nobody: no process may be killed" : nil
    }
    var text = "\(victimName ?? "?") (\(victim))"
    let chosen = report.sacrificed == nil ? victim : report.announced?.process ?? victim
    if chosen != victim { text += " in the place of \(report.announced?.name ?? "?") (\(chosen))" }
    let sharing = report.kills.filter(\.isSharing)
    if !sharing.isEmpty {
      text +=
        " and "
        + sharing.prefix(3).map { "\($0.name ?? "?") (\($0.process))" }.joined(separator: ", ")
        + (sharing.count > 3 ? " and \(sharing.count - 3) more" : "") + ", sharing its memory"
    }
    if !alsoKilled.isEmpty, report.killedGroup != nil {
      text += " and all of its group (\(alsoKilled.count) more, memory.oom.group)"
    }
    if let recomputedScore, let row = report.tasks?.rows.first(where: { $0.process == chosen }) {
      text += ": badness \(recomputedScore)"
      let figures = ReportRanking.figures(row, pageSize: facts.pageSize)
      if ranking.first(where: { $0.process == chosen }) != nil {
        text +=
          " (\(figures.residentPages) resident + \(figures.swapPages) in swap + \(figures.pageTablePages) page tables"
        let held = figures.residentPages + figures.swapPages + figures.pageTablePages
        if figures.adjustment == 0, recomputedScore < held { text += ", less as root is spared" }
        text +=
          figures.adjustment == 0
          ? ")" : ", oom_score_adj \(figures.adjustment) of \(facts.total.map(String.init) ?? "?"))"
      }
    }
    if let printedScore { text += ", the report prints a score of \(printedScore)" }
    switch agrees {
    case true?:
      text +=
        report.releaseNumber == nil
        ? "; the rule of 5.9 and later agrees" : "; the rule of this release agrees"
    case false?:
      if let first = ranking.first, first.process != chosen {
        text += "; the rule of this release would take \(first.name) (\(first.process)) with \(first.badness)"
      } else {
        text += "; by the rule of this release the score would be another"
      }
    case nil: break
    }
    return text
  }
}

extension String {
  /// The text with what moves a cursor or turns the direction of writing spelled out: names may hold anything.
  fileprivate var printable: String {
    guard unicodeScalars.contains(where: \.isUnprintable) else { return self }
    return unicodeScalars.map { $0.isUnprintable ? "\\u{\(String($0.value, radix: 16))}" : String($0) }
      .joined()
  }

  /// The text with spaces up to a width.
  fileprivate func padding(_ width: Int) -> String {
    self + String(repeating: " ", count: max(width - count, 1))
  }
}

extension Unicode.Scalar {
  fileprivate var isUnprintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
