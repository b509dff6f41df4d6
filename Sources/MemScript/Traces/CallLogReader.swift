// Logs with a call and its result in each line: `malloc(24) = 0x55d0c0`, as ltrace, uftrace and many loggers write them.

import LinuxMemory

/// Reads the lines that name a call of the allocator and passes over all others.
///
/// What stands before a name may be anything, such as a time, `[pid 1234]` of `ltrace -f`, or `[ 1234] |` of uftrace: the
/// number in brackets is the thread's, and so is a bare one at the beginning (`ltrace -f -o FILE`) unless it counts the lines. The first one is the main thread; another one is created at its first call and, where
/// the log tells of its exit, joined by the main one. Addresses only name blocks.
struct CallLogReader: TraceLineReader {
  let mayBreakOff = true
  private var live = LiveAddresses()
  /// Whether a bare number at the beginning of a line is a thread's; nil before the first one.
  private var namesThreadsFirst: Bool?
  /// The numbers of the threads by those in the log, and the thread whose call was read last.
  private var threads: [UInt64: Int] = [:]
  private var current = 0
  /// How many threads were created.
  private var created = 0
  /// Threads that nobody joins, by their own numbers.
  private var detached: Set<Int> = []
  /// Calls that wait for their `<... resumed>`, by the thread's number in the log.
  private var unfinished: [UInt64: Call] = [:]

  /// A call without its result.
  private struct Call {
    var function: Function
    /// Its first arguments; 0 for one that is not there.
    var first: UInt64 = 0
    var second: UInt64 = 0
  }

  private enum Function {
    case malloc, calloc, realloc, memalign, valloc, pvalloc, free, mallopt, trim
    /// What scripts/record tells of threads.
    case createThread, exitThread, joinThread, detachThread

    /// Whether a line without a result tells all.
    var isComplete: Bool {
      switch self {
      case .free, .createThread, .exitThread, .joinThread, .detachThread: true
      default: false
      }
    }
  }

  mutating func read(
    _ line: inout TraceLineCursor, into trace: inout AllocationTrace
  ) throws(TraceProblem) {
    if line.next == UInt8(ascii: "#") { return trace.readDirective(&line) }
    let thread = leadingThread(in: line) ?? Self.threadNumber(in: line)
    if line.skipBehind("+++ exited") { return end(thread, &trace, line.number) }
    line.position = line.line.lowerBound
    if line.skipBehind("<... "), Self.function(&line) != nil {
      guard let call = unfinished.removeValue(forKey: thread ?? 0),
        line.skipBehind("resumed>"), let address = Self.result(&line)
      else { return }
      turn(to: thread, &trace, line.number)
      return carryOut(call, address, &trace, line.number)
    }
    line.position = line.line.lowerBound
    guard let call = Self.call(&line) else { return }
    if line.skipBehind("<unfinished") {
      if call.function == .free {
        turn(to: thread, &trace, line.number)
        carryOut(call, 0, &trace, line.number)
      } else {
        unfinished[thread ?? 0] = call
      }
      return
    }
    guard call.function.isComplete || Self.hasResult(line) else { return }
    let address = Self.result(&line)
    guard call.function.isComplete || address != nil else { return }
    turn(to: thread, &trace, line.number)
    carryOut(call, address ?? 0, &trace, line.number)
  }

  mutating func finish(_ trace: inout AllocationTrace) { trace.gaps.unfinishedCalls += unfinished.count }

  /// Whether a line is one of such a log.
  static func recognizes(_ line: TraceLineCursor) -> Bool {
    var line = line
    guard let call = call(&line) else { return false }
    return call.function.isComplete || hasResult(line) || line.skipBehind("<unfinished")
  }

  // MARK: Threads

  private mutating func turn(to thread: UInt64?, _ trace: inout AllocationTrace, _ line: Int) {
    guard let thread else { return }
    let number: Int
    if let known = threads[thread] {
      number = known
    } else {
      number = threads.isEmpty ? 0 : created + 1
      threads[thread] = number
      if number > 0 {
        created = number
        // Whoever created it is not told; it was the one that called before.
        trace.append(AllocationOperation(.createThread, .null, UInt64(number)), line: line)
      }
    }
    guard number != current else { return }
    current = number
    trace.append(AllocationOperation(.actAsThread, .null, UInt64(number)), line: line)
  }

  private mutating func end(_ thread: UInt64?, _ trace: inout AllocationTrace, _ line: Int) {
    guard let thread, let number = threads.removeValue(forKey: thread), number > 0 else { return }
    if current != 0 { trace.append(AllocationOperation(.actAsThread), line: line) }
    current = 0
    trace.append(AllocationOperation(.endThread, .null, UInt64(number)), line: line)
  }

  /// The number with which a line begins, if such numbers are those of threads.
  private mutating func leadingThread(in line: TraceLineCursor) -> UInt64? {
    guard namesThreadsFirst != false, let number = Self.leadingNumber(line) else { return nil }
    if namesThreadsFirst == nil { namesThreadsFirst = !Self.countsLines(line, from: number) }
    return namesThreadsFirst == true ? number : nil
  }

  /// A number at the beginning with a space behind it; nil for a time, which has a dot or a colon.
  private static func leadingNumber(_ line: TraceLineCursor) -> UInt64? {
    var line = line
    line.position = line.line.lowerBound
    guard let number = line.digits(), line.next == UInt8(ascii: " ") else { return nil }
    return number
  }

  /// Whether the lines that follow go on counting.
  private static func countsLines(_ line: TraceLineCursor, from number: UInt64) -> Bool {
    var start = line.line.upperBound + 1
    for count in 1...50 where start < line.bytes.count {
      let end = line.bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? line.bytes.count
      let next = TraceLineCursor(line.bytes, line: start..<end, number: 0, isUnfinished: false)
      guard leadingNumber(next) == number &+ UInt64(count) else { return false }
      start = end + 1
    }
    return true
  }

  /// The number in the first brackets of a line, or behind `pid`; not an address, which `ltrace -i` puts there.
  private static func threadNumber(in line: TraceLineCursor) -> UInt64? {
    var line = line
    while let byte = line.next, byte != UInt8(ascii: "("), byte != UInt8(ascii: "+") {
      line.position += 1
      guard byte == UInt8(ascii: "[") else { continue }
      line.skipSpaces()
      _ = line.skip("pid ")
      guard !line.skip("0x") else { continue }
      if let number = line.digits() { return number }
    }
    return nil
  }

  // MARK: Calls

  private static func call(_ line: inout TraceLineCursor) -> Call? {
    while let byte = line.next {
      if isNameByte(byte) {
        let start = line.position
        if let function = function(&line), line.skip("(") {
          var call = Call(function: function)
          readArguments(&line, into: &call)
          return call
        }
        line.position = max(line.position, start + 1)
      } else {
        line.position += 1
        // What a program writes may look like a call.
        if byte == UInt8(ascii: "\"") { skipText(&line) }
      }
    }
    return nil
  }

  /// Goes behind the quotes that end a text, if there are any.
  private static func skipText(_ line: inout TraceLineCursor) {
    let start = line.position
    while let byte = line.next {
      line.position += byte == UInt8(ascii: "\\") ? 2 : 1
      if byte == UInt8(ascii: "\"") { return }
    }
    line.position = start
  }

  private static func function(_ line: inout TraceLineCursor) -> Function? {
    let start = line.position
    while let byte = line.next, isNameByte(byte) { line.position += 1 }
    let name = start..<line.position
    return names.first { line.spells(name, $0.name) }?.function
  }

  /// What the functions are called, the most frequent ones first.
  private static let names: [(name: StaticString, function: Function)] = [
    ("malloc", .malloc), ("free", .free), ("calloc", .calloc), ("realloc", .realloc),
    ("memalign", .memalign), ("aligned_alloc", .memalign), ("valloc", .valloc), ("pvalloc", .pvalloc),
    ("cfree", .free), ("mallopt", .mallopt), ("malloc_trim", .trim),
    ("__libc_malloc", .malloc), ("__libc_calloc", .calloc), ("__libc_realloc", .realloc),
    ("__libc_memalign", .memalign), ("__libc_free", .free),
    ("pthread_create", .createThread), ("pthread_exit", .exitThread), ("pthread_join", .joinThread),
    ("pthread_detach", .detachThread),
  ]

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
      || (0x61...0x7A).contains(byte)
  }

  /// Reads the numbers between the parentheses; names before `=` or `:` do not count, a null pointer is 0.
  private static func readArguments(_ line: inout TraceLineCursor, into call: inout Call) {
    var count = 0
    func note(_ number: UInt64) {
      if count == 0 { call.first = number }
      if count == 1 { call.second = number }
      count += 1
    }
    while let byte = line.next, byte != UInt8(ascii: ")"), byte != UInt8(ascii: "<") {
      if (0x30...0x39).contains(byte), let number = line.digits() {
        note(number)
      } else if line.skip("-"), let number = line.digits() {
        note(0 &- number)
      } else if line.skip("nil") || line.skip("NULL") {
        note(0)
      } else {
        line.position += 1
        guard isNameByte(byte) else { continue }
        while let next = line.next, isNameByte(next) { line.position += 1 }
      }
    }
    _ = line.skip(")")
  }

  private static func hasResult(_ line: TraceLineCursor) -> Bool {
    var line = line
    return result(&line) != nil
  }

  /// The address behind `=`.
  private static func result(_ line: inout TraceLineCursor) -> UInt64? {
    guard line.skipBehind("=") else { return nil }
    line.skipSpaces()
    if line.skip("nil") || line.skip("(nil)") || line.skip("NULL") || line.skip("(null)") { return 0 }
    return line.digits()
  }

  private mutating func carryOut(
    _ call: Call, _ address: UInt64, _ trace: inout AllocationTrace, _ line: Int
  ) {
    let (first, second) = (call.first, call.second)
    switch call.function {
    case .free: live.free(first, in: &trace, line: line)
    case .realloc: live.reallocate(first, size: second, to: address, in: &trace, line: line)
    case .malloc: allocate(.malloc, first, 0, address, &trace, line)
    case .calloc: allocate(.calloc, first, second, address, &trace, line)
    case .memalign: allocate(.memalign, first, second, address, &trace, line)
    case .valloc: allocate(.valloc, first, 0, address, &trace, line)
    case .pvalloc: allocate(.pvalloc, first, 0, address, &trace, line)
    case .mallopt: trace.append(AllocationOperation(.mallopt, .null, first, second), line: line)
    case .trim: trace.append(AllocationOperation(.trim, .null, first), line: line)
    case .createThread, .exitThread, .joinThread, .detachThread:
      carryOut(call.function, first, second, &trace, line)
    }
  }

  /// What scripts/record tells of threads, whose numbers it gives out itself, the main one 0.
  private mutating func carryOut(
    _ function: Function, _ first: UInt64, _ second: UInt64, _ trace: inout AllocationTrace, _ line: Int
  ) {
    switch function {
    case .createThread:
      guard first > 0, threads[first] == nil else { return }
      if threads.isEmpty { threads[0] = 0 }
      created += 1
      threads[first] = created
      trace.append(AllocationOperation(.createThread, .null, UInt64(created), second), line: line)
    case .exitThread:
      guard current != 0 else { return }
      trace.append(AllocationOperation(.exitThread), line: line)
      if detached.contains(current), let thread = threads.first(where: { $0.value == current })?.key {
        join(thread, &trace, line)
      }
      current = 0
    case .joinThread: join(first, &trace, line)
    default: if let number = threads[first] { detached.insert(number) }
    }
  }

  private mutating func join(_ thread: UInt64, _ trace: inout AllocationTrace, _ line: Int) {
    guard let number = threads[thread], number > 0, number != current || detached.contains(number)
    else { return }
    threads[thread] = nil
    trace.append(AllocationOperation(.endThread, .null, UInt64(number)), line: line)
  }

  private mutating func allocate(
    _ kind: AllocationOperationKind, _ first: UInt64, _ second: UInt64, _ address: UInt64,
    _ trace: inout AllocationTrace, _ line: Int
  ) {
    live.allocate(at: address, in: &trace, line: line) { AllocationOperation(kind, $0, first, second) }
  }
}
