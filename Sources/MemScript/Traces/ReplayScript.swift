// A replay written as a script of the language.

import LinuxMemory

/// The lines of a script that does what a replay does: a list `p` holds the blocks by their numbers, a thread has a block
/// for each of its turns.
package struct ReplayScript: Sequence, IteratorProtocol {
  private let trace: AllocationTrace
  private let touching: ReplayOptions.BlockTouching
  private var heading: [String]
  private var position = 0

  /// Prepares the script.
  ///
  /// - Parameters:
  ///   - plan: What is replayed, with the calls of mallopt(3) and the writes that it adds.
  ///   - name: What the heading calls the trace.
  package init(of plan: ReplayPlan, name: String) {
    trace = plan.preparedTrace
    touching = plan.effectiveTouching
    let shown = String(
      name.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f }.map(Character.init))
    heading = Self.machineLine(of: plan)
    heading += [
      "# \(trace.operations.count) calls of \(shown); p[n] is block n of the trace.",
      "p = fill(\(trace.slotCount), NULL)",
    ]
    if trace.operations.contains(where: { $0.kind == .realloc }) {
      heading += [
        "func resize(old, new, size, written) {",
        "    q = realloc(p[old], size)",
        "    if q != NULL || size == 0 { p[old] = NULL }",
        "    if new != 0 && (q != NULL || old != new) { p[new] = q }",
        "    if q != NULL && written != 0 { write(q, written) }",
        "}",
      ]
    }
    if trace.operations.contains(where: \.kind.usesHeapStart) { heading.append("start = sbrk(0)") }
    heading.reverse()
  }

  /// The statement that boots the plan's machine; nothing for the default machine.
  private static func machineLine(of plan: ReplayPlan) -> [String] {
    var settings = plan.machine.map { ($0.key, $0.value.description) }
    if let count = plan.trace.processorCount, !settings.contains(where: { $0.0 == "cpus" }) {
      settings.append(("cpus", String(count)))
    }
    let recorded = plan.trace.environment.compactMap { MallocTunables.assignments(of: $0) }
    let tunables = plan.tunables ?? recorded.joined(separator: ":")
    if !tunables.isEmpty { settings.append(("tunables", tunables)) }
    if settings.isEmpty { return [] }
    let list = settings.map { key, value in
      // Nothing that a setting may have needs quoting within a string but what is left out here.
      "\(key)=\"\(value.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "._=:-+".contains($0)) })\""
    }
    return ["machine " + list.joined(separator: ", ")]
  }

  /// The thread in whose block the next line stands.
  private var thread: UInt64 = 0

  /// The next line, without a newline.
  package mutating func next() -> String? {
    if let line = heading.popLast() { return line }
    guard position < trace.operations.count else {
      defer { thread = 0 }
      return thread == 0 ? nil : "}"
    }
    defer { position += 1 }
    let operation = trace.operations[position]
    switch operation.kind {
    case .realloc:
      let (old, new) = (operation.slot.number, operation.other.number)
      return "resize(\(old), \(new), \(Self.size(operation.first)), \(Self.size(writtenBytes(operation))))"
    case .actAsThread: return turn(to: operation.first)
    case .exitThread:
      defer { thread = 0 }
      return Self.text(of: operation) + "\n}"
    default: return Self.text(of: operation) + write(after: operation)
    }
  }

  /// The end of one thread's block, and the beginning of the next one's.
  private mutating func turn(to next: UInt64) -> String {
    let end = thread == 0 ? "" : "}"
    thread = next
    return next == 0 ? end : (end.isEmpty ? "" : end + "\n") + "thread t\(next) {"
  }

  /// How many bytes of the block that an operation makes are assumed to be written.
  private func writtenBytes(_ operation: AllocationOperation) -> UInt64 {
    switch touching {
    case .none: 0
    case .first: Swift.min(operation.request ?? 0, 1)
    case .all: operation.request ?? 0
    }
  }

  /// The write that follows an allocation where it is assumed.
  private func write(after operation: AllocationOperation) -> String {
    let length = writtenBytes(operation)
    if length == 0 { return "" }
    let block = "p[\(operation.slot.number)]"
    return "; if \(block) != NULL { write(\(block), \(Self.size(length))) }"
  }

  private static func text(of operation: AllocationOperation) -> String {
    let block = "p[\(operation.slot.number)]"
    let first = operation.first
    let second = operation.second
    switch operation.kind {
    case .malloc: return "\(block) = malloc(\(size(first)))"
    case .calloc: return "\(block) = calloc(\(size(first)), \(size(second)))"
    case .realloc: return ""
    case .memalign: return "\(block) = memalign(\(size(first)), \(size(second)))"
    case .valloc: return "\(block) = valloc(\(size(first)))"
    case .pvalloc: return "\(block) = pvalloc(\(size(first)))"
    case .free: return "free(\(block)); \(block) = NULL"
    case .write, .read:
      if second == 0 { return "" }
      let call = operation.kind == .write ? "write" : "read"
      return "if \(block) != NULL { \(call)(\(block) + \(size(first)), \(size(second))) }"
    case .mallopt: return "mallopt(\(size(first)), \(size(second)))"
    case .trim: return "malloc_trim(\(size(first)))"
    case .query: return "mallinfo2()"
    case .statistics: return "malloc_stats()"
    case .document: return "malloc_info(0)"
    case .createThread: return "thread t\(first)\(second == 0 ? "" : " stack=\(size(second))") { }"
    case .exitThread: return "pthread_exit"
    case .actAsThread: return ""
    case .endThread: return "join t\(first)"
    case .moveBreak: return "sbrk(\(size(first)))"
    case .obstruct:
      let flags = "MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE"
      return "mmap(start + \(first & ~4095), 4096, PROT_NONE, \(flags))"
    case .freeKeeping: return "free(\(block))"
    case .freeInside: return "free(\(block) + \(size(first)))"
    case .reallocInside: return "realloc(\(block) + \(size(first)), \(size(second)))"
    case .limitAddressSpace, .limitData:
      return "# setrlimit to \(first) KiB beyond the present size"
    case .storeWord: return "poke(\(block) + \(size(first)), \(size(second)), sizeof(void *))"
    case .storePointer, .storeProtectedPointer:
      let place = "\(block) + \(size(first))"
      let other = operation.other == .null ? "0" : "(int(p[\(operation.other.number)]) + \(size(second)))"
      let value = operation.kind == .storePointer ? other : "(int(\(place)) >> 12) ^ \(other)"
      return "poke(\(place), \(value), sizeof(void *))"
    }
  }

  /// A number as the language reads it; those from 2^63 up are written as the negative number of the same bits.
  private static func size(_ number: UInt64) -> String {
    let signed = Int64(bitPattern: number)
    return signed == .min ? "(-9223372036854775807 - 1)" : "\(signed)"
  }
}

extension AllocationOperationKind {
  /// Whether it is about a place in the heap.
  fileprivate var usesHeapStart: Bool { self == .obstruct }
}
