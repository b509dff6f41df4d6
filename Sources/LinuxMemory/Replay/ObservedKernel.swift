// A kernel that counts, and on demand lists, what an allocator asks of it.

/// The kernel of one process with a count of the system calls that go through it.
struct ObservedKernel: MallocKernel {
  private var base: ProcessMemory
  /// How many calls there were.
  var counts: SystemCallCounts
  /// What is mapped by calls that went through here.
  var mappings: ReplayMappings
  /// The highest break that a call reached.
  private(set) var highestBreak: UInt64
  /// The most bytes that chunks' mappings had after a call, and heaps of arenas.
  private(set) var mostMappedBytes: UInt64, mostHeapBytes: UInt64
  /// The largest sum of both.
  private(set) var mostFootprint: UInt64
  /// The calls in order, while ``listsCalls`` is set.
  var calls: [SystemCall] = []
  private let listsCalls: Bool
  /// How many processors there are said to be; nil for those of the machine.
  var processorCount: Int?

  init(_ base: ProcessMemory, counts: SystemCallCounts, mappings: ReplayMappings, listsCalls: Bool) {
    self.base = base
    self.counts = counts
    self.mappings = mappings
    self.listsCalls = listsCalls
    highestBreak = base.currentBreak
    mostMappedBytes = mappings.chunkBytes
    mostHeapBytes = mappings.heapBytes
    mostFootprint = base.currentBreak &+ mappings.footprint
  }

  /// Brings the peaks up to date after a call that changed something.
  private mutating func notePeaks() {
    highestBreak = max(highestBreak, base.currentBreak)
    mostMappedBytes = max(mostMappedBytes, mappings.chunkBytes)
    mostHeapBytes = max(mostHeapBytes, mappings.heapBytes)
    mostFootprint = max(mostFootprint, base.currentBreak &+ mappings.footprint)
  }

  @inline(__always) var currentBreak: UInt64 { base.currentBreak }
  @inline(__always) var residencyGeneration: UInt64 { base.residencyGeneration }
  var programName: String { base.programName }
  @inline(__always) var listensToAllocator: Bool { base.listensToAllocator }

  mutating func brk(_ address: UInt64) throws(FatalSignal) -> UInt64 {
    let before = base.currentBreak
    let after = try base.brk(address)
    counts.brk += 1
    notePeaks()
    list(.brk(address, from: before, to: after))
    return after
  }

  mutating func mmap(length: UInt64) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    let result = try base.mmap(length: length)
    counts.mmap += 1
    if case .success = result { mappings.map(length) }
    notePeaks()
    list(.mmap(length: length, result))
    return result
  }

  mutating func mapStack(length: UInt64, isAccessible: Bool) throws(FatalSignal) -> Result<
    UInt64, ErrorNumber
  > {
    let result = try base.mapStack(length: length, isAccessible: isAccessible)
    counts.mmap += 1
    if case .success(let start) = result { mappings.mapStack(start, length) }
    list(.mmap(length: length, result))
    return result
  }

  mutating func markGuard(_ address: UInt64, length: UInt64) throws(FatalSignal) -> Result<
    Void, ErrorNumber
  > {
    let result = try base.markGuard(address, length: length)
    counts.madvise += 1
    list(.madvise(address, length: length, advice: 102, Self.error(of: result)))
    return result
  }

  mutating func denyAccess(_ address: UInt64, length: UInt64) throws(FatalSignal) -> Result<
    Void, ErrorNumber
  > {
    let result = try base.denyAccess(address, length: length)
    counts.mprotect += 1
    list(.mprotect(address, length: length, isAccessible: false, Self.error(of: result)))
    return result
  }

  mutating func startThread(_ number: Int) -> Bool {
    list(.clone)
    return base.startThread(number)
  }

  mutating func endThread(_ number: Int) {
    list(.exit)
    base.endThread(number)
  }

  mutating func forgetThread(_ number: Int) { base.forgetThread(number) }

  mutating func readProcessorCount() -> Int {
    list(.readFile("/sys/devices/system/cpu/online"))
    return processorCount ?? base.readProcessorCount()
  }

  mutating func readOvercommitMode() {
    list(.readFile("/proc/sys/vm/overcommit_memory"))
    base.readOvercommitMode()
  }

  mutating func reserve(
    length: UInt64, near address: UInt64, isFree: Bool
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    let result = try base.reserve(length: length, near: address, isFree: isFree)
    counts.mmap += 1
    if case .success(let start) = result { mappings.reserve(start, length) }
    list(.mmap(length: length, result))
    return result
  }

  mutating func allowAccess(_ address: UInt64, length: UInt64) throws(FatalSignal) -> Result<
    Void, ErrorNumber
  > {
    let result = try base.allowAccess(address, length: length)
    counts.mprotect += 1
    if case .success = result { mappings.allow(address, length) }
    notePeaks()
    list(.mprotect(address, length: length, isAccessible: true, Self.error(of: result)))
    return result
  }

  mutating func munmap(_ address: UInt64, length: UInt64) throws(FatalSignal) -> Result<Void, ErrorNumber> {
    let result = try base.munmap(address, length: length)
    counts.munmap += 1
    if case .success = result { mappings.unmap(address, length) }
    list(.munmap(address, length: length, Self.error(of: result)))
    return result
  }

  mutating func mremap(
    _ address: UInt64, oldLength: UInt64, newLength: UInt64
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    let result = try base.mremap(address, oldLength: oldLength, newLength: newLength)
    counts.mremap += 1
    if case .success = result { mappings.remap(from: oldLength, to: newLength) }
    notePeaks()
    list(.mremap(address, oldLength: oldLength, newLength: newLength, result))
    return result
  }

  mutating func discardPages(_ address: UInt64, length: UInt64) throws(FatalSignal) -> Result<
    Void, ErrorNumber
  > {
    let result = try base.discardPages(address, length: length)
    counts.madvise += 1
    list(.madvise(address, length: length, advice: 4, Self.error(of: result)))
    return result
  }

  mutating func touch(_ address: UInt64, length: UInt64, write: Bool) throws(FatalSignal) {
    try base.touch(address, length: length, write: write)
  }

  mutating func randomWord(atStart: Bool) -> UInt64 {
    if !atStart { list(.getrandom) }
    return base.randomWord(atStart: atStart)
  }

  mutating func abort(_ message: String) -> FatalSignal {
    list(.abort(message))
    return base.abort(message)
  }

  mutating func killSpinning() -> FatalSignal { base.killSpinning() }

  func spend(_ units: Int) throws(FatalSignal) { try base.spend(units) }

  mutating func record(_ event: GlibcEvent) { base.record(event) }

  private mutating func list(_ call: @autoclosure () -> SystemCall) {
    if listsCalls { calls.append(call()) }
  }

  private static func error(of result: Result<Void, ErrorNumber>) -> ErrorNumber? {
    if case .failure(let error) = result { error } else { nil }
  }
}
