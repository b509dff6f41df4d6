// Reading single lines of reports: which line it is.

extension ReportLine {
  /// Reads the kernel's words of one line.
  init(_ line: ArraySlice<UInt8>) {
    let body = line.trimmed
    guard let first = body.first else {
      self = .other
      return
    }
    var read: ReportLine?
    switch first {
    case UInt8(ascii: "["): read = Self.row(body) ?? Self.tableHead(body)
    case UInt8(ascii: "C"), UInt8(ascii: "P"): read = Self.processor(body)
    case UInt8(ascii: "N"): read = Self.node(body)
    case UInt8(ascii: "D"), UInt8(ascii: "H"): read = Self.zoneOfOldKernel(body, name: body.prefixOfLetters)
    case UInt8(ascii: "l"), UInt8(ascii: "p"): read = Self.reserve(body)
    case UInt8(ascii: "o"): read = KillVerdict(reading: body).map { .verdict($0) }
    case UInt8(ascii: "m"), UInt8(ascii: "s"), UInt8(ascii: "k"):
      read = Self.groupLimit(body)
    case UInt8(ascii: "*"): read = body.contains("messages dropped") ? .lost : nil
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "F"): read = Self.amount(body)
    case UInt8(ascii: "T"): read = Self.taskLine(body) ?? Self.amount(body)
    case UInt8(ascii: "M"):
      if body.starts(with: "Mem-Info:") || body.starts(with: "Mem-info:") { read = .memoryHead }
      if body.starts(with: "Memory cgroup") { read = Self.groupHead(body) }
    case UInt8(ascii: "A"): read = Self.swapAdded(body)
    default: break
    }
    self =
      read ?? MemoryRequest(reading: body).map { .request($0) } ?? KillLine(reading: body).map { .kill($0) }
      ?? Self.ending(body) ?? Self.allowedNodes(body) ?? Self.values(body) ?? Self.function(body) ?? .other
  }

  private static func processor(_ body: ArraySlice<UInt8>) -> ReportLine? {
    let isNew = body.starts(with: "CPU: ")
    guard isNew || body.starts(with: "Pid: ") else { return nil }
    var place = ReportProcessor()
    let comma = body.contains(", comm:")
    place.task = body.number(after: isNew ? "PID: " : "Pid: ", endsWith: comma ? "," : " ")
    let word: StaticString = isNew ? "Comm: " : "comm: "
    let taint = body.lastIndex(of: " Not tainted ") ?? body.lastIndex(of: " Tainted: ")
    if let start = body.firstIndex(of: word), let taint, taint >= start + 6 {
      place.name = body[(start + 6)..<taint].text
    }
    if let taint, let hash = body[taint...].firstIndex(of: " #") {
      let words = body[taint..<hash].split(separator: UInt8(ascii: " "))
      if let release = words.last, release.first.map({ $0 &- UInt8(ascii: "0") < 10 }) == true {
        place.release = release.text
      }
    }
    return .processor(place)
  }

  private static func function(_ body: ArraySlice<UInt8>) -> ReportLine? {
    // `try_to_unuse+0x3a/0x90`, `[<ffffffff>] ? name+0x1/0x2 [module]`, `[name+0x1/0x2] name+0x1/0x2`.
    guard let plus = body.firstIndex(of: "+0x"), body[plus...].contains("/0x") else { return nil }
    var start = plus
    while start > body.startIndex, body[start - 1].isNameByte { start -= 1 }
    return start < plus ? .function(body[start..<plus].text) : nil
  }

  // MARK: How it ended

  private static func allowedNodes(_ body: ArraySlice<UInt8>) -> ReportLine? {
    guard let cpuset = body.firstIndex(of: " cpuset="), cpuset > body.startIndex,
      let nodes = body.lastIndex(of: " mems_allowed="), nodes > cpuset
    else { return nil }
    return .allowedNodes(body[(nodes + 14)...].text)
  }

  private static func ending(_ body: ArraySlice<UInt8>) -> ReportLine? {
    if let place = body.firstIndex(of: "Kernel panic - not syncing: ") {
      return .panic(body[(place + 28)...].text)
    }
    if body.contains("Manual OOM execution") { return .manualRequest }
    if body.contains("no killable processes") {
      return .noKillable(isGroup: body.starts(with: "Memory cgroup"))
    }
    if body.starts(with: "Tasks in "), let end = body.firstIndex(of: " are going to be killed") {
      return .groupKill(body[(body.startIndex + 9)..<end].text)
    }
    return nil
  }

  private static func taskLine(_ body: ArraySlice<UInt8>) -> ReportLine? {
    if body.starts(with: "Task in "), let middle = body.firstIndex(of: " killed as a result of limit of ") {
      return .groupShortage(
        task: body[(body.startIndex + 8)..<middle].text, limit: body[(middle + 32)...].text)
    }
    return nil
  }

  private static func swapAdded(_ body: ArraySlice<UInt8>) -> ReportLine? {
    guard body.starts(with: "Adding ") else { return nil }
    var cursor = TextCursor(body.dropFirst(7))
    guard let size = cursor.count(), cursor.take("k swap on ") else { return nil }
    return .swapAdded(size, isCompressed: cursor.rest.starts(with: "/dev/zram"))
  }
}
