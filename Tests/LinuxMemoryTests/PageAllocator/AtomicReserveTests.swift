// The reserve for atomic requests of higher order: set aside, used, and given up.

import Testing

@testable import LinuxMemory

@Suite("Reserve for atomic requests")
struct AtomicReserveTests {
  private static let atomic: GFPFlags = [.__GFP_HIGH, .__GFP_ATOMIC, .__GFP_HIGHMEM]

  /// Blocks of order 3 for atomic requests until none is given any more.
  private static func exhausted(_ settings: [(key: String, value: String)]) throws -> (
    PageAllocator, [FrameNumber]
  ) {
    var allocator = PageAllocator(
      configuration: try MachineConfiguration(settings: settings + [(key: "thp", value: "never")]))
    var frames: [FrameNumber] = []
    // The recorded kernel was exhausted again and again, too.
    for _ in 0..<8 {
      for frame in frames { allocator.free(frame, order: 3) }
      frames = []
      while let frame = allocator.allocate(order: 3, atomic, watermark: .low)
        ?? allocator.allocate(order: 3, atomic, watermark: atomic.slowPathWatermark)
      {
        frames.append(frame)
      }
    }
    return (allocator, frames)
  }

  /// Recorded after atomic requests of order 3 had exhausted the memory: `HighAtomic` in /proc/pagetypeinfo.
  @Test("a zone sets page blocks aside until they exceed one per cent", arguments: ["x86_64", "i386"])
  func limit(architecture: String) throws {
    let (allocator, _) = try Self.exhausted([("ram", "1G"), ("arch", architecture)])
    let blocks = allocator.zones.filter(\.isPopulated).map { $0.pageblockCount(type: .highAtomic) }
    #expect(blocks == (architecture == "i386" ? [2, 4, 2] : [2, 6]))
    for zone in allocator.zones where zone.isPopulated {
      #expect(zone.pageblockCount(type: .highAtomic) << zone.pageblockOrder == zone.highAtomicReserve)
    }
  }

  @Test("page blocks are given up one at a time, the last one only in need")
  func givenUp() throws {
    var (allocator, frames) = try Self.exhausted([("ram", "512M")])
    for frame in frames { allocator.free(frame, order: 3) }
    for index in allocator.zones.indices { allocator.zones[index].drainPerCPU() }
    let index = try #require(allocator.zones.firstIndex { $0.highAtomicReserve > 0 })
    var blocks = allocator.zones[index].highAtomicReserve / 512
    while blocks > 1 {
      let gave = allocator.zones[index].unreserveHighAtomic(for: .unmovable, takesLast: false)
      #expect(gave)
      blocks -= 1
      #expect(allocator.zones[index].pageblockCount(type: .highAtomic) == blocks)
    }
    let gavePolitely = allocator.zones[index].unreserveHighAtomic(for: .unmovable, takesLast: false)
    #expect(!gavePolitely)
    let gaveInNeed = allocator.zones[index].unreserveHighAtomic(for: .unmovable, takesLast: true)
    #expect(gaveInNeed)
    #expect(allocator.zones[index].highAtomicReserve == 0)
    #expect((0...10).allSatisfy { allocator.zones[index].freeBlockCount(order: $0, type: .highAtomic) == 0 })
    #expect(allocator.invariantViolations() == [])
  }

  @Test("a boost of the marks does not count for single pages of atomic requests")
  func boost() throws {
    var allocator = PageAllocator(configuration: try MachineConfiguration(settings: [("ram", "512M")]))
    let index = try #require(allocator.zones.firstIndex { $0.kind == .dma32 })
    allocator.zones[index].watermarkBoost = allocator.zones[index].freePages * 8 / 3
    let zone = allocator.zones[index]
    #expect(zone.mayGive(order: 0, .atomic, requestClass: index))
    #expect(!zone.mayGive(order: 1, .atomic, requestClass: index))
    #expect(!zone.mayGive(order: 0, .nonBlocking, requestClass: index))
  }

  @Test("an order above 10 is refused with one warning")
  func tooLarge() throws {
    var machine = try Machine(configuration: MachineConfiguration())
    let quiet = machine.allocPages([.GFP_KERNEL, .__GFP_NOWARN], order: 11)
    #expect(quiet == .failure(.tooLarge))
    #expect(!machine.log.lines.contains { $0.text.contains("page_alloc.c") })
    let refused = [11, 64].map { machine.allocPages(.GFP_KERNEL, order: $0) }
    #expect(refused == [.failure(.tooLarge), .failure(.tooLarge)])
    let warnings = machine.log.lines.filter {
      $0.text.contains("mm/page_alloc.c:5634 __alloc_pages+0x2a9/0x330")
    }
    #expect(warnings.count == 1)
  }
}
