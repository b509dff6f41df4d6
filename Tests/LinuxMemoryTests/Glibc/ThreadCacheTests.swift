// The thread cache: its first chunk, its depth, who uses it and who does not.

import Testing

@testable import LinuxMemory

@Suite("Thread cache")
struct ThreadCacheTests {
  @Test func itsStructureIsTheFirstChunk() throws {
    var heap = TestHeap()
    #expect(try heap.malloc(24) == 0x2a0)
    #expect(heap.breakOffset == 0x21000)
    #expect(heap.chunkState(0x10) == .threadCacheStructure)
  }

  @Test func givesBackTheChunkFreedLast() throws {
    var heap = TestHeap()
    let blocks = try heap.malloc(40, times: 3)
    try heap.free(blocks)
    #expect(try heap.malloc(40) == blocks[2])
    #expect(try heap.malloc(33) == blocks[1])
    #expect(try heap.malloc(25) == blocks[0])
  }

  @Test func holdsSevenOfASize() throws {
    var heap = TestHeap()
    let blocks = try heap.malloc(24, times: 8)
    try heap.free(blocks)
    #expect(blocks[..<7].allSatisfy { heap.chunkState($0) == .threadCache(bin: 0) })
    #expect(heap.chunkState(blocks[7]) == .fastBin(0))
  }

  @Test func servesRequestsUpTo1032Bytes() throws {
    var heap = TestHeap()
    let small = try heap.malloc(1032)
    let large = try heap.malloc(1033)
    _ = try heap.malloc(24)
    try heap.free(small)
    try heap.free(large)
    #expect(heap.chunkState(small ?? 0) == .threadCache(bin: 63))
    #expect(heap.chunkState(large ?? 0) == .unsorted)
  }

  @Test func callocDoesNotTakeFromIt() throws {
    var heap = TestHeap()
    let block = try heap.malloc(40)
    try heap.free(block)
    #expect(try heap.calloc(1, 40) != block)
    #expect(try heap.malloc(40) == block)
  }

  @Test func memalignAsFirstCallComesBeforeIt() throws {
    var heap = TestHeap()
    #expect(try heap.memalign(64, 100) == 0x40)
    #expect(heap.state.threadCache == 0)
    _ = try heap.malloc(24)
    #expect(heap.state.threadCache != 0)
  }

  @Test func tunablesChangeDepthAndReach() throws {
    var heap = TestHeap("glibc.malloc.tcache_count=1:glibc.malloc.tcache_max=24")
    let small = try heap.malloc(24, times: 2)
    let larger = try heap.malloc(40)
    try heap.free(small)
    try heap.free(larger)
    #expect(heap.chunkState(small[0]) == .threadCache(bin: 0))
    #expect(heap.chunkState(small[1]) == .fastBin(0))
    #expect(heap.chunkState(larger ?? 0) == .fastBin(1))
  }

  @Test func saysWhatItDid() throws {
    var heap = TestHeap()
    let block = try heap.malloc(40)
    #expect(try heap.events { try $0.free(block) } == [.threadCachePut(size: 48, count: 1)])
    #expect(try heap.events { _ = try $0.malloc(40) } == [.threadCacheHit(size: 48, left: 0)])
  }
}
