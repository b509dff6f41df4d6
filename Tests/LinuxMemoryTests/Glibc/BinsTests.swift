// Fastbins, the unsorted bin, small and large bins: who is taken, in which order, and what is left.

import Testing

@testable import LinuxMemory

@Suite("Bins")
struct BinsTests {
  /// A heap without a thread cache, so that every free reaches the bins.
  private func bareHeap() -> TestHeap { TestHeap("glibc.malloc.tcache_count=0") }

  @Test func fastBinIsAStack() throws {
    var heap = bareHeap()
    let blocks = try heap.malloc(24, times: 3)
    try heap.free(blocks)
    #expect(blocks.allSatisfy { heap.chunkState($0) == .fastBin(0) })
    #expect(try heap.malloc(24) == blocks[2])
    #expect(try heap.malloc(24) == blocks[1])
  }

  @Test func fastBinsEndAt120Bytes() throws {
    var heap = bareHeap()
    let blocks = [try heap.malloc(120), try heap.malloc(121), try heap.malloc(24)].compactMap { $0 }
    try heap.free(blocks[..<2])
    #expect(heap.chunkState(blocks[0]) == .fastBin(6))
    #expect(heap.chunkState(blocks[1]) == .unsorted)
  }

  @Test func fastBinFillsTheThreadCache() throws {
    var heap = TestHeap()
    let blocks = try heap.malloc(24, times: 12)
    try heap.free(blocks)
    _ = try heap.malloc(24, times: 7)
    let events = try heap.events { _ = try $0.malloc(24) }
    #expect(events == [.fastBinHit(size: 32), .stashed(size: 32, count: 4)])
  }

  @Test func largeRequestConsolidatesFastBins() throws {
    var heap = bareHeap()
    let blocks = try heap.malloc(100, times: 4)
    _ = try heap.malloc(24)
    try heap.free(blocks)
    let events = try heap.events { _ = try $0.malloc(1001) }
    #expect(events.first == .consolidated(chunks: 4))
    #expect(try heap.information().fsmblks == 0)
  }

  @Test func neighboursMerge() throws {
    var heap = bareHeap()
    let blocks = try heap.malloc(500, times: 4)
    try heap.free([blocks[0], blocks[2]])
    let events = try heap.events { try $0.free(blocks[1]) }
    #expect(events == [.merged(size: 3 * 512, intoTop: false, freed: 512)])
    #expect(heap.chunkState(blocks[0]) == .unsorted)
    #expect(heap.chunkState(blocks[1]) == nil)
  }

  @Test func exactFitInUnsortedIsTakenWhole() throws {
    var heap = bareHeap()
    let blocks = try heap.malloc(500, times: 3)
    try heap.free(blocks[1])
    #expect(try heap.malloc(504) == blocks[1])
  }

  @Test func smallBinIsAQueue() throws {
    var heap = bareHeap()
    let blocks = try heap.malloc(200, times: 6)
    try heap.free([blocks[0], blocks[2], blocks[4]])
    _ = try heap.malloc(3000)
    #expect(heap.chunkState(blocks[0]) == .smallBin(13))
    #expect(try heap.malloc(200) == blocks[0])
    #expect(try heap.malloc(200) == blocks[2])
  }

  @Test func lastRemainderServesSmallRequestsSideBySide() throws {
    var heap = bareHeap()
    let hole = try heap.malloc(3000)
    _ = try heap.malloc(24)
    try heap.free(hole)
    let first = try heap.malloc(100)
    #expect(first == hole)
    let events = try heap.events { _ = try $0.malloc(200) }
    #expect(events == [.lastRemainderSplit(size: 208, left: 3008 - 112 - 208)])
  }

  @Test func largeBinTakesTheSmallestThatFits() throws {
    var heap = bareHeap()
    let sizes: [UInt64] = [4000, 2000, 3000, 2500]
    var holes: [UInt64: UInt64] = [:]
    for size in sizes {
      holes[size] = try heap.malloc(size)
      _ = try heap.malloc(24)
    }
    try heap.free(sizes.compactMap { holes[$0] })
    _ = try heap.malloc(100_000)
    #expect(heap.chunkState(holes[2500] ?? 0) == .largeBin(87))
    #expect(try heap.malloc(2400) == holes[2500])
    #expect(try heap.malloc(2600) == holes[3000])
  }

  @Test func equalSizesStandBehindTheFirst() throws {
    var heap = bareHeap()
    var holes: [UInt64] = []
    for _ in 0..<3 {
      holes += try heap.malloc(2000, times: 1)
      _ = try heap.malloc(24)
    }
    try heap.free(holes)
    _ = try heap.malloc(100_000)
    // The first stays on the list of sizes; the second in line goes first.
    let order = [holes[2], holes[1], holes[0]]
    for hole in order { #expect(try heap.malloc(2000) == hole) }
  }

  @Test(
    arguments: [
      (1008, 63), (1024, 64), (3136, 97), (3200, 97), (10752, 112), (45056, 120), (163_840, 124),
      (786_432, 126),
    ] as [(UInt64, Int)])
  func binOfASize(_ size: UInt64, _ bin: Int) {
    #expect(MallocLayout.x86_64.bin(forSize: size) == bin)
  }

  @Test func binsOf32BitBuild() {
    #expect(MallocLayout.i386.bin(forSize: 16) == 2)
    #expect(MallocLayout.i386.bin(forSize: 992) == 63)
    #expect(MallocLayout.i386.bin(forSize: 1008) == 64)
  }
}
