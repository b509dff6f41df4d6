// vmalloc and ioremap as calls on a whole machine.

import Testing

@testable import LinuxMemory

@Suite("vmalloc and ioremap")
struct VmallocTests {
  @Test("pages are mapped and all come back", arguments: ["x86_64", "i386"])
  func roundTrip(architecture: String) throws {
    var machine = try KernelAllocationTests.machine([("arch", architecture)])
    let before = KernelAllocationTests.free(machine)
    let used = machine.vmallocArea.mappedPages
    let small = try machine.vmalloc(1).get()
    let large = try machine.vmalloc(32 << 20).get()
    let area = try #require(machine.vmallocArea.area(at: large + 5000))
    #expect(area.pages == 8192)
    #expect(area.hasMappedArray)
    #expect(area.frames.reduce(0) { $0 + $1.count } == 8192)
    let array = 8192 * machine.configuration.profile.wordSize / 4096
    #expect(machine.vmallocArea.mappedPages == used + 1 + 8192 + array)
    if architecture == "i386" {
      #expect(large >= 0xf73f_e000 && large < 0xfebf_e000)
      let zone = try #require(machine.pageAllocator.zoneIndex(of: area.frames[0].start))
      #expect(machine.pageAllocator.zones[zone].kind == .highMem)
    }
    try machine.vfree(large)
    try machine.vfree(small)
    try machine.vfree(0)
    #expect(machine.vmallocArea.mappedPages == used)
    // The slabs of the small page-pointer arrays stay with their two caches.
    #expect(before - KernelAllocationTests.free(machine) <= 2)
    #expect(throws: VmallocMisuse.noArea(large)) { try machine.vfree(large) }
    #expect(throws: VmallocMisuse.unaligned(large + 1)) { try machine.vfree(large + 1) }
    #expect(throws: VmallocMisuse.noArea(1 << 63)) { try machine.vfree(1 << 63) }
  }

  @Test("impossible sizes are refused and nothing changes")
  func refusals() throws {
    var machine = try KernelAllocationTests.machine()
    let before = machine.pageAllocator
    #expect(machine.vmalloc(0).isFailure)
    for size in [UInt64(2) << 30, 1 << 47, .max - 4095, .max] {
      #expect(machine.vmalloc(size) == .failure(.tooLarge))
    }
    #expect(machine.pageAllocator == before)
  }

  @Test("the area of a 32-bit machine runs out long before its memory")
  func exhaustion() throws {
    var machine = try KernelAllocationTests.machine([("arch", "i386"), ("ram", "2G")])
    #expect(machine.vmalloc(128 << 20) == .failure(.addressSpaceExhausted))
    var mapped: [UInt64] = []
    while case .success(let address) = machine.vmalloc(1 << 20) { mapped.append(address) }
    #expect((110...119).contains(mapped.count), "\(mapped.count)")
    #expect(machine.pageAllocator.freePageCount > 300_000)
    try machine.vfree(mapped[50])
    #expect(try machine.vmalloc(1 << 20).get() == mapped[50])
  }

  @Test("devices are mapped, RAM is refused")
  func devices() throws {
    var machine = try KernelAllocationTests.machine()
    let address = try machine.ioremap(0xfd00_1234, 4096).get()
    #expect(address & 4095 == 0x234)
    let area = try #require(machine.vmallocArea.area(at: address))
    #expect(area.physical == 0xfd00_1000)
    #expect(area.size == 3 * 4096)
    #expect(throws: VmallocMisuse.deviceIsRAM(physical: 0x10_0000, size: 1)) {
      _ = try machine.ioremap(0x10_0000, 1)
    }
    #expect(throws: VmallocMisuse.invalidPhysical(1 << 60)) { _ = try machine.ioremap(1 << 60, 4096) }
    #expect(try machine.ioremap(0xfd00_0000, 0).isFailure)
    #expect(try machine.ioremap(.max, 2).isFailure)
    #expect(throws: VmallocMisuse.noArea(address & ~4095)) { try machine.vfree(address & ~4095) }
    try machine.iounmap(address)
    #expect(throws: VmallocMisuse.noArea(address)) { try machine.iounmap(address) }
    // RAM above 1 GiB does not exist here: recorded to be mappable.
    #expect(try !machine.ioremap(0x4000_0000, 4096).isFailure)
  }

  @Test("free memory, slabs and mappings start as recorded")
  func bootList() throws {
    let machine = try KernelAllocationTests.machine()
    #expect(machine.vmallocArea.totalKilobytes == 34_359_738_367)
    #expect(machine.vmallocArea.mappedPages * 4 == 7340)
    let small = try KernelAllocationTests.machine([("arch", "i386")])
    #expect(small.vmallocArea.totalKilobytes == 122_880)
    #expect(small.vmallocArea.mappedPages * 4 == 272)
    #expect(machine.tunables.userReserveKilobytes == 30_238)
    #expect(small.tunables.userReserveKilobytes == 31_764)
  }
}
