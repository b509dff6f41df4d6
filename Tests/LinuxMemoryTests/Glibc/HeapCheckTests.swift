// The check of the heap's invariants notices each way of breaking one.

import Testing

@testable import LinuxMemory

@Suite("The check of the heap")
struct HeapCheckTests {
  /// A heap with a chunk on each kind of list, and the blocks in it by what became of them.
  private func heap() throws -> (TestHeap, [String: UInt64]) {
    var heap = TestHeap("glibc.malloc.tcache_count=1")
    var blocks: [String: UInt64] = [:]
    for (name, size) in [
      ("cached", 24), ("fast", 24), ("small", 600), ("large", 3000), ("unsorted", 5000), ("live", 5000),
    ] as [(String, UInt64)] {
      blocks[name] = try heap.malloc(size)
      _ = try heap.malloc(40)
    }
    for name in ["cached", "fast"] { try heap.free(blocks[name]) }
    let filler = try heap.malloc(600)
    try heap.free(filler)
    for name in ["small", "large"] { try heap.free(blocks[name]) }
    _ = try heap.malloc(9000)
    try heap.free(blocks["unsorted"])
    return (heap, blocks)
  }

  @Test func aSoundHeapPasses() throws {
    let (heap, _) = try heap()
    #expect(heap.state.invariantViolations() == [])
  }

  @Test(
    arguments: [
      ("cached", -8, 0x41), ("cached", 0, 0x1230), ("fast", -8, 0x31), ("fast", 0, 0x1230),
      ("small", -8, 0x251),
      ("small", 8, 0x10), ("small", 0, 0x10), ("large", -8, 0xbb1), ("large", 8, 0x10), ("large", 16, 0),
      ("unsorted", -8, 0x1001), ("unsorted", 5000 - 8, 0x1380), ("live", -8, 0), ("live", -8, 0x1371),
      ("live", -8, 0x13b1), ("live", 5000, 0x30),
    ] as [(String, Int64, UInt64)])
  func aBrokenOneDoesNot(_ name: String, _ offset: Int64, _ value: UInt64) throws {
    var (heap, blocks) = try heap()
    let block = try #require(blocks[name])
    try heap.write(value, at: block &+ UInt64(bitPattern: offset))
    #expect(heap.state.invariantViolations() != [])
  }

  @Test func aWrongCountOfTheThreadCacheIsNoticed() throws {
    var (heap, _) = try heap()
    try heap.write(2, at: 0x10)
    #expect(heap.state.invariantViolations() != [])
  }

  @Test func aTopThatDoesNotReachTheBreakIsNoticed() throws {
    var (heap, _) = try heap()
    heap.state.arena.systemBytes += 4096
    #expect(heap.state.invariantViolations() != [])
  }

  @Test func aListThatIsACircleEndsTheProcess() throws {
    var heap = TestHeap("glibc.malloc.tcache_count=0")
    let blocks = try heap.malloc(24, times: 3)
    try heap.free([blocks[0], blocks[1], blocks[0]])
    #expect(throws: FatalSignal(process: ProcessID(1), signal: 9)) { _ = try heap.information() }
  }
}
