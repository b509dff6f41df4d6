// Traces of the malloc lab of "Computer Systems: A Programmer's Perspective": a head of numbers, then `a 0 512`, `r 0 640`,
// `f 0`.

import LinuxMemory

/// Reads the lab's `.rep` files: the suggested heap, the number of blocks and of calls and a weight, each on a line of its own,
/// then one call in each line with blocks numbered from 0.
struct MallocLabReader: TraceLineReader {
  let mayBreakOff = false

  mutating func read(
    _ line: inout TraceLineCursor, into trace: inout AllocationTrace
  ) throws(TraceProblem) {
    line.skipSpaces()
    guard let letter = line.next else { return }
    if (0x30...0x39).contains(letter) { return }
    line.position += 1
    line.skipSpaces()
    if letter == UInt8(ascii: "f"), line.skip("-1") {
      // The lab's driver frees NULL then.
      trace.gaps.nullFrees += 1
      return
    }
    let id = try number(&line, "the number of a block")
    let slot = trace.slot(forID: id &+ 1)
    switch letter {
    case UInt8(ascii: "a"):
      trace.append(AllocationOperation(.malloc, slot, try number(&line, "a size")), line: line.number)
    case UInt8(ascii: "r"):
      let size = try number(&line, "a size")
      trace.append(AllocationOperation(.realloc, slot, other: slot, size), line: line.number)
    case UInt8(ascii: "f"): trace.append(AllocationOperation(.free, slot), line: line.number)
    default:
      throw TraceProblem(
        message: "this is not a call of the malloc lab", range: line.line,
        hint: "calls are: a ID SIZE, r ID SIZE, f ID")
    }
  }

  mutating func finish(_ trace: inout AllocationTrace) {}

  private func number(_ line: inout TraceLineCursor, _ what: String) throws(TraceProblem) -> UInt64 {
    line.skipSpaces()
    if let number = line.digits(), number < .max { return number }
    throw TraceProblem(
      message: "\(what) is missing", range: line.position..<line.line.upperBound,
      hint: "calls are: a ID SIZE, r ID SIZE, f ID")
  }
}
