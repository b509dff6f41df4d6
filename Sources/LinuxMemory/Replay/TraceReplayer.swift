// Replays a recorded trace on a process of a machine.

/// What one operation returned.
package struct ReplayResult: Equatable, Sendable {
  /// The pointer of a call that returns one, 0 for NULL; the old break for ``AllocationOperationKind/moveBreak``,
  /// all ones when it failed.
  package internal(set) var address: UInt64 = 0
  /// malloc_usable_size of it.
  package internal(set) var usableSize: UInt64 = 0
  /// What a call that returns a number returned.
  package internal(set) var value: Int64 = 0
  /// What a query saw of the allocator.
  package internal(set) var information: MallocInformation?
  /// What a call wrote.
  package internal(set) var text: String?
}

/// A trace on its way through the allocator of a simulated process.
///
/// Operations run in one loop without a detour over the machine, so that replaying is about as fast as the
/// allocator itself; ``step()`` carries out one and tells everything about it.
package struct TraceReplayer: Sendable {
  /// The machine.
  package private(set) var machine: Machine
  /// The process whose allocator replays.
  package let process: ProcessID
  /// What is replayed.
  package private(set) var trace: AllocationTrace
  /// The signal that ended the process, nil while it lives.
  package private(set) var ending: FatalSignal?

  private var cursor: ReplayCursor
  private var counts = SystemCallCounts()
  private var mappings: ReplayMappings
  private var calls: [SystemCall] = []
  private let start: StartingPoint

  /// What the process had before the first operation.
  private struct StartingPoint {
    var heapStart: UInt64 = 0
    var virtualBytes: UInt64 = 0
    var residentBytes: UInt64 = 0
    var minorFaults: UInt64 = 0
  }

  /// Prepares a replay.
  ///
  /// - Parameters:
  ///   - trace: What to replay. Its ``AllocationTrace/environment`` is not applied: the process may have another.
  ///   - machine: The machine; the replay works on a copy.
  ///   - process: A process of it that has not called its allocator yet.
  ///   - options: What to assume and to measure.
  package init(
    _ trace: AllocationTrace, on machine: Machine, in process: ProcessID,
    options: ReplayOptions = ReplayOptions()
  ) {
    self.trace = trace
    self.machine = machine
    self.process = process
    mappings = ReplayMappings(heapLength: machine.configuration.profile.isWide ? 64 << 20 : 1 << 20)
    var start = StartingPoint()
    if let found = machine.process(process) {
      start = StartingPoint(
        heapStart: found.addressSpace.programBreak, virtualBytes: found.virtualBytes,
        residentBytes: found.residentBytes, minorFaults: found.usage.minorFaults)
    }
    self.start = start
    cursor = ReplayCursor(slotCount: trace.slotCount, heapStart: start.heapStart, options: options)
  }

  /// How many operations have been carried out.
  package var position: Int { cursor.position }
  /// Whether nothing is left to do: the trace is at its end, or the process is.
  package var isFinished: Bool { ending != nil || cursor.position >= trace.operations.count }
  /// Where the heap starts: the break before the first operation.
  package var heapStart: UInt64 { start.heapStart }

  /// Carries out operations until `count` more are done, the trace is at its end, or the process is.
  package mutating func advance(by count: Int = .max) {
    let (sum, overflow) = cursor.position.addingReportingOverflow(max(count, 0))
    let end = overflow ? trace.operations.count : min(sum, trace.operations.count)
    while ending == nil, cursor.position < end {
      do throws(FatalSignal) {
        try machine.replay(
          trace.operations, upTo: end, &cursor, of: process, &counts, &mappings, &calls)
        if cursor.position < end {
          performSystemOperation(trace.operations[cursor.position])
          cursor.position += 1
        }
      } catch {
        ending = error
      }
    }
    noteMemory()
  }

  /// Carries out one operation.
  ///
  /// - Returns: What came of it; nil when nothing is left to do.
  package mutating func step() -> ReplayStep? {
    guard !isFinished else { return nil }
    let index = cursor.position
    cursor.reportsResults = true
    cursor.result = ReplayResult()
    calls.removeAll(keepingCapacity: true)
    machine.setErrno(.none, of: process)
    advance(by: 1)
    cursor.reportsResults = false
    return ReplayStep(
      operation: trace.operations[index], line: trace.line(ofOperation: index), result: cursor.result,
      errno: machine.errno(of: process), systemCalls: calls, signal: ending)
  }

  /// The address of a block, 0 for one that is not live.
  package func address(of slot: BlockSlot) -> UInt64 {
    cursor.addresses.indices.contains(slot.number) ? cursor.addresses[slot.number] : 0
  }

  /// Frees every block that is left, ends all threads and starts again with another trace in the same process.
  ///
  /// - Returns: How many blocks were left.
  @discardableResult
  package mutating func restart(with trace: AllocationTrace) -> Int {
    guard ending == nil else { return 0 }
    var frees = AllocationTrace()
    for slot in cursor.liveSlots { frees.append(AllocationOperation(.free, slot), line: 0) }
    let blocks = frees.operations.count
    frees.append(AllocationOperation(.actAsThread), line: 0)
    for thread in livingThreads {
      frees.append(AllocationOperation(.endThread, .null, UInt64(bitPattern: Int64(thread))), line: 0)
    }
    self.trace = frees
    cursor.restart(slotCount: frees.slotCount)
    advance()
    self.trace = trace
    cursor.restart(slotCount: trace.slotCount)
    return blocks
  }

  /// The numbers of the threads that were created and have not ended.
  private var livingThreads: [Int] {
    guard let task = machine.processes.handle(of: process), let state = machine.processes[task].malloc else {
      return []
    }
    return state.stacks.used.keys.sorted()
  }

  /// What the replay has used so far.
  package var usage: ReplayUsage { cursor.usage }

  /// What the process takes now beyond what it had before the first operation.
  package var growth: ProcessGrowth {
    guard let found = machine.process(process) else { return ProcessGrowth() }
    return ProcessGrowth(
      virtualBytes: Int64(clamping: found.virtualBytes) - Int64(clamping: start.virtualBytes),
      residentBytes: Int64(clamping: found.residentBytes) - Int64(clamping: start.residentBytes),
      minorFaults: found.usage.minorFaults &- start.minorFaults)
  }

  /// The mapping of a block that has one of its own; nil for a block in the arena.
  package func mapping(ofBlockAt address: UInt64) -> Range<UInt64>? {
    guard let task = machine.processes.handle(of: process),
      let mapping = machine.processes[task].malloc?.mapping(ofBlockAt: address),
      mapping.start <= .max - mapping.length
    else { return nil }
    return mapping.start..<mapping.start + mapping.length
  }

  /// The heaps of all arenas but the main one, in ascending order of address.
  package var arenaHeaps: [ReplayHeap] {
    guard let task = machine.processes.handle(of: process), let state = machine.processes[task].malloc else {
      return []
    }
    return state.arenaHeaps
  }

  /// The mappings of the threads' stacks, living threads' and kept ones.
  package var threadStacks: [Range<UInt64>] {
    guard let task = machine.processes.handle(of: process),
      let stacks = machine.processes[task].malloc?.stacks
    else { return [] }
    return (stacks.used.values + stacks.cached).filter { !$0.isOwn }.map {
      $0.start..<$0.start &+ $0.length
    }
  }

  /// The program break now.
  package var programBreak: UInt64 {
    machine.process(process)?.addressSpace.programBreak ?? 0
  }

  /// Carries out what is a system call of the program itself.
  private mutating func performSystemOperation(_ operation: AllocationOperation) {
    let result: Result<UInt64, ErrorNumber>
    switch operation.kind {
    case .obstruct:
      let address = start.heapStart &+ (operation.first & ~(pageSize - 1))
      let mapped = try? machine.mmap(
        address: address, length: pageSize, protection: [],
        flags: [.private, .anonymous, .fixedNoReplace], in: process)
      result = (mapped ?? .failure(.ESRCH)).map { _ in 0 }
    case .limitAddressSpace, .limitData:
      let totals = machine.process(process)?.addressSpace.areas.totals
      let isData = operation.kind == .limitData
      let used = UInt64((isData ? totals?.data : totals?.total) ?? 0) << pageShift
      let limit = used &+ operation.first << 10
      result = machine.setrlimit(
        isData ? .data : .addressSpace, to: ResourceLimit(soft: limit, hard: limit), in: process
      ).mapError { _ in .EPERM }
    default: return
    }
    switch result {
    case .success: cursor.result.value = 0
    case .failure(let error): cursor.result.value = operation.kind == .obstruct ? -Int64(error.rawValue) : -1
    }
  }

  private mutating func noteMemory() {
    guard let task = machine.processes.handle(of: process) else { return }
    let space = machine.processes[task].addressSpace
    let resident = UInt64(max(space.resident.total, 0)) << pageShift
    let peak = UInt64(max(space.peakResidentPages, 0)) << pageShift
    cursor.note(
      counts: counts, mappings: mappings, resident: resident - min(resident, start.residentBytes),
      peakResident: peak - min(peak, start.residentBytes),
      minorFaults: machine.processes[task].usage.minorFaults &- start.minorFaults)
    if let state = machine.processes[task].malloc { cursor.note(arenas: state.arenas.count) }
  }
}

/// One operation of a replay and everything that came of it.
package struct ReplayStep: Sendable {
  /// What was carried out.
  package let operation: AllocationOperation
  /// The line on which it stands.
  package let line: Int
  /// What it returned.
  package let result: ReplayResult
  /// What it left in errno.
  package let errno: ErrorNumber
  /// The system calls of the C library, in order.
  package let systemCalls: [SystemCall]
  /// The signal that ended the process in it.
  package let signal: FatalSignal?
}

/// What a process has taken since its start.
package struct ProcessGrowth: Equatable, Sendable {
  /// The change of VmSize in bytes.
  package var virtualBytes: Int64 = 0
  /// The change of VmRSS in bytes.
  package var residentBytes: Int64 = 0
  /// Minor faults.
  package var minorFaults: UInt64 = 0
}

extension Machine {
  /// Runs a stretch of a trace within one call of the process's allocator.
  fileprivate mutating func replay(
    _ operations: [AllocationOperation], upTo end: Int, _ cursor: inout ReplayCursor, of process: ProcessID,
    _ counts: inout SystemCallCounts, _ mappings: inout ReplayMappings, _ calls: inout [SystemCall]
  ) throws(FatalSignal) {
    try withAllocator(of: process) { (state, base) throws(FatalSignal) in
      var kernel = ObservedKernel(
        base, counts: counts, mappings: mappings, listsCalls: cursor.reportsResults)
      // The kernel's are the only ones meanwhile, so that nothing is copied.
      mappings = ReplayMappings(heapLength: state.layout.arenaAlignment)
      kernel.processorCount = cursor.options.processorCount
      defer {
        counts = kernel.counts
        mappings = kernel.mappings
        calls = kernel.calls
      }
      // As a result: in Swift 6.0 an array's buffer passes on no typed errors.
      let outcome = operations.withUnsafeBufferPointer { operations in
        Result { () throws(FatalSignal) in try cursor.run(operations, upTo: end, &state, &kernel) }
      }
      try outcome.get()
    }
  }
}
