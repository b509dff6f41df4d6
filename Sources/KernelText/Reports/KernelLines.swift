// The lines of the kernel in a stretch of a log: prefixes taken off, broken lines put together.

/// A line of the kernel with where it came from.
struct KernelLine: Sendable {
  /// The number of its first line in the log.
  var number: Int
  /// Its source: see ``LinePrefix``.
  var source: String
  /// The time as written.
  var time: String?
  /// What it says.
  var content: ReportLine
}

/// Goes over the kernel's lines in a stretch of a log.
///
/// Terminals break long lines at their width, mail between words, syslog writes the kernel's own newlines as `#012`.
struct KernelLines: Sequence {
  private let lines: [KernelLine]

  /// Reads a stretch.
  init(_ raw: [LogLine]) {
    let cleaned = LineCleaning.clean(raw)
    let isTagged = cleaned.contains { LinePrefix.kernelTag(in: $0.bytes[...]) != nil }
    var parted = cleaned.map { (line: $0, prefix: LinePrefix($0.bytes[...], isTagged: isTagged)) }
    let learned = LearnedPrefix(from: parted.filter { !$0.prefix.isForeign }.map(\.prefix.body))
    for index in parted.indices where !parted[index].prefix.isForeign {
      if let body = learned.body(of: parted[index].prefix.body) { parted[index].prefix.goOn(with: body) }
    }
    // Collectors put a time of their own before lines of a message that syslog left without one.
    for index in parted.indices where parted[index].prefix.isForeign {
      let prefix = LinePrefix(parted[index].line.bytes[...], isTagged: false)
      guard case .counts = ReportLine(prefix.body) else { continue }
      parted[index].prefix.body = prefix.body
      parted[index].prefix.isForeign = false
    }
    let present = parted.count { $0.prefix.isPresent }
    var joiner = LineJoiner(isPrefixed: present * 5 > parted.count, width: Self.breakingWidth(cleaned))
    for (line, prefix) in parted { joiner.take(line, prefix) }
    lines = Self.inOrder(joiner.finish())
  }

  /// Journals can be shown newest first: then what a report ends with comes before what it begins with.
  private static func inOrder(_ lines: [KernelLine]) -> [KernelLine] {
    var last: [String: Int] = [:]
    var steps = (forward: 0, backward: 0)
    for line in lines {
      guard let place = line.content.place else { continue }
      if let before = last.updateValue(place, forKey: line.source) {
        if place == before + 1 { steps.forward += 1 }
        if place == before - 1 { steps.backward += 1 }
      }
    }
    return steps.backward > steps.forward ? lines.reversed() : lines
  }

  func makeIterator() -> IndexingIterator<[KernelLine]> { lines.makeIterator() }

  /// The width at which a terminal broke lines; nil where none did.
  ///
  /// No line is longer then, and several are just as long.
  private static func breakingWidth(_ lines: [LogLine]) -> Int? {
    guard let longest = lines.map(\.bytes.count).max(), (40...400).contains(longest) else { return nil }
    return lines.count(where: { $0.bytes.count == longest }) >= 3 ? longest : nil
  }
}

/// Puts broken lines together.
private struct LineJoiner {
  let isPrefixed: Bool
  let width: Int?
  private var lines: [KernelLine] = []
  /// The line that may go on: its bytes, and whether it ended at the width of the terminal.
  private var current: (line: LogLine, prefix: LinePrefix, body: [UInt8], isFull: Bool)?
  private var source = ""

  init(isPrefixed: Bool, width: Int?) {
    self.isPrefixed = isPrefixed
    self.width = width
  }

  mutating func take(_ line: LogLine, _ prefix: LinePrefix) {
    guard !prefix.isForeign else { return }
    let isFull = line.bytes.count == width
    if !prefix.isPresent, goesOn(prefix.body) {
      // A terminal breaks anywhere, mail between words.
      if current?.isFull == true {
        current?.body += Self.piece(of: line)
      } else {
        while current?.body.last == UInt8(ascii: " ") { current?.body.removeLast() }
        if current?.body.isEmpty == false { current?.body.append(UInt8(ascii: " ")) }
        current?.body += prefix.body
      }
      current?.isFull = isFull
      return
    }
    flush()
    current = (line, prefix, Array(prefix.body), isFull)
  }

  /// The bytes of a broken line's next piece: spaces at its beginning are the kernel's.
  private static func piece(of line: LogLine) -> ArraySlice<UInt8> {
    var rest = line.bytes[...]
    while rest.first == UInt8(ascii: ">") {
      rest = rest.dropFirst(rest.dropFirst().first == UInt8(ascii: " ") ? 2 : 1)
    }
    return rest
  }

  /// Whether a line without a prefix is a piece of the one before.
  private func goesOn(_ body: ArraySlice<UInt8>) -> Bool {
    // No line of the kernel is so long.
    guard let current, !body.isEmpty, current.body.count < 1 << 14 else { return false }
    if current.body.isEmpty { return current.prefix.isPresent }
    // In a log with prefixes, what follows a full line without one is its rest.
    if current.isFull, isPrefixed { return true }
    if body.starts(with: "oom-killer:"), current.body[...].trimmed.suffix(8).elementsEqual(" invoked".utf8) {
      return true
    }
    let content = ReportLine(body)
    switch content {
    case .counts, .amount, .reserve: return current.isFull
    case .statistic, .function, .sizes: return current.isFull
    default:
      if content.isBeginning { return false }
      return current.isFull || isPrefixed || wantsMore(ReportLine(current.body[...]))
    }
  }

  /// Whether a line shows that its end is missing.
  private func wantsMore(_ line: ReportLine) -> Bool {
    switch line {
    case .request(let request):
      request.outcome == .oomKiller ? request.adjustment == nil : request.order == nil
    case .processor(let place): place.release == nil
    case .tableHead(let columns): columns.last != "name"
    case .zone, .node, .freeBlocks, .row, .sizes, .groupHead, .hugePages: true
    case .verdict(let verdict): verdict.process == nil
    case .kill(let kill): !kill.isAnnouncement && kill.sizes.count < 5
    // The name is in the next line.
    case .other: endsWithNumberOfVictim
    default: false
    }
  }

  /// Whether the line ends in `Killed process 12`.
  private var endsWithNumberOfVictim: Bool {
    guard let body = current?.body[...].trimmed, let place = body.lastIndex(of: "illed process ") else {
      return false
    }
    let number = body[(place + 14)...]
    return !number.isEmpty && number.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
  }

  private mutating func flush() {
    guard let current else { return }
    // A line without a prefix among others that have one belongs to the source of the line before.
    if current.prefix.isPresent || !isPrefixed { source = current.prefix.source }
    lines.append(
      KernelLine(
        number: current.line.number, source: source, time: current.prefix.time,
        content: ReportLine(current.body[...])))
    self.current = nil
  }

  mutating func finish() -> [KernelLine] {
    flush()
    return lines
  }
}
