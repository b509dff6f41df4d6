// Logs with a call and its result in each line: `malloc(24) = 0x55d0c0`, as ltrace, uftrace and many loggers write them.

import LinuxMemory

/// Reads the lines that name a call of the allocator and passes over all others.
///
/// What stands before a name may be anything, such as a time, `[pid 1234]` of `ltrace -f`, or `[ 1234] |` of uftrace: the
/// number in brackets is the thread's. The first one is the main thread; another one is created at its first call and, where
/// the log tells of its exit, joined by the main one. Addresses only name blocks.
struct CallLogReader: TraceLineReader {
  let mayBreakOff = true
  private var live = LiveAddresses()
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
    var numbers: [UInt64]
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
    let thread = Self.threadNumber(in: line)
    if Self.finds("+++ exited", in: &line) { return end(thread, &trace, line.number) }
    line.position = line.line.lowerBound
    if Self.finds("<... ", in: &line), Self.function(&line) != nil {
      guard let call = unfinished.removeValue(forKey: thread ?? 0),
        Self.finds("resumed>", in: &line), let address = Self.result(&line)
      else { return }
      turn(to: thread, &trace, line.number)
      return carryOut(call, address, &trace, line.number)
    }
    line.position = line.line.lowerBound
    guard let call = Self.call(&line) else { return }
    if Self.finds("<unfinished", in: &line) {
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
    return call.function.isComplete || hasResult(line) || finds("<unfinished", in: &line)
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

  /// The number in the first brackets of a line, or behind `pid`.
  private static func threadNumber(in line: TraceLineCursor) -> UInt64? {
    var line = line
    while let byte = line.next, byte != UInt8(ascii: "("), byte != UInt8(ascii: "+") {
      line.position += 1
      guard byte == UInt8(ascii: "[") else { continue }
      line.skipSpaces()
      _ = line.skip("pid ")
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
          return Call(function: function, numbers: arguments(&line))
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
    switch line.text(start..<line.position) {
    case "malloc", "__libc_malloc": return .malloc
    case "calloc", "__libc_calloc": return .calloc
    case "realloc", "__libc_realloc": return .realloc
    case "memalign", "aligned_alloc", "__libc_memalign": return .memalign
    case "valloc": return .valloc
    case "pvalloc": return .pvalloc
    case "free", "cfree", "__libc_free": return .free
    case "mallopt": return .mallopt
    case "malloc_trim": return .trim
    case "pthread_create": return .createThread
    case "pthread_exit": return .exitThread
    case "pthread_join": return .joinThread
    case "pthread_detach": return .detachThread
    default: return nil
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
      || (0x61...0x7A).contains(byte)
  }

  /// The numbers between the parentheses; names before `=` or `:` do not count, a null pointer is 0.
  private static func arguments(_ line: inout TraceLineCursor) -> [UInt64] {
    var numbers: [UInt64] = []
    while let byte = line.next, byte != UInt8(ascii: ")"), byte != UInt8(ascii: "<") {
      if (0x30...0x39).contains(byte), let number = line.digits() {
        numbers.append(number)
      } else if line.skip("-"), let number = line.digits() {
        numbers.append(0 &- number)
      } else if line.skip("nil") || line.skip("NULL") {
        numbers.append(0)
      } else {
        line.position += 1
        guard isNameByte(byte) else { continue }
        while let next = line.next, isNameByte(next) { line.position += 1 }
      }
    }
    _ = line.skip(")")
    return numbers
  }

  private static func hasResult(_ line: TraceLineCursor) -> Bool {
    var line = line
    return result(&line) != nil
  }

  /// The address behind `=`.
  private static func result(_ line: inout TraceLineCursor) -> UInt64? {
    guard finds("=", in: &line) else { return nil }
    line.skipSpaces()
    if line.skip("nil") || line.skip("(nil)") || line.skip("NULL") || line.skip("(null)") { return 0 }
    return line.digits()
  }

  /// Goes behind the first place of a text.
  private static func finds(_ text: StaticString, in line: inout TraceLineCursor) -> Bool {
    let start = line.position
    while line.next != nil {
      if line.skip(text) { return true }
      line.position += 1
    }
    line.position = start
    return false
  }

  private mutating func carryOut(
    _ call: Call, _ address: UInt64, _ trace: inout AllocationTrace, _ line: Int
  ) {
    let first = call.numbers.first ?? 0
    let second = call.numbers.count > 1 ? call.numbers[1] : 0
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
