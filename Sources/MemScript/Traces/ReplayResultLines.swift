// One line for each operation of a replay, as the recordings of the real allocator have them.

import LinuxMemory

/// Replays a trace operation by operation and words each result: pointer and usable size, break, errno, system
/// calls; for a query mallinfo2 and the memory of the process; the signal that ends it.
package struct ReplayResultLines: Sequence, IteratorProtocol {
  private var replayer: TraceReplayer
  private var notation: ReplayNotation
  /// Whether words have 32 bits.
  private let isNarrow: Bool
  /// Whether queries tell of heaps and stacks.
  private let tellsStacks: Bool
  private var printedBreak: UInt64
  /// The mappings of the blocks that have one of their own, by the blocks' slots.
  private var mappings: [BlockSlot: [Range<UInt64>]] = [:]
  private var pendingLine: String?

  /// The settings of the machine on which the recordings were made, as far as they matter for an allocator; with
  /// RAM for which the kernel promises no more than 24 GiB at once.
  package static let machineSettings = [("ram", "24G"), ("kernel", "6.18"), ("thp", "never")]

  /// Starts the process and stands before the first operation.
  ///
  /// - Parameters:
  ///   - trace: What to replay, with its tunables.
  ///   - configuration: The machine to boot.
  ///   - detail: what lines tell of arenas; nil for all of it where the trace has threads, and nothing elsewhere.
  /// - Throws: `ReplayError` when the machine cannot run the process.
  package init(
    of trace: AllocationTrace, on configuration: MachineConfiguration, detail: ArenaDetail? = nil
  ) throws(ReplayError) {
    let detail = detail ?? (trace.hasThreads ? .stacks : .none)
    tellsStacks = detail == .stacks
    isNarrow = configuration.profile.wordSize == 4
    var machine: Machine
    do {
      machine = try Machine(configuration: configuration)
    } catch {
      throw ReplayError(message: error.message)
    }
    let (process, mappingTop): (ProcessID, UInt64)
    switch machine.spawnRecordingProcess(hasThreads: tellsStacks) {
    case .success(let started): (process, mappingTop) = started
    case .failure(let error): throw ReplayError(message: "no process can be started: \(error.message)")
    }
    _ = machine.setMallocTunables(MallocTunables(environment: trace.environment), in: process)
    if trace.hasOwnStacks {
      machine.makeRecordingStacks(trace.highestThread &+ 1, at: mappingTop, in: process)
    }
    var options = ReplayOptions()
    options.measures = false
    options.hasLoggedVectors = trace.logsVectors
    // They were the recording program's own data, above everything that is recorded.
    if trace.hasOwnStacks { options.ownStacks = mappingTop }
    if detail == .stacks { options.processorCount = trace.processorCount ?? 2 }
    replayer = TraceReplayer(trace, on: machine, in: process, options: options)
    notation = ReplayNotation(
      heapStart: replayer.heapStart, mappingTop: mappingTop,
      heapLength: configuration.profile.wordSize == 8 ? 64 << 20 : 1 << 20)
    notation.tellsArenas = detail != .none
    printedBreak = replayer.heapStart
  }

  /// The line of the next operation, without a newline; nil behind the last.
  package mutating func next() -> String? {
    if let line = pendingLine {
      pendingLine = nil
      return line
    }
    return replayer.step().map { line(of: $0) }
  }

  private mutating func line(of step: ReplayStep) -> String {
    if isNarrow { notation.heapEnd = Swift.max(printedBreak, replayer.programBreak) }
    let calls =
      step.systemCalls.isEmpty
      ? "" : " s=" + step.systemCalls.map { notation.text(of: $0) }.joined(separator: ",")
    if let signal = step.signal {
      pendingLine = "!signal \(signal.signal) line \(step.line)"
      return unfinishedText(of: step) + calls
    }
    var line = text(of: step)
    let programBreak = replayer.programBreak
    if programBreak != printedBreak {
      line += " b=" + notation.hex(programBreak &- notation.heapStart)
      printedBreak = programBreak
    }
    if step.errno != .none, step.operation.kind.tellsErrno { line += " e=\(step.errno.rawValue)" }
    return line + calls
  }

  private mutating func text(of step: ReplayStep) -> String {
    let operation = step.operation
    let result = step.result
    switch operation.kind {
    case .malloc, .calloc, .memalign, .valloc, .pvalloc:
      return keep(result, in: operation.slot)
    case .realloc:
      if result.address != 0 || operation.first == 0 { forgetMapping(of: operation.slot) }
      return keep(result, in: operation.other)
    case .free:
      forgetMapping(of: operation.slot)
      return "-"
    case .write, .read, .freeKeeping, .freeInside, .storeWord, .storePointer, .storeProtectedPointer:
      return "-"
    case .reallocInside:
      return notation.pointer(result.address, mapping: replayer.mapping(ofBlockAt: result.address)) + " 0"
    case .mallopt, .trim, .obstruct, .limitAddressSpace, .limitData:
      return "=\(result.value)"
    case .actAsThread, .exitThread: return "-"
    case .createThread:
      return result.address == 0
        ? "=\(result.value)" : "dtv=\(notation.pointer(result.address, mapping: nil))"
    case .endThread: return "=0"
    case .statistics: return "\"\(oneLine(result.text))\""
    case .document:
      return "=\(result.value) \"\(oneLine(result.text).split(separator: "\"").joined(separator: "'"))\""
    case .moveBreak: return result.address == .max ? "-1" : notation.place(result.address)
    case .query: return result.information.map(query) ?? "q"
    }
  }

  /// A text of several lines in one.
  private func oneLine(_ text: String?) -> String {
    (text ?? "").split(separator: "\n").joined(separator: "|")
  }

  /// What stands in the line already when the process dies over malloc_usable_size of a new block.
  private func unfinishedText(of step: ReplayStep) -> String {
    guard step.result.address != 0, step.operation.request != nil else { return "" }
    return notation.pointer(
      step.result.address, mapping: replayer.mapping(ofBlockAt: step.result.address)) + " "
  }

  private mutating func keep(_ result: ReplayResult, in slot: BlockSlot) -> String {
    let mapping = replayer.mapping(ofBlockAt: result.address)
    if let mapping { mappings[slot, default: []].append(mapping) }
    return "\(notation.pointer(result.address, mapping: mapping)) \(result.usableSize)"
  }

  private mutating func forgetMapping(of slot: BlockSlot) {
    guard var kept = mappings.removeValue(forKey: slot), kept.count > 1 else { return }
    kept.removeFirst()
    mappings[slot] = kept
  }

  // MARK: Queries

  private func query(_ information: MallocInformation) -> String {
    let space = replayer.machine.process(replayer.process)?.addressSpace
    let heap = Self.pages(notation.heapStart, replayer.programBreak)
    var resident = PageList(from: heap.lowerBound)
    var zero = PageList(from: heap.lowerBound)
    space?.forEachMapping(inPages: heap) { pages, entry in
      resident.append(pages)
      if entry.target == .zeroPage { zero.append(pages) }
    }
    var mapped: (resident: UInt64, zero: UInt64) = (0, 0)
    for mapping in mappings.values.joined() {
      space?.forEachMapping(inPages: Self.pages(mapping.lowerBound, mapping.upperBound)) { pages, entry in
        mapped.resident += UInt64(pages.count)
        if entry.target == .zeroPage { mapped.zero += UInt64(pages.count) }
      }
    }
    let growth = replayer.growth
    let rest = [
      ("mmres", "\(mapped.resident)"), ("mmzero", "\(mapped.zero)"),
      ("vsz", "\(growth.virtualBytes >> 10)"), ("rss", "\(growth.residentBytes >> 10)"),
    ]
    let fields: [(String, String)] = [
      ("arena", "\(information.arena)"), ("ordblks", "\(information.ordblks)"),
      ("smblks", "\(information.smblks)"), ("hblks", "\(information.hblks)"),
      ("hblkhd", "\(information.hblkhd)"), ("usmblks", "\(information.usmblks)"),
      ("fsmblks", "\(information.fsmblks)"), ("uordblks", "\(information.uordblks)"),
      ("fordblks", "\(information.fordblks)"), ("keepcost", "\(information.keepcost)"),
      ("brk", notation.hex(replayer.programBreak &- notation.heapStart)), ("flt", "\(growth.minorFaults)"),
      ("pages", resident.text), ("zpages", zero.text), ("res", "\(resident.count)"),
      ("zero", "\(zero.count)"),
    ]
    return "q " + (fields + arenaFields(space) + rest).map { "\($0.0)=\($0.1)" }.joined(separator: " ")
  }

  /// What lines with threads tell of heaps and stacks.
  private func arenaFields(_ space: AddressSpace?) -> [(String, String)] {
    guard tellsStacks else { return [] }
    var fields: [(String, String)] = []
    var zero: UInt64 = 0
    let heaps = replayer.arenaHeaps.compactMap { heap in notation.heaps[heap.start].map { ($0, heap) } }
    for (number, heap) in heaps.sorted(by: { $0.0 < $1.0 }) {
      var resident = PageList(from: heap.start >> 12)
      space?.forEachMapping(inPages: Self.pages(heap.start, heap.start + heap.accessibleSize)) {
        pages, entry in
        resident.append(pages)
        if entry.target == .zeroPage { zero += UInt64(pages.count) }
      }
      let previous = heap.previous.flatMap { notation.heaps[$0] }.map { "\($0)" } ?? "-"
      fields.append(
        (
          "A\(number)",
          "\(notation.hex(heap.size))/\(notation.hex(heap.accessibleSize))/\(previous)/"
            + "\(notation.heaps[heap.first] ?? 0)/\(resident.text)"
        ))
    }
    var stacks: UInt64 = 0
    for stack in replayer.threadStacks {
      space?.forEachMapping(inPages: Self.pages(stack.lowerBound, stack.upperBound)) { pages, _ in
        stacks += UInt64(pages.count)
      }
    }
    return fields + [("Azero", "\(zero)"), ("stk", "\(stacks)")]
  }

  /// The numbers of the pages from one address up to another.
  private static func pages(_ start: UInt64, _ end: UInt64) -> Range<UInt64> {
    let first = start >> 12
    let (padded, overflow) = end.addingReportingOverflow(4095)
    return first..<Swift.max(first, (overflow ? .max : padded) >> 12)
  }
}

/// What lines tell of arenas other than the main one.
package enum ArenaDetail: Sendable {
  /// Nothing, as the first recordings, which have none.
  case none
  /// Their heaps by number, and calls of mprotect.
  case heaps
  /// The same, and in queries what heaps and threads' stacks hold.
  case stacks
}

/// Page numbers in ascending order as ranges: `0-3,13`, `-` for none.
private struct PageList {
  private let origin: UInt64
  private var runs: [Range<UInt64>] = []
  private(set) var count: UInt64 = 0

  init(from origin: UInt64) { self.origin = origin }

  mutating func append(_ pages: Range<UInt64>) {
    count += UInt64(pages.count)
    if let last = runs.last, last.upperBound == pages.lowerBound {
      runs[runs.count - 1] = last.lowerBound..<pages.upperBound
    } else {
      runs.append(pages)
    }
  }

  var text: String {
    if runs.isEmpty { return "-" }
    return runs.map { run in
      let first = run.lowerBound - origin
      return run.count == 1 ? "\(first)" : "\(first)-\(run.upperBound - 1 - origin)"
    }.joined(separator: ",")
  }
}

extension AllocationOperationKind {
  /// Whether its result line has the errno that it left.
  fileprivate var tellsErrno: Bool {
    switch self {
    case .write, .read, .query, .statistics, .document, .actAsThread, .obstruct, .limitAddressSpace,
      .limitData, .storeWord, .storePointer,
      .storeProtectedPointer:
      false
    default: true
    }
  }
}
