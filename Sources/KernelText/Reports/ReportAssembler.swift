// Putting lines of a log together into reports.

extension KernelReport {
  /// Finds the reports in a stretch of a log.
  ///
  /// - Parameter lines: the stretch, as ``ReportFinder`` gives it.
  /// - Returns: the reports in the order of their beginnings.
  public static func reports(in lines: [LogLine]) -> [KernelReport] {
    var assembler = ReportAssembler()
    for line in KernelLines(lines) { assembler.take(line) }
    return assembler.finish()
  }

  /// Finds the reports in a whole log.
  ///
  /// - Parameter log: its bytes.
  /// - Returns: the reports in the order of their beginnings.
  public static func reports(inLog log: [UInt8]) -> [KernelReport] {
    var finder = ReportFinder()
    let stretches = log.withUnsafeBufferPointer { finder.feed($0) } + finder.finish()
    return stretches.flatMap(reports)
  }
}

/// Takes the kernel's lines one after the other, of several sources mixed, and makes reports of them.
struct ReportAssembler {
  /// The report of one source that is not complete.
  private struct Open {
    var report: KernelReport
    /// What the last line of zones was about.
    var zone: Int?
    /// Where the row of a process stands in the table.
    var places: [Int: Int] = [:]
  }

  /// No kernel tells so many numbers with names of their own: what comes behind is noise.
  private static let mostNames = 1000

  private var open: [String: Open] = [:]
  private var finished: [KernelReport] = []
  private var addedSwap: [String: Int] = [:]
  /// The sources whose swap lies compressed in RAM.
  private var compressing: Set<String> = []
  private var manualRequests: Set<String> = []
  /// Lines about a processor outside of reports: two lines can have changed places.
  private var strayProcessors: [String: (Int, ReportProcessor)] = [:]

  /// Takes the next line.
  mutating func take(_ line: KernelLine) {
    let source = line.source
    switch line.content {
    case .swapAdded(let size, let isCompressed):
      if isCompressed { compressing.insert(source) }
      addedSwap[source, default: 0] = min((addedSwap[source] ?? 0) + size, 1 << 44)
    case .manualRequest:
      end(source)
      manualRequests.insert(source)
    case .request(let request):
      // A line that stands there twice is one request.
      if let report = open[source]?.report, report.request == request, report.isBare { return }
      end(source)
      begin(line)
      open[source]?.report.request = request
      if manualRequests.remove(source) != nil { open[source]?.report.isManual = true }
      if let (number, place) = strayProcessors.removeValue(forKey: source), line.number - number < 3,
        place.name == request.name
      {
        open[source]?.report.processor = place
      }
    case .kill(let kill) where isLate(kill, source): break
    case .processor(let place) where open[source].map({ $0.report.isOver }) ?? true:
      strayProcessors[source] = (line.number, place)
    default:
      if open[source] == nil || startsAnew(line.content, after: open[source]) {
        guard Self.canBeginHeadless(line.content) else { return }
        end(source)
        begin(line)
      }
      note(line)
    }
  }

  /// Ends the log.
  mutating func finish() -> [KernelReport] {
    for source in open.keys.sorted() { end(source) }
    return finished.sorted { $0.lines.lowerBound < $1.lines.lowerBound }
  }

  private mutating func begin(_ line: KernelLine) {
    var report = KernelReport(line: line.number)
    report.time = line.time
    report.source = line.source
    report.addedSwap = addedSwap[line.source]
    report.compressesSwap = compressing.contains(line.source)
    open[line.source] = Open(report: report)
  }

  private mutating func end(_ source: String) {
    guard let ended = open.removeValue(forKey: source) else { return }
    let report = ended.report
    // The state of memory alone is what sysrq-m prints: nothing went wrong.
    let tells =
      report.request != nil || report.verdict != nil || !report.kills.isEmpty || report.panic != nil
      || report.hasNoKillable || report.tasks?.rows.isEmpty == false
    if tells { finished.append(report) }
  }

  /// Whether a report whose beginning is missing can begin with a line.
  private static func canBeginHeadless(_ line: ReportLine) -> Bool {
    switch line {
    case .memoryHead, .counts, .node, .zone, .freeBlocks, .groupLimit, .groupHead, .groupShortage, .tableHead,
      .verdict, .kill, .noKillable:
      true
    case .panic(let words): isAboutMemory(words)
    default: false
    }
  }

  private static func isAboutMemory(_ words: String) -> Bool {
    words.hasPrefix("Out of memory") || words.hasPrefix("System is deadlocked on memory")
  }

  /// Whether a line cannot belong to a report that has what it has.
  private func startsAnew(_ line: ReportLine, after open: Open?) -> Bool {
    guard let report = open?.report else { return true }
    let isOver = report.isOver
    switch line {
    case .memoryHead, .groupHead, .tableHead: return isOver || (report.tasks?.rows.isEmpty == false)
    case .counts, .node, .zone, .freeBlocks, .groupLimit, .groupShortage: return isOver
    case .verdict(let verdict):
      guard let other = report.verdict else {
        return report.panic != nil || report.kills.last.map { $0.process != verdict.process } ?? false
      }
      return other != verdict
    case .kill(let kill):
      if report.panic != nil { return true }
      guard let last = report.kills.last else {
        if let process = report.verdict?.process { return process != kill.process }
        return false
      }
      // Those who share the memory, and a child in the place of its parent.
      if kill.isSharing { return false }
      let isDone = report.kills.contains { !$0.isAnnouncement }
      if kill.isAnnouncement { return isDone || last.process != kill.process }
      if last.process == kill.process || !isDone { return false }
      // A group that dies as a whole.
      return report.killedGroup == nil || kill.cause == .machine
    default: return false
    }
  }

  /// Notes a kill that comes after the next report began, and tells whether it was one.
  private mutating func isLate(_ kill: KillLine, _ source: String) -> Bool {
    guard let current = open[source]?.report, !current.isOver, current.tasks == nil,
      let last = finished.lastIndex(where: { $0.source == source }),
      finished[last].kills.isEmpty, finished[last].verdict?.process == kill.process
    else { return false }
    finished[last].kills = [kill]
    return true
  }

  // MARK: Noting

  private mutating func note(_ line: KernelLine) {
    let source = line.source
    guard var current = open.removeValue(forKey: source) else { return }
    if case .other = line.content {
    } else {
      current.report.lines =
        current.report.lines.lowerBound...max(line.number, current.report.lines.upperBound)
    }
    noteState(line, in: &current)
    noteTasks(line, in: &current)
    open[source] = current
  }

  private func noteState(_ line: KernelLine, in current: inout Open) {
    switch line.content {
    case .processor(let place): if current.report.processor == nil { current.report.processor = place }
    case .function(let name):
      if !current.report.hasMemory, current.report.panic == nil { current.report.trace.append(name) }
    case .allowedNodes(let nodes): current.report.allowedNodes = current.report.allowedNodes ?? nodes
    case .memoryHead: current.report.hasMemory = true
    case .counts(let values):
      current.report.hasMemory = true
      for value in values
      where current.report.counts.count < Self.mostNames && current.report.counts[value.name] == nil {
        current.report.counts.append(value)
      }
    case .node(let node, let sizes):
      current.zone = nil
      if !current.report.nodes.contains(where: { $0.node == node }) {
        current.report.nodes.append((node, sizes))
      }
    case .zone(let node, let name, let sizes):
      if let known = current.report.zones.firstIndex(where: { $0.node == node && $0.name == name }) {
        // The blocks came first, or the line twice.
        if current.report.zones[known].sizes.isEmpty { current.report.zones[known].sizes = sizes }
        current.zone = known
      } else {
        current.report.zones.append(ReportZone(node: node, name: name, sizes: sizes))
        current.zone = current.report.zones.count - 1
      }
    case .sizes(let sizes):
      if let zone = current.zone {
        current.report.zones[zone].sizes += sizes
      } else if let last = current.report.nodes.indices.last {
        current.report.nodes[last].sizes += sizes
      }
    case .reserve(let pages): if let zone = current.zone { current.report.zones[zone].reserve = pages }
    case .freeBlocks(let node, let name, let blocks):
      if let known = current.report.zones.firstIndex(where: {
        $0.node == node && $0.name == name
      }) {
        current.report.zones[known].freeBlocks = blocks
      } else {
        var zone = ReportZone(node: node, name: name, sizes: [])
        zone.freeBlocks = blocks
        current.report.zones.append(zone)
      }
    case .hugePages(let pages):
      if !current.report.hugePages.contains(where: { $0.node == pages.node && $0.size == pages.size }) {
        current.report.hugePages.append(pages)
      }
    case .amount(let amount, let value): current.report.note(amount, value)
    case .groupLimit(let kind, let limit):
      if !current.report.groupLimits.contains(where: { $0.kind == kind }) {
        current.report.groupLimits.append((kind, limit))
      }
    case .groupHead(let path, let values):
      if current.report.groupPath == nil { current.report.groupPath = path }
      // In one line they are KiB.
      current.report.groupStatistics += values.map { NamedValue($0.name, $0.value << 10) }
    case .statistic(let value):
      if current.report.groupPath != nil, current.report.tasks == nil,
        current.report.groupStatistics.count < Self.mostNames,
        current.report.groupStatistics[value.name] == nil
      {
        current.report.groupStatistics.append(value)
      }
    case .groupShortage(_, let limit): current.report.shortGroup = limit
    case .slabCache(let cache):
      if current.report.slabCaches.count < Self.mostNames, current.report.slabCaches[cache.name] == nil {
        current.report.slabCaches.append(cache)
      }
    case .lost: current.report.isDamaged = true
    default: break
    }
  }

  private func noteTasks(_ line: KernelLine, in current: inout Open) {
    switch line.content {
    case .tableHead(let columns):
      if current.report.tasks == nil {
        current.report.tasks = TaskTable(columns: columns)
      } else if current.report.tasks?.columns != columns {
        current.report.isDamaged = true
      }
    case .row(let process, let text):
      guard current.report.tasks?.isEnded == false, let columns = current.report.tasks?.columns else {
        return
      }
      guard columns.last == "name", let row = TaskTable.Row(process: process, text, columns: columns) else {
        current.report.tasks?.damagedRows += 1
        return
      }
      if let place = current.places[process], let known = current.report.tasks?.rows[place] {
        // The same line twice is one task; two lines that differ are damage.
        if known != row { current.report.tasks?.damagedRows += 1 }
        return
      }
      current.places[process] = current.report.tasks?.rows.count
      current.report.tasks?.rows.append(row)
    case .verdict(let verdict):
      current.report.tasks?.isEnded = true
      if current.report.verdict == nil { current.report.verdict = verdict }
    case .kill(let kill):
      current.report.tasks?.isEnded = true
      if current.report.kills.contains(where: {
        $0.process == kill.process && $0.isAnnouncement == kill.isAnnouncement
      }) {
        return
      }
      current.report.kills.append(kill)
    case .groupKill(let path): current.report.killedGroup = path
    case .noKillable:
      current.report.tasks?.isEnded = true
      current.report.hasNoKillable = true
    case .panic(let words):
      current.report.tasks?.isEnded = true
      if current.report.panic == nil, Self.isAboutMemory(words) { current.report.panic = words }
    default: break
    }
  }
}

extension KernelReport {
  /// Whether nothing but the request was told.
  fileprivate var isBare: Bool {
    !hasMemory && groupLimits.isEmpty && tasks == nil && trace.isEmpty && !isOver
  }

  /// Whether the end was told: what follows belongs to another report.
  fileprivate var isOver: Bool { verdict != nil || !kills.isEmpty || panic != nil || hasNoKillable }

  /// Notes a number that has a line of its own, the first time it comes.
  fileprivate mutating func note(_ amount: ReportAmount, _ value: Int) {
    switch amount {
    case .pageCache: pageCachePages = pageCachePages ?? value
    case .swapCache: swapCachePages = swapCachePages ?? value
    case .freeSwap: freeSwap = freeSwap ?? value
    case .totalSwap: totalSwap = totalSwap ?? value
    case .ram: ramPages = ramPages ?? value
    case .highMemory: highMemoryPages = highMemoryPages ?? value
    case .reserved: reservedPages = reservedPages ?? value
    case .contiguous, .poisoned: break
    }
  }
}
