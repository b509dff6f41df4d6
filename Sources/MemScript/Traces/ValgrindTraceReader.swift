// What `valgrind --trace-malloc=yes` writes: `--1234-- malloc(100) = 0x4A41040`.

import LinuxMemory

/// Reads valgrind's lines and passes over everything between them.
///
/// The addresses are those of valgrind's own allocator and only name blocks. Where one call is carried out by
/// another, as `realloc(p,0)` by `free(p)`, both stand in one line and count once.
struct ValgrindTraceReader: TraceLineReader {
  let mayBreakOff = true
  private var live = LiveAddresses()
  /// The process whose calls are read: the first one that made any.
  private var process: UInt64?
  /// A call whose result stands on a later line.
  private var waiting: Call?

  /// A call without its result.
  private enum Call {
    case allocation(AllocationOperationKind, UInt64, UInt64)
    case reallocation(UInt64, size: UInt64)
  }

  mutating func read(
    _ line: inout TraceLineCursor, into trace: inout AllocationTrace
  ) throws(TraceProblem) {
    guard line.skip("--"), let writer = line.digits(), line.skip("-- ") else { return }
    let isForeign = process != nil && process != writer
    if line.skip(" = ") {
      if !isForeign { try takeResult(&line, into: &trace) }
      return
    }
    guard let function = function(&line) else { return }
    if isForeign {
      trace.gaps.foreignLines += 1
      return
    }
    process = writer
    if waiting != nil {
      trace.gaps.unfinishedCalls += 1
      waiting = nil
    }
    try readCall(function, &line, into: &trace)
  }

  mutating func finish(_ trace: inout AllocationTrace) {
    if waiting != nil { trace.gaps.unfinishedCalls += 1 }
  }

  // MARK: Calls

  private enum Function {
    case malloc, calloc, realloc, memalign, free
  }

  /// The function whose call begins here; nil when it is none of the allocator's.
  private func function(_ line: inout TraceLineCursor) -> Function? {
    let start = line.position
    while let byte = line.next, Self.isNameByte(byte) { line.position += 1 }
    let name = line.text(start..<line.position)
    guard line.skip("(") else { return nil }
    switch name {
    case "malloc", "valloc", "__builtin_new", "__builtin_vec_new", "builtin_new": return .malloc
    case "calloc": return .calloc
    case "realloc": return .realloc
    case "memalign", "aligned_alloc", "posix_memalign": return .memalign
    case "free", "cfree", "__builtin_delete", "__builtin_vec_delete": return .free
    default:
      // C++'s operators new and delete, whose names are mangled.
      return name.hasPrefix("_Zn") ? .malloc : name.hasPrefix("_Zd") ? .free : nil
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
      || (0x61...0x7A).contains(byte)
  }

  private mutating func readCall(
    _ function: Function, _ line: inout TraceLineCursor, into trace: inout AllocationTrace
  ) throws(TraceProblem) {
    let first = try argument(&line)
    let second = line.skip(",") ? try argument(&line) : nil
    guard line.skip(")") else { return try refuse(&line, into: &trace) }
    switch (function, second) {
    case (.free, _): return live.free(first.value, in: &trace, line: line.number)
    case (.malloc, nil): waiting = .allocation(.malloc, first.value, 0)
    case (.malloc, let second?), (.memalign, let second?):
      let (alignment, size) = first.isSize ? (second.value, first.value) : (first.value, second.value)
      waiting = .allocation(.memalign, alignment, size)
    case (.calloc, let second?): waiting = .allocation(.calloc, first.value, second.value)
    case (.realloc, let second?): waiting = .reallocation(first.value, size: second.value)
    default: return try refuse(&line, into: &trace)
    }
    let resumption = line.position
    if let carrier = self.function(&line) {
      // realloc(p, 0) is carried out by free(p), realloc(NULL, n) by malloc(n).
      waiting = nil
      return try readCall(carrier, &line, into: &trace)
    }
    line.position = resumption
    if line.skip(" = ") { try takeResult(&line, into: &trace) }
  }

  /// A number, behind `al`, `alignment` or `size` in some calls.
  private func argument(_ line: inout TraceLineCursor) throws(TraceProblem) -> (value: UInt64, isSize: Bool) {
    line.skipSpaces()
    let isSize = line.skip("size ")
    if !isSize, !line.skip("alignment ") { _ = line.skip("al ") }
    let start = line.position
    if let value = line.digits() { return (value, isSize) }
    throw TraceProblem(
      message: "a number is missing in this call",
      range: start..<max(start, min(start + 1, line.line.upperBound)))
  }

  private mutating func refuse(
    _ line: inout TraceLineCursor, into trace: inout AllocationTrace
  ) throws(TraceProblem) {
    waiting = nil
    throw TraceProblem(
      message: "this call is not as valgrind writes it",
      range: line.position..<max(line.position, min(line.position + 1, line.line.upperBound)))
  }

  private mutating func takeResult(
    _ line: inout TraceLineCursor, into trace: inout AllocationTrace
  ) throws(TraceProblem) {
    guard let call = waiting else { return }
    let start = line.position
    guard let address = line.digits() else {
      throw TraceProblem(message: "an address is missing", range: start..<line.line.upperBound)
    }
    waiting = nil
    switch call {
    case .allocation(let kind, let first, let second):
      live.allocate(at: address, in: &trace, line: line.number) {
        AllocationOperation(kind, $0, first, second)
      }
    case .reallocation(let old, let size):
      live.reallocate(old, size: size, to: address, in: &trace, line: line.number)
    }
  }
}
