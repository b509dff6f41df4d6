// What `heaptrack --raw` writes, unpacked: `+ 64 1f 55d0c0` for a block, `- 55d0c0` for its end.

import LinuxMemory

/// Reads the lines of allocations and frees; all others tell of call stacks and modules.
///
/// The log does not say which thread called, nor calloc from malloc; realloc is a free and an allocation in it.
struct HeaptrackReader: TraceLineReader {
  let mayBreakOff = true
  private var live = LiveAddresses()

  mutating func read(
    _ line: inout TraceLineCursor, into trace: inout AllocationTrace
  ) throws(TraceProblem) {
    if line.skip("+ ") {
      guard let size = Self.hexadecimal(&line), Self.hexadecimal(&line) != nil,
        let address = Self.hexadecimal(&line)
      else { throw Self.problem(line, "+ SIZE TRACE ADDRESS") }
      live.allocate(at: address, in: &trace, line: line.number) { AllocationOperation(.malloc, $0, size) }
    } else if line.skip("- ") {
      guard let address = Self.hexadecimal(&line) else { throw Self.problem(line, "- ADDRESS") }
      live.free(address, in: &trace, line: line.number)
    }
  }

  mutating func finish(_ trace: inout AllocationTrace) {}

  private static func problem(_ line: TraceLineCursor, _ form: String) -> TraceProblem {
    TraceProblem(
      message: "this is not as heaptrack writes it", range: line.line,
      hint: "the line is: \(form), in hexadecimal")
  }

  /// The next number, in hexadecimal without a prefix.
  private static func hexadecimal(_ line: inout TraceLineCursor) -> UInt64? {
    let word = line.word()
    return word.isEmpty ? nil : UInt64(line.text(word), radix: 16)
  }
}
