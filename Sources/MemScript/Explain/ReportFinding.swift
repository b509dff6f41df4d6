// Finding in a report's numbers why memory was not there, and saying so.

import KernelText
import LinuxMemory

/// The cause of a report, with the sentence that tells it.
struct ReportFinding: Sendable {
  let facts: ReportFacts
  let kind: ReportExplanation.Kind
  let ranking: ReportRanking
  /// The victim's row.
  let victim: TaskTable.Row?
  /// The victim's number, even where its row is missing.
  let victimNumber: Int?
  /// The victim of the report before.
  let previous: Int?
  /// The zones as the request sees them.
  let request: RequestZones
  /// The cause.
  private(set) var cause = ReportCause.unknown

  private var report: KernelReport { facts.report }

  /// Finds the cause.
  init(
    _ facts: ReportFacts, kind: ReportExplanation.Kind, ranking: ReportRanking, victim: TaskTable.Row?,
    victimNumber: Int?, previous: Int?
  ) {
    self.facts = facts
    self.kind = kind
    self.ranking = ranking
    self.victim = victim
    self.victimNumber = victimNumber
    self.previous = previous
    request = RequestZones(facts)
    cause = findCause()
  }

  // MARK: The cause

  private func findCause() -> ReportCause {
    switch kind {
    case .panic: return .panic
    case .sysrq: return .sysrq
    case .swapoff: return .swapoff
    case .memcg: return .memcgLimit
    case .allocationFailure:
      if let previous, report.processor?.task == previous { return .dying }
      return report.isSwapBeingTurnedOff ? .swapoff : findShortage()
    case .global: return findShortage()
    }
  }

  private func findShortage() -> ReportCause {
    if report.boundNodes != nil { return .memoryPolicy }
    if report.request?.isVirtual == true, report.request?.failure?.hasSuffix("to allocate pages") != true {
      return .vmalloc
    }
    if request.areEmpty, report.request != nil { return .lowmem }
    if isFragmented { return .fragmentation }
    if request.havePlenty {
      if report.request?.flags == 0, report.trace.contains("pagefault_out_of_memory") { return .pageFault }
      if kind == .allocationFailure { return .unclear }
    }
    if kind == .allocationFailure, report.request?.mayReclaim == false, !request.zones.isEmpty {
      return .atomic
    }
    if let elsewhere = freeElsewhere, elsewhere > 0 { return .lowmem }
    if marksAreHigh { return .minFree }
    guard let ram = facts.ram, ram > 0, !report.counts.isEmpty else {
      return report.freeSwap.map { $0 <= 0 && (facts.swap ?? 0) > 0 } == true ? .swapFull : .unknown
    }
    let holders: [(ReportCause, Int)] = [
      (.hugetlb, facts.huge), (.slab, facts.slab), (.pageTables, facts.pageTables), (.tmpfs, facts.shared),
      (.mlock, facts.unevictable), (.kernelPages, (facts.unexplained ?? 0) + facts.compressed),
    ]
    if let largest = holders.max(by: { $0.1 < $1.1 }), largest.1 * 10 >= ram * 3, largest.1 > facts.anonymous
    {
      return largest.0
    }
    if let free = report.freeSwap, let swap = facts.swap, swap > 0, free / facts.pageSize * 50 <= swap {
      return .swapFull
    }
    return (report.tasks?.groupsByName.first).map { $0.count >= 20 && $0.pages * 2 >= residentSum } == true
      ? .manySmall : .anonymous
  }

  /// Whether a zone has what was asked for, and no zone has it in one piece.
  private var isFragmented: Bool {
    guard let order = report.request?.order, order > 0,
      request.haveRoom(for: facts.pageSize << min(order, 20))
    else {
      return false
    }
    return request.blocks(ofOrder: order) ?? 0 == 0
  }

  /// KiB that are free in zones that the request could not use; nil where that cannot be told, or where it could use all.
  var freeElsewhere: Int? {
    guard report.boundNodes == nil, !report.zones.isEmpty,
      let free = report.counts["free"] ?? sum("free", of: report.zones).map({ $0 / facts.pageSize })
    else { return nil }
    let usable = request.zones.map(\.zone)
    if request.areEmpty { return free * facts.pageSize }
    guard !usable.isEmpty, let here = sum("free", of: usable), let marks = sum("low", of: usable) else {
      return nil
    }
    let elsewhere = free * facts.pageSize - here
    // Kernels since 6.0 leave out the zones that the request cannot use, older ones show all.
    return elsewhere > 2 * marks && elsewhere > here && here <= marks * 3 ? elsewhere : nil
  }

  /// The sum of a size over zones, in KiB; nil where the line of one does not have it.
  func sum(_ name: String, of zones: [ReportZone]) -> Int? {
    zones.reduce(0) { sum, zone in sum.flatMap { sum in zone.sizes[name].map { sum + $0 } } }
  }

  /// Whether marks keep more free than a tenth of what zones have, and it is free.
  private var marksAreHigh: Bool {
    let zones = report.zones
    guard let managed = sum("managed", of: zones) ?? sum("present", of: zones), managed > 0,
      let marks = sum("min", of: zones), let free = sum("free", of: zones)
    else { return false }
    return marks * 10 > managed && free * 10 > managed
  }

  // MARK: Tasks

  /// All resident pages of the table.
  var residentSum: Int { report.tasks?.rows.reduce(0) { $0 + $1.residentPages } ?? 0 }

  /// The task that holds most, whether it may be killed or not.
  var largest: TaskTable.Row? { report.tasks?.rows.max { $0.heldPages < $1.heldPages } }

  /// The largest task that may not be killed.
  var largestUnkillable: TaskTable.Row? {
    report.tasks?.rows.filter { $0.adjustment == -1000 }.max { $0.heldPages < $1.heldPages }
  }

  /// Whether the asker is a thread of a process, whose own number the table does not have.
  var askerIsThread: Bool {
    guard let task = report.processor?.task, task != 1, let table = report.tasks, table.damagedRows == 0,
      table.isEnded,
      report.processor?.name == report.request?.name, kind != .sysrq
    else { return false }
    let isUser = report.trace.contains {
      $0.contains("page_fault") || $0.contains("syscall") || $0.contains("SYSENTER")
    }
    return isUser
      && !table.rows.contains { row in
        // A process of that name is more likely the one.
        row.process == task || row.name == report.request?.name && row.process != victimNumber
      }
  }
}

extension TaskTable {
  /// Processes of one name, with what they hold in RAM, swap and page tables; the largest first.
  var groupsByName: [(name: String, count: Int, pages: Int)] {
    var groups: [String: (names: Set<String>, count: Int, pages: Int)] = [:]
    for row in rows {
      let stem = row.stem
      groups[stem, default: ([], 0, 0)].names.insert(row.name)
      groups[stem, default: ([], 0, 0)].count += 1
      groups[stem, default: ([], 0, 0)].pages += row.heldPages
    }
    return groups.map { stem, group in
      (group.names.count == 1 ? group.names.first ?? stem : stem, group.count, group.pages)
    }.sorted { ($1.2, $0.0) < ($0.2, $1.0) }
  }
}

extension TaskTable.Row {
  /// What counts against it.
  var heldPages: Int { residentPages + (swapPages ?? 0) + (pageTableBytes ?? 0) / 4096 }

  /// Its name without the number at its end: `worker297` is one of the workers.
  var stem: String {
    let stem = name.reversed().drop { $0.isASCII && ($0.isNumber || $0 == "-" || $0 == "/" || $0 == ":") }
    return stem.isEmpty ? name : String(stem.reversed())
  }
}
