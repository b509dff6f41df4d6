// The formats in which traces of allocator calls come.

import LinuxMemory

/// How a trace is written.
package enum TraceFormat: String, CaseIterable, Sendable {
  /// One call in each line: `m 1 100`, `f 1`.
  case calls
  /// The log of mtrace(3).
  case mtrace
  /// What `valgrind --trace-malloc=yes` writes.
  case valgrind
  /// A call with its result in each line, as ltrace and uftrace have them: `malloc(24) = 0x55d0c0`.
  case callLog = "call log"
  /// What `heaptrack --raw` writes, unpacked.
  case heaptrack
  /// The traces of the malloc lab of "Computer Systems: A Programmer's Perspective".
  case mallocLab = "malloc lab"

  /// Recognises a format by the first line that only one of them can have; nil when there is none.
  static func recognize(_ bytes: UnsafeBufferPointer<UInt8>) -> TraceFormat? {
    var lines = TraceLines(bytes)
    var headNumbers = 0
    while var line = lines.next() {
      if isNumber(line) {
        headNumbers += 1
        continue
      }
      // No other format begins with numbers alone.
      if headNumbers >= 3 { return .mallocLab }
      if let format = recognize(&line) { return format }
      line.position = line.line.lowerBound
      if CallLogReader.recognizes(line) { return .callLog }
    }
    return nil
  }

  /// Whether a line is a number and nothing else.
  private static func isNumber(_ line: TraceLineCursor) -> Bool {
    var line = line
    line.skipSpaces()
    guard line.digits() != nil else { return false }
    line.skipSpaces()
    return line.next == nil
  }

  private static func recognize(_ line: inout TraceLineCursor) -> TraceFormat? {
    if line.skip("= Start") || line.skip("@ ") { return .mtrace }
    if isHeaptrackHead(line) { return .heaptrack }
    if line.skip("==") || line.skip("--") {
      return line.digits() != nil && (line.skip("== ") || line.skip("-- ")) ? .valgrind : nil
    }
    line.skipSpaces()
    guard let letter = line.next, letter == 0x4C || CallTraceForm.forms[letter] != nil else { return nil }
    line.position += 1
    guard line.next == nil || line.next == 0x20 else { return nil }
    line.skipSpaces()
    // An operation on its own is `q`; all others have a number, or `as` and `data` behind `L`.
    guard let first = line.next else { return letter == 0x71 ? .calls : nil }
    return first == 0x2D || (0x30...0x39).contains(first) || letter == 0x4C ? .calls : nil
  }
}

extension TraceFormat {
  /// Whether a line is the first of heaptrack's: `v`, its version and the version of the format.
  private static func isHeaptrackHead(_ line: TraceLineCursor) -> Bool {
    var line = line
    guard line.number == 1, line.skip("v ") else { return false }
    let version = line.word()
    // `v 1 100` is a call of valloc in the format with one call in each line; heaptrack's versions have more digits.
    return version.count >= 5 && line.number(in: version) != nil && !line.word().isEmpty
  }
}

/// The lines of a text.
struct TraceLines {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  private var number = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// The next line, without its end; nil behind the last.
  mutating func next() -> TraceLineCursor? {
    guard position < bytes.count else { return nil }
    let start = position
    var end = start
    while end < bytes.count, bytes[end] != 0x0A { end += 1 }
    position = end + 1
    number += 1
    let isUnfinished = end == bytes.count
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    return TraceLineCursor(bytes, line: start..<end, number: number, isUnfinished: isUnfinished)
  }
}

/// Turns the lines of one format into calls.
protocol TraceLineReader {
  /// Whether the text may break off within its last line, as the log of a program that was killed.
  var mayBreakOff: Bool { get }
  /// Reads a line.
  mutating func read(_ line: inout TraceLineCursor, into trace: inout AllocationTrace) throws(TraceProblem)
  /// Brings the trace to its end.
  mutating func finish(_ trace: inout AllocationTrace)
}
