// Why something happened: the last statement, the last signal, NULL, death, and what RSS is made of.

import LinuxMemory
import ScriptLanguage

/// A story that is kept because somebody may ask for it.
struct KeptStory {
  /// The statement's beginning.
  var statement: String
  var story: TraceStory
  /// What glibc said of a death, such as `free(): double free detected in tcache 2`.
  var words: String?
  /// The machine behind it, as far as it matters.
  var context: OtherwiseContext
  /// The last verdict of the OOM killer by then.
  var verdict: OOMVerdict?
}

extension Session {
  /// What `.why` can be asked about.
  public enum WhyTopic: String, Sendable, CaseIterable {
    /// The last signal that ended a process for a wrong access or a heap that glibc found broken.
    case signal = "SIGSEGV"
    /// The last call that got no memory.
    case null = "NULL"
    /// What the present process's RSS is made of, and why it stays.
    case rss = "RSS"
    /// Who died last, and of what.
    case dead
  }

  /// Keeps the story of a statement under what happened in it.
  func keep(_ story: TraceStory) {
    let kept = KeptStory(
      statement: statementText, story: story, words: deathWords, context: OtherwiseContext(machine),
      verdict: machine.oomKiller.history.verdicts.last)
    lastStory = kept
    for group in story.groups {
      for entry in group.entries {
        if entry.first.isFatal { stories[.signal] = kept }
        if entry.first.isDeath { stories[.dead] = kept }
        if entry.first.isRefusal { stories[.null] = kept }
      }
    }
  }

  /// Why something happened, in lines; nil when there was nothing of the kind.
  ///
  /// - Parameter topic: what is asked about; nil for the last statement in which a layer acted.
  public func why(_ topic: WhyTopic? = nil) -> String? {
    switch topic {
    case nil: return lastStory.map(text)
    case .rss?: return residentReport
    case .dead?: return deathReport
    case let topic?: return stories[topic].map(text)
    }
  }

  private func text(of kept: KeptStory) -> String {
    "\(kept.statement)\n" + (kept.words.map { fit("  \($0)") } ?? "")
      + WhyText(kept.story, kept.context).lines.map(lines).joined()
  }

  /// Who died last: how, what the OOM killer thought, and what it held.
  private var deathReport: String? {
    guard let kept = stories[.dead] else { return nil }
    var text = text(of: kept)
    let deaths = kept.story.groups.flatMap(\.entries).compactMap { entry -> ProcessID? in
      if case .process(.killed(let process, _, _)) = entry.first { process } else { nil }
    }
    if let verdict = kept.verdict, deaths.contains(verdict.victim) {
      text += "\n" + fitOOM(OOMVerdictText(verdict).text)
    }
    for id in deaths.suffix(3) {
      guard let remains = machine.processes.remains(of: id) else { continue }
      text += fit(
        "\(remains.name) (PID \(id)) held VSS \(byteCountText(remains.virtualBytes)), RSS "
          + "\(byteCountText(remains.residentBytes)); 'maps \(id)', 'heap -p \(id)' and '.status \(id)' show it as it was"
      )
    }
    return text
  }

  /// What the present process's RSS is made of, the largest first, and why freed memory stays.
  private var residentReport: String? {
    guard let found = lookedAt() else { return nil }
    let process = found.process
    let view = AddressSpaceView(of: process, on: machine, isDead: found.isDead)
    var parts: [(name: String, bytes: UInt64)] = []
    for region in view.regions where region.resident > 0 {
      let name =
        switch region.name {
        case "": "mappings of its own (malloc's large blocks, mmap)"
        case "[heap]": "[heap], which begins with the program's own variables (bss)"
        default: region.name
        }
      if let index = parts.firstIndex(where: { $0.name == name }) {
        parts[index].bytes += region.resident
      } else {
        parts.append((name, region.resident))
      }
    }
    parts.sort { ($1.bytes, $0.name) < ($0.bytes, $1.name) }
    var text = "RSS of \(process.name): \(byteCountText(process.residentBytes))\n"
    for part in parts.prefix(8) {
      let line = "  \(byteCountText(part.bytes).alignedRight(10))  \(part.name)"
      text += lineWidth.map { TextWrap.lines(line, width: $0, hanging: 14) } ?? line + "\n"
    }
    let top = process.malloc?.topChunk?.size ?? 0
    if let usage = HeapUsage(of: process), usage.heap > 0 {
      text += fit(
        "glibc's heap: \(byteCountText(usage.inUse)) in use, \(byteCountText(usage.free - min(usage.free, top))) freed "
          + "and kept, \(byteCountText(top)) not given out (top); \(byteCountText(usage.mapped)) in blocks with mappings "
          + "of their own, which free gives back at once")
    }
    guard !found.isDead, let allocator = process.malloc else { return text }
    let (runs, _) = allocator.heapRuns(mayGoOn: budget.spend)
    guard let forecast = machine.trimForecast(in: process.id) else { return text }
    let topRange = allocator.topChunk.map { $0.address..<max($0.address, $0.address &+ $0.size) } ?? 0..<0
    let reasons = allocator.retention(
      of: runs, programBreak: process.addressSpace.programBreak,
      residentTop: machine.residentBytes(in: topRange, of: process))
    if let others = machine.retention(ofOtherArenas: runs, of: process) {
      text += fit(others.sentence(forecast))
    }
    for reason in reasons { text += fit(reason.sentence(forecast)) }
    if forecast.residentBytes > 0, reasons.isEmpty { text += fit(forecast.words) }
    return text
  }
}

extension MachineEvent {
  /// Whether a process could not go on.
  fileprivate var isFatal: Bool {
    switch self {
    case .fault(.refused): true
    case .process(.killed(_, _, let signal)): [4, 6, 7, 8, 11].contains(signal)
    default: false
    }
  }

  fileprivate var isDeath: Bool { if case .process(.killed) = self { true } else { false } }

  /// Whether somebody got no memory.
  fileprivate var isRefusal: Bool {
    switch self {
    case .glibc(.outOfMemory), .glibc(.alignmentRefused), .overcommit, .addressSpace(.refused),
      .slab(.failed),
      .vmalloc(.failed), .pageAllocator(.refused):
      true
    default: false
    }
  }
}
