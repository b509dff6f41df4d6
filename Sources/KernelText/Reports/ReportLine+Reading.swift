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
    case UInt8(ascii: "o"): read = Self.verdict(body)
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
      read ?? Self.request(body) ?? Self.kill(body) ?? Self.ending(body) ?? Self.values(body)
      ?? Self.function(body) ?? .other
  }

  // MARK: Who asked

  private static func request(_ body: ArraySlice<UInt8>) -> ReportLine? {
    if let place = body.firstIndex(of: " invoked oom-killer") {
      var request = MemoryRequest(outcome: .oomKiller, name: body[..<place].text)
      var cursor = TextCursor(body[place...])
      _ = cursor.take(" invoked oom-killer")
      readFlags(after: "gfp_mask=", in: cursor.rest, into: &request)
      request.order = number(after: "order=", in: cursor.rest, endsWith: ",")
      request.adjustment = number(after: "oom_score_adj=", in: cursor.rest)
      return .request(request)
    }
    for (words, outcome) in [
      (": page allocation failure", MemoryRequest.Outcome.failure), (": page allocation stall", .stall),
    ] as [(StaticString, MemoryRequest.Outcome)] {
      // The name may have a colon of its own.
      guard let place = body.firstIndex(of: words) else { continue }
      var request = MemoryRequest(outcome: outcome, name: body[..<place].text)
      readFlags(after: "mode:", in: body[place...], into: &request)
      request.order = number(after: "order:", in: body[place...], endsWith: ",")
      return .request(request)
    }
    if body.contains("Manual OOM execution") { return .manualRequest }
    return nil
  }

  private static func readFlags(
    after words: StaticString, in body: ArraySlice<UInt8>, into request: inout MemoryRequest
  ) {
    guard let place = body.firstIndex(of: words) else { return }
    var cursor = TextCursor(body[place...])
    _ = cursor.take(words)
    guard let flags = cursor.hexadecimal() else { return }
    if cursor.next == UInt8(ascii: "("), cursor.take("("), let names = cursor.text(before: UInt8(ascii: ")"))
    {
      request.flagNames = names.text
    } else if cursor.next != UInt8(ascii: ","), !(cursor.isAtEnd && request.outcome == .failure) {
      // Cut off: the number may have gone on.
      return
    }
    request.flags = flags
  }

  /// The number behind a word; nil where it is missing, or where something must follow and does not: then it is cut.
  static func number(
    after word: StaticString, in body: ArraySlice<UInt8>, endsWith end: StaticString = ""
  ) -> Int? {
    guard let place = body.firstIndex(of: word) else { return nil }
    var cursor = TextCursor(body[place...])
    _ = cursor.take(word)
    cursor.skipSpaces()
    guard let value = cursor.integer() else { return nil }
    return cursor.take(end) ? value : nil
  }

  private static func processor(_ body: ArraySlice<UInt8>) -> ReportLine? {
    let isNew = body.starts(with: "CPU: ")
    guard isNew || body.starts(with: "Pid: ") else { return nil }
    var place = ReportProcessor()
    let comma = body.contains(", comm:")
    place.task = number(after: isNew ? "PID: " : "Pid: ", in: body, endsWith: comma ? "," : " ")
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

  // MARK: Who died

  private static func kill(_ body: ArraySlice<UInt8>) -> ReportLine? {
    guard let place = body.firstIndex(of: "illed process ") ?? body.firstIndex(of: "ill process ") else {
      return nil
    }
    guard place > body.startIndex, [UInt8(ascii: "K"), UInt8(ascii: "k")].contains(body[place - 1]) else {
      return nil
    }
    let before = body[..<(place - 1)].trimmed
    let isGroup = before.starts(with: "Memory cgroup")
    // Other programs tell of kills in words of their own.
    guard before.isEmpty || before.contains("ut of memory") || before.contains("cgroup") else { return nil }
    let isAnnouncement =
      body[place...].starts(with: "ill")
      && !body[place...].starts(with: "illed")
    var cursor = TextCursor(body[place...])
    _ = cursor.take("illed process ") || cursor.take("ill process ")
    guard let process = cursor.integer(), process >= 0, !cursor.isAtEnd else { return nil }
    var kill = ReportKill(
      process: process, isGroup: isGroup, isAnnouncement: isAnnouncement, sizes: [])
    if let open = before.firstIndex(of: "("), let close = before.lastIndex(of: ")"), open < close {
      kill.reason = before[(open + 1)..<close].text
    }
    cursor.skipSpaces()
    // Linux 3.12 to 4.4 say `Killed process 12 (name)`; some older ones `Killed process 12, UID 0, (name)`.
    let rest = cursor.rest
    let ends: [StaticString] = [") total-vm", ", UID ", ") score ", ") sharing", ") vsz"]
    let end =
      ends.compactMap { rest.lastIndex(of: $0) }.min()
      ?? (rest.last == UInt8(ascii: ")") ? rest.endIndex - 1 : nil)
    if let open = rest.firstIndex(of: "("), let end, open + 1 <= end {
      kill.name = rest[(open + 1)..<end].text
    } else if let open = rest.lastIndex(of: "("), let close = rest[open...].firstIndex(of: ")") {
      kill.name = rest[(open + 1)..<close].text
    }
    let tail = end.map { rest[$0...] } ?? rest
    kill.score = number(after: " score ", in: tail)
    for name in ["total-vm", "anon-rss", "file-rss", "shmem-rss", "pgtables"] {
      if let value = kilobytes(after: name, in: tail) { kill.sizes.append(NamedValue(name, value)) }
    }
    return .kill(kill)
  }

  /// The size behind a name and a colon, if its unit is there as well.
  private static func kilobytes(after name: String, in body: ArraySlice<UInt8>) -> Int? {
    let bytes = Array((name + ":").utf8)
    var index = body.startIndex
    while index + bytes.count <= body.endIndex {
      if body[index..<index + bytes.count].elementsEqual(bytes) {
        var cursor = TextCursor(body[(index + bytes.count)...])
        guard let value = cursor.count(), cursor.take("kB") else { return nil }
        return value
      }
      index += 1
    }
    return nil
  }

  private static func ending(_ body: ArraySlice<UInt8>) -> ReportLine? {
    if let place = body.firstIndex(of: "Kernel panic - not syncing: ") {
      return .panic(body[(place + 28)...].text)
    }
    if body.contains("no killable processes") {
      return .noKillable(isGroup: body.starts(with: "Memory cgroup"))
    }
    if body.starts(with: "Tasks in "), let end = body.firstIndex(of: " are going to be killed") {
      return .groupKill(body[(body.startIndex + 9)..<end].text)
    }
    return nil
  }

  private static func verdict(_ body: ArraySlice<UInt8>) -> ReportLine? {
    guard body.starts(with: "oom-kill:constraint=") else { return nil }
    var rest = body.dropFirst(20)
    guard let comma = rest.firstIndex(of: UInt8(ascii: ",")) else { return nil }
    var verdict = ReportVerdict(constraint: rest[..<comma].text)
    rest = rest[comma...]
    verdict.nodes = value(of: ",nodemask=", until: ",cpuset=", in: rest).flatMap { $0 == "(null)" ? nil : $0 }
    let memory = rest.firstIndex(of: ",oom_memcg=") ?? rest.firstIndex(of: ",global_oom")
    if let memory, let allowed = rest.firstIndex(of: ",mems_allowed="), allowed < memory {
      verdict.allowedNodes = rest[(allowed + 14)..<memory].text
    }
    verdict.limitGroup = value(of: ",oom_memcg=", until: ",task_memcg=", in: rest)
    // A name can have commas and equal signs of its own: the numbers stand last.
    guard let task = rest.firstIndex(of: ",task="), let user = rest.lastIndex(of: ",uid="),
      let process = rest[..<user].lastIndex(of: ",pid="), process >= task + 6
    else { return .verdict(verdict) }
    verdict.taskGroup = value(of: ",task_memcg=", until: ",task=", in: rest)
    verdict.name = rest[(task + 6)..<process].text
    verdict.process = number(after: ",pid=", in: rest[process...], endsWith: ",")
    return .verdict(verdict)
  }

  private static func value(
    of word: StaticString, until end: StaticString, in body: ArraySlice<UInt8>
  ) -> String? {
    guard let place = body.firstIndex(of: word) else { return nil }
    let rest = body[(place + word.utf8CodeUnitCount)...]
    return rest.firstIndex(of: end).map { rest[..<$0].text }
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
    return .swapAdded(size)
  }
}

extension UInt8 {
  /// Whether it can stand in the name of a function.
  var isNameByte: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
