// Logs of mtrace(3): `@ program:[0x1234] + 0x55d0c0 0x64`.

import LinuxMemory

/// Reads the log that glibc writes between mtrace() and muntrace().
///
/// What such a log lacks stays lacking: calls before mtrace() and the log's own buffer in the heap, free(NULL), and
/// the alignment of memalign(3) and its kin, which are replayed as malloc, as calloc is.
struct MtraceReader: TraceLineReader {
  let mayBreakOff = true
  private var live = LiveAddresses()
  /// The block of a `<` line that waits for its `>` line.
  private var resized: UInt64?

  mutating func read(
    _ line: inout TraceLineCursor, into trace: inout AllocationTrace
  ) throws(TraceProblem) {
    line.skipSpaces()
    if line.next == nil || line.skip("= ") { return }
    guard let call = call(in: line) else {
      throw TraceProblem(
        message: "this is not a line of mtrace(3)", range: line.position..<line.line.upperBound,
        hint: "lines are: @ CALLER + ADDRESS SIZE, - ADDRESS, < ADDRESS, > ADDRESS SIZE, ! ADDRESS SIZE")
    }
    let old = resized
    resized = nil
    if old != nil, call.sign != ">" { trace.gaps.unfinishedCalls += 1 }
    switch call.sign {
    case "+":
      live.allocate(at: call.address, in: &trace, line: line.number) {
        AllocationOperation(.malloc, $0, call.size)
      }
    case "-": live.free(call.address, in: &trace, line: line.number)
    case "<": resized = call.address
    case ">":
      if old == nil { trace.gaps.unknownBlocks += 1 }
      live.reallocate(old ?? 0, size: call.size, to: call.address, in: &trace, line: line.number)
    default: live.reallocate(call.address, size: call.size, to: 0, in: &trace, line: line.number)
    }
  }

  mutating func finish(_ trace: inout AllocationTrace) {
    if resized != nil { trace.gaps.unfinishedCalls += 1 }
  }

  /// The call at the end of a line; what stands before it may be any text.
  private func call(in line: TraceLineCursor) -> (sign: Unicode.Scalar, address: UInt64, size: UInt64)? {
    let last = line.lastWord(before: line.line.upperBound)
    let second = line.lastWord(before: last.lowerBound)
    if let sign = sign(second, line), sign == "-" || sign == "<" {
      return address(last, line).map { (sign, $0, 0) }
    }
    let third = line.lastWord(before: second.lowerBound)
    guard let sign = sign(third, line), sign == "+" || sign == ">" || sign == "!",
      let address = address(second, line), let size = size(last, line)
    else { return nil }
    return (sign, address, size)
  }

  private func sign(_ word: Range<Int>, _ line: TraceLineCursor) -> Unicode.Scalar? {
    word.count == 1 ? Unicode.Scalar(line.bytes[word.lowerBound]) : nil
  }

  private func address(_ word: Range<Int>, _ line: TraceLineCursor) -> UInt64? {
    if word.count == 5, line.text(word) == "(nil)" { return 0 }
    return size(word, line)
  }

  /// A number as printf's `%#lx` writes it: `0x64`, or `0`.
  private func size(_ word: Range<Int>, _ line: TraceLineCursor) -> UInt64? {
    guard !word.isEmpty, line.bytes[word.lowerBound] == UInt8(ascii: "0") else { return nil }
    return line.number(in: word)
  }
}
