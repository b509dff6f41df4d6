// Where a replay is, and the loop that carries calls out.

/// The position in a trace with everything that the loop keeps up to date.
struct ReplayCursor: Sendable {
  /// A block as the program knows it.
  struct Block: Sendable {
    /// Bytes asked for.
    var requested: UInt64 = 0
    /// Bytes that may be used.
    var usable: UInt64 = 0
  }

  let options: ReplayOptions
  /// Where the heap starts.
  let heapStart: UInt64
  /// The next operation.
  var position = 0
  /// The addresses of the blocks by slot; 0 for none.
  var addresses: ContiguousArray<UInt64>
  /// Their sizes; empty unless sizes are measured.
  private var blocks: ContiguousArray<Block>
  private(set) var usage = ReplayUsage()
  /// What the last operation returned, while ``reportsResults`` is set.
  var result = ReplayResult()
  /// Whether ``result`` is wanted.
  var reportsResults = false
  /// Whether the program keeps pointers to freed blocks.
  private var hasDanglingPointers = false
  /// How many system calls the peaks are up to date with.
  private var measuredCalls = 0

  init(slotCount: Int, heapStart: UInt64, options: ReplayOptions) {
    self.options = options
    self.heapStart = heapStart
    addresses = ContiguousArray(repeating: 0, count: slotCount)
    blocks = options.measures ? ContiguousArray(repeating: Block(), count: slotCount) : []
  }

  /// Carries out operations of the allocator.
  ///
  /// - Parameters:
  ///   - operations: The whole trace.
  ///   - end: Where to stop. It also stops before an operation that is not the allocator's.
  mutating func run(
    _ operations: UnsafeBufferPointer<AllocationOperation>, upTo end: Int, _ state: inout MallocState,
    _ kernel: inout ObservedKernel
  ) throws(FatalSignal) {
    let isPlain = !options.measures && !reportsResults
    while position < end {
      let operation = operations[position]
      let slot = Int(operation.slot.index)
      switch operation.kind {
      case .malloc:
        try keep(try state.malloc(operation.first, kernel: &kernel), operation, &state, &kernel)
      case .free:
        try state.free(addresses[slot], kernel: &kernel)
        forget(slot)
      case .realloc: try reallocate(operation, &state, &kernel)
      case .calloc:
        let address = try state.calloc(count: operation.first, size: operation.second, kernel: &kernel)
        try keep(address, operation, &state, &kernel)
      case .memalign:
        let address = try state.memalign(
          alignment: operation.first, size: operation.second, kernel: &kernel)
        try keep(address, operation, &state, &kernel)
      case .obstruct, .limitAddressSpace, .limitData: return
      default: try performRarely(operation, &state, &kernel)
      }
      if !isPlain { measure(kernel) }
      position += 1
    }
  }

  /// Takes over what an allocation returned.
  @inline(__always)
  private mutating func keep(
    _ address: UInt64, _ operation: AllocationOperation, in slot: BlockSlot? = nil,
    _ state: inout MallocState, _ kernel: inout ObservedKernel
  ) throws(FatalSignal) {
    let index = Int((slot ?? operation.slot).index)
    if index != 0 { addresses[index] = address }
    if options.measures || reportsResults || options.touching != .none {
      try examine(address, operation, index, &state, &kernel)
    }
  }

  @inline(never)
  private mutating func examine(
    _ address: UInt64, _ operation: AllocationOperation, _ index: Int, _ state: inout MallocState,
    _ kernel: inout ObservedKernel
  ) throws(FatalSignal) {
    let request = operation.request ?? 0
    guard address != 0 else {
      if operation.kind != .realloc || request != 0 { usage.failures += 1 }
      result = ReplayResult()
      return
    }
    if reportsResults { result = ReplayResult(address: address) }
    let usable = try state.usableSize(of: address, kernel: &kernel)
    if reportsResults { result = ReplayResult(address: address, usableSize: usable) }
    if options.measures {
      forgetSizes(index)
      usage.live.set(usage.live.now &+ request)
      usage.usable.set(usage.usable.now &+ usable)
      if index != 0 { blocks[index] = Block(requested: request, usable: usable) }
    }
    switch options.touching {
    case .none: break
    case .first: try kernel.touch(address, length: min(request, 1), write: true)
    case .all: try kernel.touch(address, length: min(request, usable), write: true)
    }
  }

  /// Empties a slot.
  @inline(__always)
  private mutating func forget(_ slot: Int) {
    addresses[slot] = 0
    if options.measures { forgetSizes(slot) }
  }

  private mutating func forgetSizes(_ slot: Int) {
    usage.live.now &-= blocks[slot].requested
    usage.usable.now &-= blocks[slot].usable
    blocks[slot] = Block()
  }

  private mutating func reallocate(
    _ operation: AllocationOperation, _ state: inout MallocState, _ kernel: inout ObservedKernel
  ) throws(FatalSignal) {
    let old = Int(operation.slot.index)
    let address = try state.realloc(addresses[old], operation.first, kernel: &kernel)
    if address != 0 || operation.first == 0 { forget(old) }
    if address != 0 || operation.slot != operation.other {
      if address == 0, operation.other != .null { addresses[Int(operation.other.index)] = 0 }
    }
    if address != 0 {
      try keep(address, operation, in: operation.other, &state, &kernel)
    } else if options.measures || reportsResults {
      try examine(0, operation, 0, &state, &kernel)
    }
  }

  @inline(never)
  private mutating func performRarely(
    _ operation: AllocationOperation, _ state: inout MallocState, _ kernel: inout ObservedKernel
  ) throws(FatalSignal) {
    let slot = Int(operation.slot.index)
    let target = addresses[slot] &+ operation.first
    result = ReplayResult()
    switch operation.kind {
    case .valloc: try keep(try state.valloc(operation.first, kernel: &kernel), operation, &state, &kernel)
    case .pvalloc: try keep(try state.pvalloc(operation.first, kernel: &kernel), operation, &state, &kernel)
    case .write, .read: try touch(operation, &state, &kernel)
    case .mallopt:
      result.value = Int64(
        try state.setOption(
          Int32(truncatingIfNeeded: operation.first), Int32(truncatingIfNeeded: operation.second),
          kernel: &kernel))
    case .trim: result.value = try state.trim(keeping: operation.first, kernel: &kernel) ? 1 : 0
    case .statistics: result.text = try state.statisticsText(kernel: &kernel)
    case .document:
      switch try state.informationDocument(options: 0, kernel: &kernel) {
      case .success(let text): result.text = text
      case .failure(let error): result.value = Int64(error.rawValue)
      }
    case .createThread:
      let number = Int(truncatingIfNeeded: operation.first)
      var stack = operation.second == 0 ? ThreadStackRequest.preset : .size(operation.second)
      if let top = options.ownStacks {
        stack = .own(
          top &+ UInt64(truncatingIfNeeded: number) &* Machine.recordingStackSize, Machine.recordingStackSize)
      }
      switch try state.createThread(
        number, stack: stack, asksForVector: !options.hasLoggedVectors, kernel: &kernel)
      {
      case .success(let vector): result.address = vector
      case .failure(let error): result.value = Int64(error.rawValue)
      }
    case .actAsThread: state.act(asThread: Int(truncatingIfNeeded: operation.first))
    case .exitThread: try state.exitThread(kernel: &kernel)
    case .endThread: try state.joinThread(Int(truncatingIfNeeded: operation.first), kernel: &kernel)
    case .query: result.information = try state.information(kernel: &kernel)
    case .moveBreak:
      result.address = try state.moveBreak(by: Int64(bitPattern: operation.first), &kernel) ?? .max
    case .freeKeeping:
      try state.free(addresses[slot], kernel: &kernel)
      hasDanglingPointers = true
    case .freeInside: try state.free(target, kernel: &kernel)
    case .reallocInside:
      result.address = try state.realloc(target, operation.second, kernel: &kernel)
    case .storeWord:
      try state.programStore(operation.second, count: Int(state.layout.wordSize), at: target, kernel: &kernel)
    case .storePointer, .storeProtectedPointer:
      let other = addresses[Int(operation.other.index)]
      let pointer = other == 0 ? 0 : other &+ operation.second
      let isProtected = operation.kind == .storeProtectedPointer
      try state.programStore(
        isProtected ? target >> 12 ^ pointer : pointer, count: Int(state.layout.wordSize), at: target,
        kernel: &kernel)
    default: break
    }
  }

  /// Writes or reads a byte in each page of a range.
  private func touch(
    _ operation: AllocationOperation, _ state: inout MallocState, _ kernel: inout ObservedKernel
  ) throws(FatalSignal) {
    let block = addresses[Int(operation.slot.index)]
    let start = block &+ operation.first
    let (end, overflow) = start.addingReportingOverflow(operation.second)
    if block == 0 || operation.second == 0 || overflow { return }
    let isWrite = operation.kind == .write
    let room = state.knownUsableSize(of: block)
    let isInside = operation.first <= room && operation.second <= room - operation.first
    guard isWrite, hasDanglingPointers || !isInside else {
      return try kernel.touch(start, length: operation.second, write: isWrite)
    }
    // What is written outside of live blocks may be the allocator's own words.
    var address = start
    while address < end {
      try state.programStore(Self.writtenByte, count: 1, at: address, kernel: &kernel)
      address = (address & ~(pageSize - 1)) &+ pageSize
      if address == 0 { return }
    }
  }

  /// The byte that the recording program wrote.
  private static let writtenByte: UInt64 = 0x55

  /// Brings the peaks of heap and mappings up to date after a call that changed them.
  @inline(__always)
  private mutating func measure(_ kernel: ObservedKernel) {
    if kernel.counts.total != measuredCalls { measureMemory(kernel) }
    // At the peak of the footprint it counts how full it got.
    if usage.footprint.now == usage.footprint.peak, usage.live.now > usage.liveAtPeakFootprint {
      usage.liveAtPeakFootprint = usage.live.now
    }
  }

  @inline(never)
  private mutating func measureMemory(_ kernel: ObservedKernel) {
    measuredCalls = kernel.counts.total
    // Break and mappings may have gone up and down within the call.
    usage.heap.peak = max(usage.heap.peak, kernel.highestBreak &- min(heapStart, kernel.highestBreak))
    usage.mapped.peak = max(usage.mapped.peak, kernel.mostMappedBytes)
    usage.arenaHeaps.peak = max(usage.arenaHeaps.peak, kernel.mostHeapBytes)
    let highest = kernel.mostFootprint &- min(heapStart, kernel.mostFootprint)
    if highest > usage.footprint.peak {
      usage.footprint.peak = highest
      usage.liveAtPeakFootprint = usage.live.now
    }
    usage.heap.set(kernel.currentBreak &- heapStart)
    usage.mapped.set(kernel.mappings.chunkBytes)
    usage.arenaHeaps.set(kernel.mappings.heapBytes)
    usage.stacks.set(kernel.mappings.stackBytes)
    let footprint = usage.heap.now &+ kernel.mappings.footprint
    if footprint > usage.footprint.peak { usage.liveAtPeakFootprint = usage.live.now }
    usage.footprint.set(footprint)
  }
}

extension ReplayCursor {
  /// The slots of blocks that are not freed.
  var liveSlots: [BlockSlot] {
    addresses.indices.filter { addresses[$0] != 0 }.map { BlockSlot(index: UInt32(clamping: $0)) }
  }

  /// Goes back to the first operation, of a trace with as many slots; blocks stay.
  mutating func restart(slotCount: Int) {
    position = 0
    let missing = slotCount - addresses.count
    guard missing > 0 else { return }
    addresses.append(contentsOf: repeatElement(0, count: missing))
    if options.measures { blocks.append(contentsOf: repeatElement(Block(), count: missing)) }
  }

  /// Takes over what the machine counts by itself.
  mutating func note(
    counts: SystemCallCounts, mappings: ReplayMappings, resident: UInt64, peakResident: UInt64,
    minorFaults: UInt64
  ) {
    usage.systemCalls = counts
    usage.mapped.now = mappings.chunkBytes
    usage.arenaHeaps.now = mappings.heapBytes
    usage.resident.now = resident
    usage.resident.peak = max(usage.resident.peak, peakResident)
    usage.minorFaults = minorFaults
  }

  /// Takes over how many arenas there are.
  mutating func note(arenas: Int) { usage.arenas = arenas }
}
