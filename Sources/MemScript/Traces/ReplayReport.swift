// What a replay came to, as a table.

import LinuxMemory

/// The closing report of one or more replays of the same trace, side by side.
package struct ReplayReport: Sendable {
  /// One replay.
  private struct Column {
    let title: String
    let outcome: ReplayOutcome
  }

  private let gaps: AllocationTraceGaps
  private let hasThreads: Bool
  private let showsBytes: Bool
  private var columns: [Column] = []

  /// A report without replays yet.
  ///
  /// - Parameters:
  ///   - trace: What is replayed.
  ///   - showsBytes: Whether sizes are exact, in bytes, rather than rounded to a unit.
  package init(of trace: AllocationTrace, showsBytes: Bool = false) {
    gaps = trace.gaps
    hasThreads = trace.hasThreads
    self.showsBytes = showsBytes
  }

  /// Adds a replay that has come to its end.
  ///
  /// - Parameters:
  ///   - outcome: How it came out.
  ///   - title: What distinguishes it from the others.
  package mutating func add(_ outcome: ReplayOutcome, title: String) {
    columns.append(Column(title: title, outcome: outcome))
  }

  /// The table, and below it what the trace lacked.
  package var text: String {
    var rows: [(label: String, cells: [(peak: String, end: String)])] = []
    func add(_ label: String, _ value: (Column) -> (String, String)) {
      rows.append((label, columns.map(value)))
    }
    func addLevel(_ label: String, _ level: KeyPath<ReplayUsage, ReplayUsage.Level>) {
      add(label) { column in
        let level = column.outcome.usage[keyPath: level]
        let text = showsBytes ? { String($0) } : byteCountText
        return (text(level.peak), text(level.now))
      }
    }
    func addCount(_ label: String, _ count: (Column) -> Int) {
      add(label) { ("", "\(count($0))") }
    }
    addCount("operations", \.outcome.operationCount)
    addLevel("heap", \.heap)
    if hasThreads {
      addCount("arenas", \.outcome.usage.arenas)
      addLevel("other arenas", \.arenaHeaps)
    }
    addLevel("mapped", \.mapped)
    if hasThreads { addLevel("stacks", \.stacks) }
    addLevel("RSS", \.resident)
    addLevel("live, requested", \.live)
    addLevel("live, usable", \.usable)
    add("fragmentation") {
      (
        Self.percentText($0.outcome.usage.fragmentationAtPeak),
        Self.percentText($0.outcome.usage.fragmentation)
      )
    }
    addCount("brk calls", \.outcome.usage.systemCalls.brk)
    addCount("mmap calls", \.outcome.usage.systemCalls.mmap)
    addCount("munmap calls", \.outcome.usage.systemCalls.munmap)
    addCount("mremap calls", \.outcome.usage.systemCalls.mremap)
    addCount("madvise calls", \.outcome.usage.systemCalls.madvise)
    if hasThreads { addCount("mprotect calls", \.outcome.usage.systemCalls.mprotect) }
    addCount("minor faults") { Int(clamping: $0.outcome.usage.minorFaults) }
    addCount("failed requests", \.outcome.usage.failures)
    return table(rows) + endings + gapLines
  }

  private func table(_ rows: [(label: String, cells: [(peak: String, end: String)])]) -> String {
    let labelWidth = rows.map(\.label.count).max() ?? 0
    var lines = [String(repeating: " ", count: labelWidth), String(repeating: " ", count: labelWidth)]
    lines += rows.map { $0.label.alignedLeft(labelWidth) }
    for (index, column) in columns.enumerated() {
      let cells = [("peak", "end")] + rows.map { $0.cells[index] }
      let peakWidth = cells.map(\.0.count).max() ?? 0
      let endWidth = cells.map(\.1.count).max() ?? 0
      let width = max(peakWidth + 2 + endWidth, column.title.count)
      lines[0] += "   " + column.title.alignedLeft(width)
      for (line, cell) in cells.enumerated() {
        let pair =
          cell.0.alignedRight(peakWidth) + "  " + cell.1.alignedRight(endWidth)
        lines[line + 1] += "   " + pair.alignedLeft(width)
      }
    }
    if columns.count == 1 { lines.removeFirst() }
    return lines.map(Self.trimmed).joined(separator: "\n") + "\n"
  }

  private var endings: String {
    columns.map { column in
      guard let ending = column.outcome.ending else { return "" }
      let who = columns.count == 1 ? "" : column.title + ": "
      let said = ending.message.map { ": \($0)" } ?? ""
      return "\(who)the program died in line \(column.outcome.line): "
        + "\(SignalText.description(of: ending.signal))\(said)\n"
    }.joined()
  }

  private var gapLines: String {
    let counts: [(Int, String)] = [
      (gaps.unknownBlocks, "left out, frees and reallocs of blocks that the log never saw allocated"),
      (gaps.nullFrees, "left out, free(NULL)"),
      (gaps.foreignLines, "left out, lines of other processes"),
      (gaps.missedFrees, "added, frees of blocks whose address was handed out again"),
      (gaps.unfinishedCalls, "calls that the log breaks off in"),
    ]
    return counts.filter { $0.0 > 0 }.map { "\($0.1): \($0.0)\n" }.joined()
  }

  private static func percentText(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }

  private static func trimmed(_ line: String) -> String {
    var line = Substring(line)
    while line.last == " " { line.removeLast() }
    return String(line)
  }
}
