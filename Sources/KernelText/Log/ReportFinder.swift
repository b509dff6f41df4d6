// Finding in a log of any length the stretches in which reports about memory stand.

/// Goes through a log piece by piece and keeps only lines that can belong to reports.
///
/// A log of gigabytes holds a few reports; what stands between them is passed over at the price of one look at
/// each byte.
public struct ReportFinder: Sendable {
  /// A line longer than this is cut: no kernel prints one (`PRINTKRB_RECORD_MAX` and what a prefix adds).
  static let longestLine = 1 << 16
  /// So many lines without anything of a report end a stretch: slab caches, call traces and other programs' lines
  /// stand between those of one report.
  static let longestGap = 3000
  /// A stretch of so many bytes ends where the next report begins, and one of twice as many anywhere.
  static let largestStretch = 4 << 20

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
    var start = 0
    while let end = Self.endOfLine(in: bytes, from: start) {
      if partial.isEmpty, !isCutting {
        take(UnsafeBufferPointer(rebasing: bytes[start..<min(end, start + Self.longestLine)]))
      } else {
        keep(bytes[start..<end])
        takePartial()
      }
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

  private static func endOfLine(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    var index = start
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\n") { return index }
      index += 1
    }
    return nil
  }

  private mutating func keep(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
    let room = Self.longestLine - partial.count
    partial += bytes.prefix(room)
    isCutting = bytes.count > room
  }

  private mutating func takePartial() {
    let line = partial
    partial.removeAll(keepingCapacity: true)
    isCutting = false
    line.withUnsafeBufferPointer { take($0) }
  }

  private mutating func take(_ line: UnsafeBufferPointer<UInt8>) {
    lineNumber += 1
    let mark = ReportMark.first(in: line)
    switch mark {
    case .boot: swapLines = []
    case .swap: swapLines = swapLines.suffix(7) + [LogLine(number: lineNumber, bytes: Array(line))]
    default: break
    }
    let opens = mark == .beginning || mark == .part
    guard !stretch.isEmpty || opens else { return }
    if mark == .beginning, stretchBytes > Self.largestStretch || stretchBytes > 2 * Self.largestStretch {
      endStretch()
    }
    if stretch.isEmpty { stretch = swapLines }
    stretch.append(LogLine(number: lineNumber, bytes: Array(line)))
    stretchBytes += line.count
    gap = opens || ReportMark.isTableRow(line) ? 0 : gap + 1
    if gap > Self.longestGap || stretchBytes > 2 * Self.largestStretch { endStretch() }
  }

  private mutating func endStretch() {
    if !stretch.isEmpty { finished.append(stretch) }
    stretch = []
    stretchBytes = 0
    gap = 0
  }
}
