// A story as lines: causes before effects, head and tail kept, what is critical never cut.

import LinuxMemory

/// Renders the story of one statement.
struct TraceText {
  /// Lines of one kind of trace before its middle is left out: so many stay in front and behind.
  private static let limits: [TraceLevel: (ahead: Int, behind: Int)] = [
    .brief: (8, 4), .normal: (16, 10), .full: (2000, 200),
  ]

  private let story: TraceStory
  private let level: TraceLevel

  init(_ story: TraceStory, level: TraceLevel) {
    self.story = story
    self.level = level
  }

  /// One line with how much it matters, and how deep it stands below what caused it.
  struct Line {
    var line: TraceLine
    var importance: TraceImportance
    var depth = 0
    /// What it tells of; nil for what sums several up.
    var entry: TraceStory.Entry?

    var event: MachineEvent? { entry?.first }
  }

  /// The lines that are shown.
  var lines: [TraceLine] {
    let all = story.withBackgroundOnce.groups.flatMap(lines(of:)).filter {
      level != .brief || $0.importance >= .step
    }
    let untold = story.groups.reduce(0) { $0 + $1.untold }
    let (ahead, behind) = Self.limits[level] ?? (16, 10)
    guard all.count > ahead + behind + 1 || untold > 0 else { return all.map(\.indented) }
    var shown: [TraceLine] = []
    var left = untold
    for (index, line) in all.enumerated() {
      if index < ahead || index >= all.count - behind || line.importance == .critical {
        if left > untold, untold == 0 || index >= all.count - behind || line.importance == .critical {
          shown.append(
            TraceLine("...", "\(left) more; '.trace \(level == .brief ? "normal" : "full")' tells them"))
          left = 0
        }
        shown.append(line.indented)
      } else {
        left += 1
      }
    }
    if left > 0 { shown.append(TraceLine("...", "\(left) more")) }
    return shown
  }

  /// The lines of a group, causes first.
  func lines(of group: TraceStory.Group) -> [Line] {
    if group.call.kind == .touching, group.entries.isEmpty {
      return [
        Line(
          line: TraceLine(group.call.name, "no fault: all its pages were there already"), importance: .step)
      ]
    }
    if group.call.kind == .start { return startLines(of: group) }
    var lines: [Line] = []
    let setUp = group.entries.filter(\.isSetUp)
    if !setUp.isEmpty { lines += setUpLines(setUp) }
    for entry in group.entries where !entry.isSetUp {
      if case .glibc(.threadCacheCreated) = entry.first, !setUp.isEmpty { continue }
      let line = Line(
        line: entry.traceLine(for: group), importance: entry.importance(in: group.call), entry: entry)
      if case .glibc(let step) = entry.first {
        if case .initialized = step, level != .full { continue }
        lines.append(line)
        adopt(step, &lines)
      } else {
        lines.append(line)
      }
    }
    if group.call.kind == .allocator { sinkFaults(&lines) }
    return Self.reclaimBehindItsCause(lines)
  }

  /// Who asked for memory first, then who made room for it and what that cost, then who had to die.
  private static func reclaimBehindItsCause(_ lines: [Line]) -> [Line] {
    let room = lines.filter { ["kswapd", "reclaim"].contains($0.line.layer) }
    guard !room.isEmpty else { return lines }
    let costs = lines.filter { $0.isCostOfReclaim }
    let ends = lines.filter { ["oom", "process", "signal"].contains($0.line.layer) }
    let others = lines.filter { line in
      !["kswapd", "reclaim", "oom", "process", "signal"].contains(line.line.layer) && !line.isCostOfReclaim
    }
    return others + room + costs.map { Line(line: $0.line, importance: $0.importance, depth: 1) } + ends
  }

  /// Puts the system call that a step of glibc made behind it and below it: glibc tells of it when it has returned.
  private func adopt(_ step: GlibcEvent, _ lines: inout [Line]) {
    guard let call = step.systemCall, lines.count > 1 else { return }
    let own = lines.count - 1
    guard let place = lines[..<own].lastIndex(where: { $0.line.layer == call && $0.depth == 0 }) else {
      return
    }
    var effect = lines.remove(at: place)
    effect.depth = 1
    // What happened between the two, such as faults on the way, is an effect, too.
    let cause = lines.remove(at: own - 1)
    lines.insert(cause, at: place)
    lines.insert(effect, at: place + 1)
  }

  /// What glibc's own writing of headers brings in stands behind what glibc did.
  private func sinkFaults(_ lines: inout [Line]) {
    let faults = lines.filter { $0.line.layer == "fault" && $0.depth == 0 && $0.importance == .detail }
    guard !faults.isEmpty, faults.count < lines.count else { return }
    lines.removeAll { $0.line.layer == "fault" && $0.depth == 0 && $0.importance == .detail }
    let place = (lines.lastIndex { $0.line.layer == "glibc" }).map { index in
      // Behind the effects of the last step.
      var place = index + 1
      while place < lines.count, lines[place].depth > 0 { place += 1 }
      return place
    }
    lines.insert(
      contentsOf: faults.map {
        Line(line: $0.line.adding(": glibc writes a header there"), importance: .detail, depth: 1)
      },
      at: place ?? lines.count)
  }

  /// The first call's own preparations in a line, with the steps below it.
  private func setUpLines(_ entries: [TraceStory.Entry]) -> [Line] {
    var heap: (bytes: UInt64, padding: UInt64)?
    var cache: UInt64?
    var below: [Line] = []
    for entry in entries {
      switch entry.first {
      case .glibc(.heapGrown(let bytes, let padding)): heap = (bytes, padding)
      case .glibc(.topSplit(let size, _)): cache = size
      case .glibc(.initialized): continue
      case .fault:
        below.append(
          Line(line: entry.traceLine.adding(": glibc writes a header there"), importance: .detail, depth: 1))
      default: below.append(Line(line: entry.traceLine, importance: .detail, depth: 1))
      }
    }
    guard let heap else { return below }
    var words =
      "first call: the heap begins with \(byteCountText(heap.bytes)) from the kernel, "
      + "\(byteCountText(heap.padding)) of it reserve (M_TOP_PAD)"
    if let cache { words += "; \(cache) bytes hold the thread cache's lists" }
    return [Line(line: TraceLine("glibc", words), importance: .step)] + below
  }

  /// A process that was started, with the pages that loading its program took.
  private func startLines(of group: TraceStory.Group) -> [Line] {
    var pages = 0
    var lines: [Line] = []
    for entry in group.entries {
      if case .fault = entry.first {
        pages += entry.pages
        if level == .full { lines.append(Line(line: entry.traceLine, importance: .detail, depth: 1)) }
      } else {
        lines.append(Line(line: entry.traceLine, importance: entry.importance(in: group.call)))
      }
    }
    if pages > 0, let index = lines.firstIndex(where: { $0.line.layer == "process" }) {
      lines[index].line = lines[index].line.adding(
        ": \(pageCountText(pages)) of its own for program and stack")
    }
    return lines
  }
}

extension TraceText.Line {
  /// Whether it tells what making room did to others.
  fileprivate var isCostOfReclaim: Bool {
    switch event {
    case .reclaim(.swappedOut), .reclaim(.droppedFilePages): true
    default: false
    }
  }

  /// The line, further in by its depth.
  var indented: TraceLine { line.indented(by: depth) }
}
