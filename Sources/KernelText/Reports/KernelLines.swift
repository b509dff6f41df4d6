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
    var cleaned = raw.map { LogLine(number: $0.number, bytes: Self.clean($0.bytes)) }
    let width = Self.breakingWidth(cleaned)
    let isTagged = cleaned.contains { LinePrefix.kernelTag(in: $0.bytes[...]) != nil }
    cleaned = cleaned.flatMap(Self.partAtEscapes)
    let parted = cleaned.map { ($0, LinePrefix($0.bytes[...], isTagged: isTagged)) }
    let present = parted.count { $0.1.isPresent }
    var joiner = LineJoiner(isPrefixed: present * 2 > parted.count, width: width)
    for (line, prefix) in parted { joiner.take(line, prefix) }
    lines = joiner.finish()
  }

  func makeIterator() -> IndexingIterator<[KernelLine]> { lines.makeIterator() }

  /// A line without the colours that `dmesg` and terminals give it, and without a carriage return.
  private static func clean(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    while bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    guard bytes.contains(0x1b) else { return bytes }
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == 0x1b, index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "[") {
        index += 2
        while index < bytes.count, !(0x40...0x7e).contains(bytes[index]) { index += 1 }
      } else if bytes[index] != 0x1b {
        result.append(bytes[index])
      }
      index += 1
    }
    return result
  }

  /// The kernel's newlines, which syslog writes as `#012`.
  private static func partAtEscapes(_ line: LogLine) -> [LogLine] {
    guard line.bytes[...].contains("#012") else { return [line] }
    var parts: [LogLine] = []
    var rest = line.bytes[...]
    while let place = rest.firstIndex(of: "#012") {
      parts.append(LogLine(number: line.number, bytes: Array(rest[..<place])))
      rest = rest[(place + 4)...]
    }
    return parts + [LogLine(number: line.number, bytes: Array(rest))]
  }

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
      let wasFull = current?.isFull == true
      current?.body += wasFull ? Array(Self.piece(of: line)) : [UInt8(ascii: " ")] + prefix.body
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
    guard let current, !body.isEmpty else { return false }
    let content = ReportLine(body)
    if content.isBeginning { return false }
    switch content {
    case .statistic, .function:
      return current.isFull && !isPrefixed ? wantsMore(ReportLine(current.body[...])) : current.isFull
    case .sizes: return current.isFull
    default: return current.isFull || isPrefixed || wantsMore(ReportLine(current.body[...]))
    }
  }

  /// Whether a line shows that its end is missing.
  private func wantsMore(_ line: ReportLine) -> Bool {
    switch line {
    case .request(let request):
      request.outcome == .oomKiller ? request.adjustment == nil : request.order == nil
    case .processor(let place): place.release == nil
    case .zone, .node, .freeBlocks, .row, .sizes, .groupHead, .hugePages: true
    case .verdict(let verdict): verdict.process == nil
    case .kill(let kill): !kill.isAnnouncement && kill.sizes.count < 5
    default: false
    }
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
