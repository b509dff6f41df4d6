// One line for each operation of a replay, as the recordings of the real allocator have them.

import LinuxMemory

/// Replays a trace operation by operation and words each result: pointer and usable size, break, errno, system
/// calls; for a query mallinfo2 and the memory of the process; the signal that ends it.
package struct ReplayResultLines: Sequence, IteratorProtocol {
  private var replayer: TraceReplayer
  private let notation: ReplayNotation
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
  /// - Throws: `ReplayError` when the machine cannot run the process.
  package init(of trace: AllocationTrace, on configuration: MachineConfiguration) throws(ReplayError) {
    var machine: Machine
    do {
      machine = try Machine(configuration: configuration)
    } catch {
      throw ReplayError(message: error.message)
    }
    let (process, mappingTop): (ProcessID, UInt64)
    switch machine.spawnRecordingProcess() {
    case .success(let started): (process, mappingTop) = started
    case .failure(let error): throw ReplayError(message: "no process can be started: \(error.message)")
    }
    if let text = trace.tunables { _ = machine.setMallocTunables(MallocTunables(text), in: process) }
    var options = ReplayOptions()
    options.measures = false
    replayer = TraceReplayer(trace, on: machine, in: process, options: options)
    notation = ReplayNotation(heapStart: replayer.heapStart, mappingTop: mappingTop)
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
    let calls =
      step.systemCalls.isEmpty ? "" : " s=" + step.systemCalls.map(notation.text).joined(separator: ",")
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
    case .moveBreak: return result.address == .max ? "-1" : notation.place(result.address)
    case .query: return result.information.map(query) ?? "q"
    }
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
    let fields: [(String, String)] = [
      ("arena", "\(information.arena)"), ("ordblks", "\(information.ordblks)"),
      ("smblks", "\(information.smblks)"), ("hblks", "\(information.hblks)"),
      ("hblkhd", "\(information.hblkhd)"), ("usmblks", "\(information.usmblks)"),
      ("fsmblks", "\(information.fsmblks)"), ("uordblks", "\(information.uordblks)"),
      ("fordblks", "\(information.fordblks)"), ("keepcost", "\(information.keepcost)"),
      ("brk", notation.hex(replayer.programBreak &- notation.heapStart)), ("flt", "\(growth.minorFaults)"),
      ("pages", resident.text), ("zpages", zero.text), ("res", "\(resident.count)"),
      ("zero", "\(zero.count)"),
      ("mmres", "\(mapped.resident)"), ("mmzero", "\(mapped.zero)"),
      ("vsz", "\(growth.virtualBytes >> 10)"), ("rss", "\(growth.residentBytes >> 10)"),
    ]
    return "q " + fields.map { "\($0.0)=\($0.1)" }.joined(separator: " ")
  }

  /// The numbers of the pages from one address up to another.
  private static func pages(_ start: UInt64, _ end: UInt64) -> Range<UInt64> {
    let first = start >> 12
    let (padded, overflow) = end.addingReportingOverflow(4095)
    return first..<Swift.max(first, (overflow ? .max : padded) >> 12)
  }
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
    case .write, .read, .query, .obstruct, .limitAddressSpace, .limitData, .storeWord, .storePointer,
      .storeProtectedPointer:
      false
    default: true
    }
  }
}
