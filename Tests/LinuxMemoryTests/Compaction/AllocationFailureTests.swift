// A request that fails: the indices that say why, and the report in the kernel log.

import Testing

@testable import LinuxMemory

@Suite("Failed page requests")
struct AllocationFailureTests {
  @Test("the report names the request and shows the free lists, once in ten seconds")
  func report() throws {
    var machine = try Machine(configuration: MachineConfiguration())
    while case .success = machine.allocPages([.GFP_NOWAIT, .__GFP_NOWARN], order: 10) {}
    #expect(machine.log.lines.isEmpty)
    #expect(throws: KernelAllocationFailure.outOfMemory) {
      try machine.allocPages([.GFP_NOWAIT, .__GFP_COMP, .__GFP_DMA32], order: 10).get()
    }
    let lines = machine.log.lines.map(\.text)
    let first =
      "init: page allocation failure: order:10, "
      + "mode:0x40804(GFP_NOWAIT|GFP_DMA32|__GFP_COMP), nodemask=(null),cpuset=/,mems_allowed=0"
    #expect(lines.first == first)
    #expect(lines.contains("Mem-Info:"))
    #expect(lines.last == "0 pages hwpoisoned")
    _ = machine.allocPages(.GFP_NOWAIT, order: 10)
    #expect(machine.log.lines.count == lines.count)
    machine.sleep(microseconds: 11_000_000)
    _ = machine.allocPages(.GFP_NOWAIT, order: 10)
    #expect(machine.log.lines.contains { $0.text == "warn_alloc: 1 callbacks suppressed" })
    #expect(machine.log.lines.filter { $0.text.contains("page allocation failure") }.count == 2)
  }

  @Test("the indices follow the kernel's arithmetic")
  func indices() throws {
    let allocator = PageAllocator(configuration: MachineConfiguration())
    var zone = try #require(allocator.zones.first)
    zone.index = FreeBlockIndex(start: zone.start.rawValue, spanned: zone.spanned)
    zone.largest = [BlockRunSequence](repeating: BlockRunSequence(), count: MigrateType.count)
    #expect(zone.fragmentationIndex(order: 3) == 0)
    #expect(zone.unusableFreeIndex(order: 0) == 1000)
    // Ten single pages and five pairs: 20 pages in 15 blocks.
    for block in 0..<10 { zone.index.insert(100 + 2 * block, order: 0, type: .movable) }
    for block in 0..<5 { zone.index.insert(200 + 4 * block, order: 1, type: .movable) }
    #expect(zone.fragmentationIndex(order: 1) == -1000)
    #expect(zone.fragmentationIndex(order: 3) == 1000 - (1000 + 20 * 1000 / 8) / 15)
    #expect(zone.unusableFreeIndex(order: 1) == 500)
    #expect(zone.unusableFreeIndex(order: 2) == 1000)
    #expect(zone.largestFreeOrder == 1)
  }

  @Test("a request that must not fail may empty the zones")
  func mustNotFail() throws {
    var machine = try Machine(configuration: MachineConfiguration(settings: [("ram", "128M")]))
    while case .success = machine.allocPages([.GFP_NOWAIT, .__GFP_NOWARN], order: 0) {}
    let free = machine.pageAllocator.freePageCount
    #expect((try? machine.allocPages([.GFP_NOFS, .__GFP_NOFAIL], order: 0).get()) != nil)
    #expect(machine.pageAllocator.freePageCount <= free)
    #expect(machine.invariantViolations() == [])
  }
}
