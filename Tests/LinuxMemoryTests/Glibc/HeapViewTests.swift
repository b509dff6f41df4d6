// What a look at the heap shows, and whether its forecast of a trim comes true.

import Testing

@testable import LinuxMemory

@Suite("A look at the heap")
struct HeapViewTests {
  private func boot() throws -> (Machine, ProcessID) {
    var machine = try Machine(configuration: MachineConfiguration())
    let process = try machine.spawn(name: "test").get()
    return (machine, process)
  }

  private func allocator(_ machine: Machine, _ process: ProcessID) throws -> MallocState {
    try #require(machine.process(process)?.malloc)
  }

  private func reasons(_ heap: TestHeap) -> [HeapRetention] {
    heap.state.retention(
      of: heap.state.heapRuns().runs, programBreak: heap.kernel.currentBreak, residentTop: 8192)
  }

  @Test func equalNeighboursAreOneRun() throws {
    var heap = TestHeap()
    _ = try heap.malloc(24, times: 1000)
    let (runs, broken) = heap.state.heapRuns()
    #expect(broken == nil)
    #expect(runs.map(\.count) == [1, 1000, 1])
    #expect(runs.map(\.first.state) == [.threadCacheStructure, .inUse, .top])
    #expect(heap.state.heapRuns(limit: 1).runs.count == 1002)
  }

  @Test func listsAreInTheirOrder() throws {
    var heap = TestHeap("glibc.malloc.tcache_count=1")
    let blocks = try heap.malloc(24, times: 4)
    for block in blocks { try heap.free(block) }
    let lists = heap.state.freeLists()
    #expect(lists.map(\.state) == [.threadCache(bin: 0), .fastBin(0)])
    let start = heap.kernel.initialBreak &- 16
    #expect(lists.last?.chunks.map { $0.address &- start } == [blocks[3], blocks[2], blocks[1]])
  }

  @Test func aChunkIsShownWithItsNeighbours() throws {
    var heap = TestHeap()
    let blocks = try heap.malloc(24, times: 9)
    let middle = heap.kernel.initialBreak &+ blocks[4]
    let (chunks, index) = try #require(heap.state.chunks(around: middle &+ 3, neighbours: 2))
    #expect(chunks.count == 5 && index == 2)
    #expect(chunks[index].address == middle &- 16)
    #expect(heap.state.chunks(around: 0, neighbours: 2) == nil)
  }

  @Test func aBlockUnderTopKeepsWhatIsFreeBelowIt() throws {
    var (machine, process) = try boot()
    let blocks = try (0..<64).map { _ in try machine.malloc(8192, in: process) }
    for block in blocks.dropLast() { try machine.free(block, in: process) }
    let state = try allocator(machine, process)
    let programBreak = try #require(machine.process(process)).addressSpace.programBreak
    let reasons = state.retention(of: state.heapRuns().runs, programBreak: programBreak, residentTop: 8192)
    let last = HeapChunk(address: (blocks.last ?? 0) &- 16, size: 8208, state: .inUse)
    #expect(reasons.first == .pinned(by: last, freeBelow: 63 * 8208))
  }

  @Test func topBelowTheTrimThresholdStays() throws {
    var heap = TestHeap()
    let block = try heap.malloc(50_000)
    try heap.free(block)
    _ = try heap.malloc(9000)
    let found = reasons(heap)
    let top = try #require(heap.state.topChunk).size
    #expect(found == [.topBelowThreshold(top: top, threshold: 131_072, isRaised: false)])
  }

  @Test func freeingAMappingRaisesTheThreshold() throws {
    var heap = TestHeap()
    let small = try heap.malloc(60_000, times: 3)
    try heap.free(try heap.malloc(1 << 20))
    for block in small.reversed() { try heap.free(block) }
    let found = reasons(heap)
    let top = try #require(heap.state.topChunk).size
    #expect(found == [.topBelowThreshold(top: top, threshold: 2 * ((1 << 20) + 4096), isRaised: true)])
  }

  @Test func aBreakThatOthersMovedCannotBeLowered() throws {
    var (machine, process) = try boot()
    _ = try machine.malloc(24, in: process)
    _ = try machine.sbrk(4096, in: process)
    let state = try allocator(machine, process)
    let programBreak = try #require(machine.process(process)).addressSpace.programBreak
    let reasons = state.retention(of: state.heapRuns().runs, programBreak: programBreak, residentTop: 8192)
    #expect(
      reasons == [.breakMovedByOthers(heapEnd: programBreak - 4096, programBreak: programBreak)])
  }

  @Test func freedChunksInCachesAreCounted() throws {
    var heap = TestHeap()
    for block in try heap.malloc(24, times: 10) { try heap.free(block) }
    let found = reasons(heap)
    #expect(found.suffix(2) == [.threadCache(count: 7, bytes: 224), .fastBins(count: 3, bytes: 96)])
  }

  @Test func aHeaderThatMakesNoSenseEndsTheWalk() throws {
    var heap = TestHeap()
    let blocks = try heap.malloc(24, times: 3)
    let header = heap.kernel.initialBreak &+ blocks[1] &- 8
    for size in [0, 8, 24, 1 << 40, .max] as [UInt64] {
      var copy = heap
      try copy.state.programStore(size, count: 8, at: header, kernel: &copy.kernel)
      let (runs, broken) = copy.state.heapRuns()
      #expect(broken == header &- 8)
      #expect(runs.map(\.count) == [1, 1])
    }
  }

  @Test func aListThatIsACircleIsNoticed() throws {
    var (machine, process) = try boot()
    let blocks = try (0..<4).map { _ in try machine.malloc(2000, in: process) }
    try machine.free(blocks[0], in: process)
    try machine.free(blocks[2], in: process)
    #expect(machine.trimForecast(in: process) != nil)
    try machine.store(blocks[0] &- 16, count: 8, at: blocks[0] &+ 8, in: process)
    #expect(try allocator(machine, process).hasSoundLists == false)
    #expect(machine.trimForecast(in: process) == nil)
  }

  /// A random program; then malloc_trim gives back what was foretold.
  @Test(arguments: 1...12 as ClosedRange<UInt64>)
  func theForecastComesTrue(seed: UInt64) throws {
    var (machine, process) = try boot()
    var random = SplitMix(seed: seed)
    var blocks: [UInt64] = []
    for _ in 0..<600 {
      if blocks.count < 20 || UInt8.random(in: 0..<100, using: &random) < 55 {
        let isLarge = UInt8.random(in: 0..<4, using: &random) == 0
        let size = UInt64.random(in: 0...(isLarge ? 200_000 : 3000), using: &random)
        let block = try machine.malloc(size, in: process)
        if Bool.random(using: &random) {
          try machine.access(block, length: max(size, 1), .write, in: process)
        }
        blocks.append(block)
      } else {
        let index = Int.random(in: 0..<blocks.count, using: &random)
        try machine.free(blocks.remove(at: index), in: process)
      }
    }
    let before = try #require(machine.process(process))
    let untouched = machine
    let forecast = try #require(machine.trimForecast(in: process))
    #expect(machine == untouched, "seed \(seed): looking changed the machine")
    _ = try machine.mallocTrim(0, in: process)
    let after = try #require(machine.process(process))
    #expect(before.residentBytes - after.residentBytes == forecast.residentBytes, "seed \(seed)")
    #expect(
      before.addressSpace.programBreak - after.addressSpace.programBreak == forecast.breakBytes,
      "seed \(seed)")
    #expect(machine.trimForecast(in: process)?.residentBytes == 0, "seed \(seed): nothing is left")
  }
}
