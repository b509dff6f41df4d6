// Zones after boot against what booted kernels said of themselves (/proc/zoneinfo).

import Testing

@testable import LinuxMemory

@Suite("Zones after boot")
struct BootedZonesTests {
  @Test("the recording is there")
  func recording() { #expect(RecordedMachine.all.count >= 30) }

  @Test("extent and managed pages are those recorded", arguments: RecordedMachine.all)
  func extents(machine: RecordedMachine) throws {
    let allocator = PageAllocator(configuration: try machine.configuration())
    for recorded in machine.zones {
      let zone = try #require(allocator.zones.first { $0.name == recorded.name })
      #expect(zone.start.rawValue == recorded.start)
      #expect(zone.spanned == recorded.spanned)
      #expect(zone.present == recorded.present)
      #expect(zone.managed == recorded.managed)
    }
    #expect(allocator.zones.count { $0.isPopulated } == machine.zones.count)
    #expect(allocator.totalPages * 4 == machine.memTotal)
  }

  @Test("marks, reserves and per-CPU limits are those recorded", arguments: RecordedMachine.all)
  func marks(machine: RecordedMachine) throws {
    let allocator = PageAllocator(configuration: try machine.configuration())
    #expect(allocator.minFreeKilobytes == machine.minFree)
    for recorded in machine.zones {
      let zone = try #require(allocator.zones.first { $0.name == recorded.name })
      #expect(
        [zone.minWatermark, zone.lowWatermark, zone.highWatermark]
          == [recorded.min, recorded.low, recorded.high])
      #expect(zone.perCPUHigh == recorded.perCPUHigh)
      #expect(zone.perCPUBatch == recorded.batch)
      #expect(zone.lowmemReserve == recorded.protection)
    }
  }

  @Test("the page block that begins before its zone is unmovable, as /proc/pagetypeinfo was recorded to say")
  func firstBlocks() throws {
    for (architecture, counts, free) in [
      ("x86_64", [1, 7], [32, 64, 128]), ("i386", [1, 3], [256, 512]),
    ] {
      let machine = try makeMachine(("arch", architecture), ("ram", "512M"))
      let zone = try #require(machine.pageAllocator.zones.first { $0.kind == .dma })
      #expect([zone.pageblockCount(type: .unmovable), zone.pageblockCount(type: .movable)] == counts)
      let pages = (0...MemoryZone.largestOrder).map { zone.freeBlockCount(order: $0, type: .unmovable) << $0 }
      #expect(pages.filter { $0 > 0 } == free)
    }
  }

  @Test("high memory's rule holds for Movable only where there is high memory")
  func movable() throws {
    for (ram, mark) in [("256M", 0), ("1G", 32)] {
      let allocator = PageAllocator(
        configuration: try MachineConfiguration(settings: [("arch", "i386"), ("ram", ram)]))
      #expect(allocator.zones.first { $0.kind == .movable }?.minWatermark == mark)
      #expect(allocator.zones.first { $0.kind == .highMem }?.minWatermark != 0)
    }
  }
}
