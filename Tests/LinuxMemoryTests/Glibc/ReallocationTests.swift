// realloc, calloc, memalign and their kin.

import Testing

@testable import LinuxMemory

@Suite("realloc, calloc, memalign")
struct ReallocationTests {
  @Test func nullAndZero() throws {
    var heap = TestHeap()
    let block = try heap.realloc(nil, 100)
    #expect(block == 0x2a0)
    #expect(try heap.realloc(block, 0) == nil)
    #expect(try heap.malloc(100) == block)
  }

  @Test func shrinksInPlaceAndFreesTheRest() throws {
    var heap = TestHeap()
    let block = try heap.malloc(1000)
    _ = try heap.malloc(24)
    #expect(try heap.realloc(block, 100) == block)
    #expect(heap.chunkState((block ?? 0) + 112) == .threadCache(bin: 54))
  }

  @Test func growsIntoTop() throws {
    var heap = TestHeap()
    let block = try heap.malloc(1000)
    let events = try heap.events { _ = try $0.realloc(block, 5000) }
    #expect(events == [.grownIntoTop(from: 1008, to: 5008)])
  }

  @Test func growsIntoAFreeNeighbour() throws {
    var heap = TestHeap()
    let blocks = try heap.malloc(2000, times: 3)
    try heap.free(blocks[1])
    #expect(try heap.realloc(blocks[0], 3000) == blocks[0])
  }

  @Test func movesOtherwiseAndReadsTheOldPages() throws {
    var heap = TestHeap()
    let block = try heap.malloc(10_000)
    _ = try heap.malloc(24)
    let faults = heap.kernel.faults
    let moved = try heap.realloc(block, 20_000)
    #expect(moved != block)
    #expect(heap.kernel.faults > faults)
    #expect(heap.kernel.pages.values.contains(.zeroPage))
  }

  @Test func mappedChunkIsRemapped() throws {
    var heap = TestHeap()
    let block = try heap.malloc(500_000)
    #expect(
      try heap.calls { _ = try $0.realloc(block, 300_000) }.first?.hasPrefix("mremap:7b000>4a000") == true)
  }

  @Test func callocRejectsAnOverflowingProduct() throws {
    var heap = TestHeap()
    #expect(try heap.calls { _ = try $0.calloc(1 << 32, 1 << 32) }.isEmpty)
    #expect(heap.state.errorNumber == .ENOMEM)
  }

  @Test func callocLeavesFreshMemoryAlone() throws {
    var heap = TestHeap()
    _ = try heap.calloc(1, 200_000)
    #expect(heap.kernel.pages.count == 2)
  }

  @Test func callocClearsReusedMemory() throws {
    var heap = TestHeap()
    let block = try heap.malloc(2000)
    _ = try heap.malloc(24)
    try heap.write(.max, at: (block ?? 0) + 800)
    try heap.free(block)
    #expect(try heap.calloc(1, 2000) == block)
    #expect(heap.state.word(at: heap.kernel.initialBreak + (block ?? 0) + 800) == 0)
  }

  @Test(arguments: [(64, 100), (4096, 5000), (65536, 10), (33, 10)] as [(UInt64, UInt64)])
  func memalignAligns(_ alignment: UInt64, _ size: UInt64) throws {
    var heap = TestHeap()
    let block = try heap.memalign(alignment, size)
    let address = heap.kernel.initialBreak + (block ?? 1)
    #expect(address.isMultiple(of: alignment == 33 ? 64 : alignment))
    #expect(heap.state.invariantViolations().isEmpty)
  }

  @Test func posixMemalignChecksItsAlignment() throws {
    var heap = TestHeap()
    for alignment: UInt64 in [0, 4, 24, 100] {
      let result = try heap.state.posixMemalign(alignment: alignment, size: 8, kernel: &heap.kernel)
      #expect(result == .failure(.EINVAL))
    }
    #expect(try heap.state.posixMemalign(alignment: 64, size: 8, kernel: &heap.kernel).get() != 0)
  }

  @Test func pvallocOfTwoBytesAsksForOneMoreThanAPage() throws {
    var heap = TestHeap()
    let address = try heap.state.pvalloc(2, kernel: &heap.kernel)
    #expect(try heap.state.usableSize(of: address, kernel: &heap.kernel) == 4104)
  }

  @Test func reallocarrayChecksTheProduct() throws {
    var heap = TestHeap()
    #expect(try heap.state.reallocarray(0, count: 1 << 33, size: 1 << 33, kernel: &heap.kernel) == 0)
    #expect(heap.state.errorNumber == .ENOMEM)
  }
}
