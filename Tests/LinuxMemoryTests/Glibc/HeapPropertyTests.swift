// Random programs: the heap stays sound, blocks never overlap, and copies are snapshots.

import Testing

@testable import LinuxMemory

@Suite("Heap properties")
struct HeapPropertyTests {
  @Test(arguments: Array(UInt64(1)...12))
  func randomProgramsKeepTheInvariants(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    var heap = TestHeap(seed.isMultiple(of: 3) ? "glibc.malloc.tcache_count=1" : "")
    if seed.isMultiple(of: 4) { heap.kernel.addObstacle(at: heap.kernel.initialBreak + 0x60000) }
    var live: [UInt64: UInt64] = [:]
    for step in 0..<400 {
      try perform(&heap, &live, &random)
      if step.isMultiple(of: 5) {
        let violations = heap.state.invariantViolations()
        #expect(violations.isEmpty, "seed \(seed) step \(step)")
        expectDisjoint(live, seed)
      }
    }
    try heap.free(live.keys.sorted())
    #expect(heap.state.invariantViolations().isEmpty, "seed \(seed)")
  }

  private func perform(
    _ heap: inout TestHeap, _ live: inout [UInt64: UInt64], _ random: inout SplitMix
  ) throws {
    let largest: UInt64 = [100, 1500, 40_000, 300_000][Int.random(in: 0..<4, using: &random)]
    let size = UInt64.random(in: 0...largest, using: &random)
    let victim = live.keys.sorted().randomElement(using: &random)
    switch Int.random(in: 0..<12, using: &random) {
    case 0..<5: if let block = try heap.malloc(size) { live[block] = try heap.usableSize(block) }
    case 5: if let block = try heap.calloc(1, size) { live[block] = try heap.usableSize(block) }
    case 6:
      let alignment: UInt64 = 1 << UInt64.random(in: 5...13, using: &random)
      if let block = try heap.memalign(alignment, size) { live[block] = try heap.usableSize(block) }
    case 7:
      guard let victim else { break }
      live[victim] = nil
      if let block = try heap.realloc(victim, size) { live[block] = try heap.usableSize(block) }
    case 8 where UInt64.random(in: 0..<8, using: &random) == 0: _ = try heap.trim()
    default:
      guard let victim else { break }
      live[victim] = nil
      try heap.free(victim)
    }
  }

  private func expectDisjoint(_ live: [UInt64: UInt64], _ seed: UInt64) {
    var end: UInt64 = 0
    for (block, usable) in live.sorted(by: { $0.key < $1.key }) {
      #expect(block >= end, "seed \(seed)")
      end = block + usable
    }
  }

  @Test func aCopyIsASnapshot() throws {
    var heap = TestHeap()
    let blocks = try heap.malloc(100, times: 50)
    let snapshot = heap
    let copy = heap.state
    try heap.free(blocks)
    _ = try heap.malloc(5000, times: 20)
    #expect(heap.state != copy)
    heap = snapshot
    #expect(heap.state == copy)
    #expect(blocks.allSatisfy { heap.chunkState($0) == .inUse })
    try heap.free(blocks)
    #expect(heap.state.invariantViolations().isEmpty)
  }

  @Test func findsTheBlockAroundAnAddress() throws {
    var heap = TestHeap()
    let start = heap.kernel.initialBreak
    let small = try heap.malloc(24) ?? 0
    let large = try heap.malloc(100_000) ?? 0
    let mapped = try heap.malloc(1 << 20) ?? 0
    #expect(heap.state.allocation(containing: start + small + 5)?.address == start + small)
    #expect(heap.state.allocation(containing: start + large + 99_999)?.usableSize == 100_008)
    let found = heap.state.allocation(containing: start &+ mapped &+ 5000)
    #expect(found?.isMapped == true && found?.address == start &+ mapped)
    #expect(heap.state.allocation(containing: start + 0x100) == nil)
    #expect(heap.state.allocation(containing: start + 0x20ff8) == nil)
    try heap.free(small)
    #expect(heap.state.allocation(containing: start + small)?.isLive == false)
    try heap.free(mapped)
    #expect(heap.state.allocation(containing: start &+ mapped) == nil)
  }

  @Test func thirtyTwoBitHeapStaysSound() throws {
    var heap = TestHeap(layout: .i386)
    var random = SplitMix(seed: 7)
    #expect(try heap.malloc(12) == 0x1a0)
    var live: [UInt64: UInt64] = [:]
    for _ in 0..<500 { try perform(&heap, &live, &random) }
    #expect(heap.state.invariantViolations().isEmpty)
  }
}
