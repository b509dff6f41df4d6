// Finding in a log of any length the stretches in which reports about memory stand.

/// Goes through a log piece by piece and keeps only lines that can belong to reports.
///
/// A log of gigabytes holds a few reports; what stands between them is passed over at the price of one look at
/// each byte.
public struct ReportFinder: Sendable {
  /// A line longer than this is cut: no kernel prints one, but somebody may have put a whole log into one.
  static let longestLine = 1 << 20
  /// So many lines without anything of a report end a stretch: slab caches, call traces and other programs' lines
  /// stand between those of one report.
  static let longestGap = 500
  /// A stretch of so many bytes ends where the next report begins, and one of four times as many anywhere.
  static let largestStretch = 1 << 20

  /// Whether the log is UTF-16, of whose characters every second byte is zero; nil before its first bytes.
  private var isWide: Bool?
  private var partial: [UInt8] = []
  private var isCutting = false
  private var lineNumber = 0
  private var stretch: [LogLine] = []
  private var stretchBytes = 0
  private var gap = 0
  /// The last lines that tell how much swap there is.
  private var swapLines: [LogLine] = []
  private var finished: [[LogLine]] = []

  /// Stands before the first byte of a log.
  public init() {}

  /// Reads on.
  ///
  /// - Parameter bytes: the next bytes of the log, cut anywhere.
  /// - Returns: the stretches that are complete now.
  public mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>) -> [[LogLine]] {
    if isWide == nil, bytes.count >= 2 {
      isWide =
        bytes[0] == 0 || bytes[1] == 0 || [[0xff, 0xfe], [0xfe, 0xff]].contains([bytes[0], bytes[1]])
    }
    guard isWide == true else { return read(bytes) }
    return bytes.filter { $0 != 0 && $0 < 0xfe }.withUnsafeBufferPointer { read($0) }
  }

  private mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) -> [[LogLine]] {
    var start = 0
    if !partial.isEmpty || isCutting {
      let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      keep(bytes[start..<end])
      guard end < bytes.count else { return [] }
      takePartial()
      start = end + 1
    }
    while true {
      let (end, mark) = ReportMark.scan(bytes, from: start)
      guard end < bytes.count else { break }
      take(UnsafeBufferPointer(rebasing: bytes[start..<min(end, start + Self.longestLine)]), mark)
      start = end + 1
    }
    keep(bytes[start...])
    defer { finished = [] }
    return finished
  }

  /// Ends the log.
  ///
  /// - Returns: what was still open.
  public mutating func finish() -> [[LogLine]] {
    if !partial.isEmpty { takePartial() }
    endStretch()
    defer { finished = [] }
    return finished
  }

  private mutating func keep(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
    let room = Self.longestLine - partial.count
    partial += bytes.prefix(room)
    isCutting = isCutting || bytes.count > room
  }

  private mutating func takePartial() {
    let line = partial
    partial.removeAll(keepingCapacity: true)
    isCutting = false
    line.withUnsafeBufferPointer { take($0, ReportMark.first(in: $0)) }
  }

  @inline(__always)
  private mutating func take(_ line: UnsafeBufferPointer<UInt8>, _ mark: ReportMark?) {
    lineNumber += 1
    if mark == nil, stretch.isEmpty { return }
    note(line, mark)
  }

  private mutating func note(_ line: UnsafeBufferPointer<UInt8>, _ mark: ReportMark?) {
    switch mark {
    case .boot: swapLines = []
    case .swap: swapLines = swapLines.suffix(7) + [LogLine(number: lineNumber, bytes: Array(line))]
    default: break
    }
    let opens = mark == .beginning || mark == .part
    guard !stretch.isEmpty || opens else { return }
    if mark == .beginning, stretchBytes > Self.largestStretch || stretchBytes > 4 * Self.largestStretch {
      endStretch()
    }
    if stretch.isEmpty { stretch = swapLines }
    stretch.append(LogLine(number: lineNumber, bytes: Array(line)))
    stretchBytes += line.count
    gap = opens || ReportMark.isTableRow(line) ? 0 : gap + 1
    if gap > Self.longestGap || stretchBytes > 4 * Self.largestStretch { endStretch() }
  }

  private mutating func endStretch() {
    if !stretch.isEmpty { finished.append(stretch) }
    stretch = []
    stretchBytes = 0
    gap = 0
  }
}
