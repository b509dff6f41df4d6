// Top, the break, trimming and mapped chunks.

import Testing

@testable import LinuxMemory

@Suite("Memory from the system")
struct SystemMemoryTests {
  @Test func heapGrowsByRequestAndTopPad() throws {
    var heap = TestHeap()
    _ = try heap.malloc(100)
    #expect(try heap.calls { _ = try $0.malloc(130_000) }.isEmpty)
    #expect(try heap.calls { _ = try $0.malloc(100_000) } == ["brk+38000"])
  }

  @Test func topPadIsAParameter() throws {
    var heap = TestHeap()
    #expect(try heap.set(.topPadding, 0) == 1)
    #expect(try heap.calls { _ = try $0.malloc(100) } == ["brk0", "brk+1000"])
  }

  @Test func freeTrimsTopAtTheThreshold() throws {
    var heap = TestHeap()
    let blocks = try heap.malloc(100_000, times: 3)
    #expect(try heap.calls { try $0.free(blocks[2]) }.isEmpty)
    #expect(try heap.calls { try $0.free(blocks[1]) } == ["brk-19000"])
  }

  @Test func trimThresholdCanBeNever() throws {
    var heap = TestHeap()
    #expect(try heap.set(.trimThreshold, -1) == 1)
    let blocks = try heap.malloc(100_000, times: 3)
    #expect(try heap.calls { try $0.free(blocks) }.isEmpty)
    #expect(try heap.trim())
  }

  @Test func blockUnderTopKeepsTheHeap() throws {
    var heap = TestHeap()
    let blocks = try heap.malloc(2000, times: 1000)
    let pin = try heap.malloc(24)
    #expect(try heap.calls { try $0.free(blocks) }.isEmpty)
    let before = heap.kernel.pages.count
    #expect(try heap.trim())
    #expect(heap.kernel.pages.count < before)
    #expect(heap.chunkState(pin ?? 0) == .inUse)
  }

  @Test func requestsFromTheThresholdOnAreMapped() throws {
    var heap = TestHeap()
    _ = try heap.malloc(10_000)
    #expect(try heap.calls { _ = try $0.malloc(131_057) } == ["mmap:21000@M21000"])
    #expect(try heap.calls { _ = try $0.malloc(131_048) } == ["brk+22000"])
    #expect(try heap.information().hblks == 1)
  }

  @Test func freeingAMappedChunkRaisesTheThresholds() throws {
    var heap = TestHeap()
    let block = try heap.malloc(1 << 20)
    let events = try heap.events { try $0.free(block) }
    #expect(events.first == .thresholdRaised(mmap: 0x10_1000, trim: 0x20_2000))
    #expect(try heap.calls { _ = try $0.malloc(1 << 20) } == ["brk+100000"])
  }

  @Test(arguments: [MallocOption.mappingThreshold, .trimThreshold, .topPadding, .largestMappingCount])
  func settingAThresholdFixesIt(_ option: MallocOption) throws {
    var heap = TestHeap()
    _ = try heap.set(option, 131_072)
    let block = try heap.malloc(1 << 20)
    #expect(try heap.events { try $0.free(block) }.count == 1)
  }

  @Test func noMappingsWithMmapMaxZero() throws {
    var heap = TestHeap()
    #expect(try heap.set(.largestMappingCount, 0) == 1)
    #expect(try heap.malloc(100 << 20) == 0x2a0)
  }

  @Test func refusedBreakIsReplacedByAMapping() throws {
    var heap = TestHeap()
    _ = heap.kernel.addObstacle(at: heap.kernel.initialBreak + 0x21000)
    let calls = try heap.calls { _ = try $0.malloc(100_000) }
    #expect(calls == ["getrandom", "brk0", "brk+21000!", "mmap:100000@M100000"])
    #expect(!heap.state.isContiguous)
  }

  @Test(arguments: [UInt64.max, 1 << 63, (1 << 63) - 1, 1 << 47] as [UInt64])
  func impossibleRequestsFail(_ size: UInt64) throws {
    var heap = TestHeap()
    #expect(try heap.malloc(size) == nil)
    #expect(heap.state.errorNumber == .ENOMEM)
    #expect(try heap.calloc(size, 2) == nil)
    #expect(try heap.memalign(4096, size) == nil)
  }
}
