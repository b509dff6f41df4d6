// What a real program asked of its allocator, from its first call to its last.

/// A recorded trace of allocator calls.
///
/// Readers of text formats fill it from the top; a program can too:
///
///     var trace = AllocationTrace()
///     let block = trace.slot(forID: 1)
///     trace.append(AllocationOperation(.malloc, block, 100), line: 1)
///     trace.append(AllocationOperation(.free, block), line: 2)
package struct AllocationTrace: Sendable, Equatable {
  /// The calls in order.
  package private(set) var operations: [AllocationOperation] = []
  /// The line of the source on which each call stands, counted from 1.
  private var lines: [UInt32] = []
  /// How many slots there are, the null pointer's included.
  package private(set) var slotCount = 1
  /// The variables of the recorded program's environment that its allocator reads, as far as the trace says.
  package var environment: [EnvironmentVariable] = []
  /// How many processors the C library was told of; nil when the trace does not say.
  package var processorCount: Int?
  /// Whether the vectors of threads' local storage, which the C library asks malloc for, are among the calls.
  package var logsVectors = false
  /// Whether threads have stacks that the program made itself.
  package var hasOwnStacks = false
  /// Whether there are threads.
  package var hasThreads: Bool { highestThread > 0 }
  /// The highest number of a thread.
  package private(set) var highestThread = 0
  /// Whether the trace tells what the program wrote into its blocks; allocation logs do not.
  package var tellsWrites = false
  /// What the reader could not turn into calls.
  package var gaps = AllocationTraceGaps()

  private var slots: [UInt64: BlockSlot] = [:]

  /// A trace without calls.
  package init() {}

  /// The slot of a block by the number that the source gives it; 0 is the null pointer.
  package mutating func slot(forID id: UInt64) -> BlockSlot {
    if id == 0 { return .null }
    if let slot = slots[id] { return slot }
    let slot = newSlot()
    slots[id] = slot
    return slot
  }

  /// A slot that no block has had yet.
  ///
  /// A trace has at most 2^32 - 1 of them; then the last is given out again.
  package mutating func newSlot() -> BlockSlot {
    let slot = BlockSlot(index: UInt32(clamping: slotCount))
    if slotCount <= Int(UInt32.max) { slotCount += 1 }
    return slot
  }

  /// Adds a call.
  ///
  /// - Parameters:
  ///   - operation: The call; its slots are from this trace.
  ///   - line: Where it stands in the source.
  package mutating func append(_ operation: AllocationOperation, line: Int) {
    noteSlots(of: operation)
    if operation.kind == .createThread { highestThread = max(highestThread, Int(clamping: operation.first)) }
    operations.append(operation)
    lines.append(UInt32(clamping: line))
  }

  /// Puts calls before all others; they stand on no line.
  package mutating func prepend(_ operations: [AllocationOperation]) {
    if operations.isEmpty { return }
    self.operations.insert(contentsOf: operations, at: 0)
    lines.insert(contentsOf: repeatElement(0, count: operations.count), at: 0)
    for operation in operations { noteSlots(of: operation) }
  }

  /// The same trace without what is neither allocating nor freeing.
  package var allocations: AllocationTrace {
    var trace = self
    trace.lines = []
    trace.operations = operations.filter { $0.kind == .free || $0.request != nil }
    return trace
  }

  private mutating func noteSlots(of operation: AllocationOperation) {
    slotCount = max(slotCount, Int(max(operation.slot.index, operation.other.index)) + 1)
  }

  /// Makes room for calls that are about to come.
  package mutating func reserveCapacity(_ count: Int) {
    operations.reserveCapacity(count)
    lines.reserveCapacity(count)
  }

  /// The line of a call; 0 for one that does not exist.
  package func line(ofOperation index: Int) -> Int {
    lines.indices.contains(index) ? Int(lines[index]) : 0
  }
}

/// What an allocation log had that could not be replayed.
package struct AllocationTraceGaps: Sendable, Equatable {
  /// Blocks freed or resized that the log never saw allocated.
  package var unknownBlocks = 0
  /// Addresses handed out again although the log never saw them freed; the old block counts as freed.
  package var missedFrees = 0
  /// Calls of free(NULL), which do nothing.
  package var nullFrees = 0
  /// Lines of processes other than the first one.
  package var foreignLines = 0
  /// Calls that the log breaks off in.
  package var unfinishedCalls = 0

  /// No gaps.
  package init() {}
}
