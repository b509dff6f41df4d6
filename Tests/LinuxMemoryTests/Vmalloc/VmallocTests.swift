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
    // The page tables stay, and slabs of the small page-pointer arrays and of descriptors.
    let tables = machine.vmallocArea.pageTables.frames.reduce(0) { $0 + $1.count }
    #expect(tables == (architecture == "i386" ? 8 : 16))
    #expect((0...5).contains(before - KernelAllocationTests.free(machine) - tables))
    #expect(throws: VmallocMisuse.noArea(large)) { try machine.vfree(large) }
    #expect(throws: VmallocMisuse.unaligned(large + 1)) { try machine.vfree(large + 1) }
    #expect(throws: VmallocMisuse.noArea(1 << 63)) { try machine.vfree(1 << 63) }
    let digits = String(large, radix: 16)
    let log = machine.log.lines.map(\.text)
    #expect(log.contains("Trying to vfree() nonexistent vm area (\(digits))"))
    #expect(log.contains("Trying to vfree() bad address (\(digits.dropLast())1)"))
    #expect(machine.invariantViolations() == [])
  }

  @Test("page tables are made once for an address; entries of 2 MiB replace them, as recorded")
  func pageTables() throws {
    var machine = try KernelAllocationTests.machine()
    func tables() -> Int { machine.vmallocArea.pageTables.frames.reduce(0) { $0 + $1.count } }
    // Recorded: 64 MiB from ffffc90001707000 on took 32 tables, and none when mapped again.
    let address = try machine.vmalloc(64 << 20).get()
    let last = address + (64 << 20) - 1
    let spanned = Int(last >> 21) - Int(address >> 21) + 1
    let made = tables()
    #expect((spanned - 1...spanned).contains(made))
    try machine.vfree(address)
    let again = try machine.vmalloc(64 << 20).get()
    #expect(again == address)
    #expect(tables() == made)
    try machine.vfree(again)
    // Recorded: 4194305 bytes became three blocks of 2 MiB at an address that three tables had covered.
    let huge = try machine.kvmalloc(4_194_305, .GFP_KERNEL).get()
    #expect(huge & 0x1f_ffff == 0)
    let area = try #require(machine.vmallocArea.area(at: huge))
    #expect(area.pages == 1536)
    #expect(area.size == 6_295_552)
    #expect(area.frames.allSatisfy { $0.start.rawValue % 512 == 0 && $0.count % 512 == 0 })
    #expect(tables() == made - 3)
    try machine.kvfree(huge)
    #expect(machine.vmallocArea.area(at: huge) == nil)
    #expect(machine.invariantViolations() == [])
  }

  @Test("kvmalloc prefers memory in one piece")
  func preference() throws {
    for (architecture, align) in [("x86_64", UInt64(2 << 20)), ("i386", 4096)] {
      var machine = try KernelAllocationTests.machine([("arch", architecture)])
      for size in [UInt64(100), 4096, 8192, 32_768, 131_072, 4_194_304] {
        let address = try machine.kvmalloc(size, .GFP_KERNEL).get()
        #expect(machine.slab.frame(at: address) != nil, "\(size)")
        try machine.kvfree(address)
      }
      let mapped = try machine.kvmalloc(4_194_305, .GFP_KERNEL).get()
      #expect(machine.vmallocArea.area(at: mapped) != nil)
      #expect(mapped % align == 0)
      #expect(machine.kvmalloc(4_194_305, .GFP_ATOMIC).isFailure)
      #expect(machine.kvmalloc(3_000_000_000, .GFP_KERNEL) == .failure(.tooLarge))
      #expect(machine.kvmalloc(3_000_000_000, .GFP_KERNEL) == .failure(.tooLarge))
      #expect(machine.log.lines.count { $0.text.hasPrefix("WARNING: CPU: 0 PID: 1 at mm/util.c:596 ") } == 1)
      #expect(machine.log.taint == .warned)
    }
  }

  @Test("any page of an area names it; areas of the kernel itself are left alone")
  func freeingInside() throws {
    var machine = try KernelAllocationTests.machine()
    let address = try machine.vmalloc(1 << 20).get()
    try machine.vfree(address + 8192)
    #expect(machine.vmallocArea.area(at: address) == nil)
    let device = try machine.ioremap(0xfd00_0000, 8192).get()
    try machine.iounmap(device + 4100)
    #expect(machine.vmallocArea.area(at: device) == nil)
    for area in machine.vmallocArea.areas {
      #expect(throws: VmallocMisuse.noArea(area.start)) { try machine.vfree(area.start) }
      #expect(throws: VmallocMisuse.noArea(area.start)) { try machine.iounmap(area.start) }
    }
    let large = try machine.vmalloc(32 << 20).get()
    let array = try #require(machine.vmallocArea.area(at: large)).pageArray
    #expect(throws: VmallocMisuse.noArea(array)) { try machine.vfree(array) }
    #expect(machine.invariantViolations() == [])
  }

  @Test("impossible sizes are refused and nothing changes")
  func refusals() throws {
    var machine = try KernelAllocationTests.machine()
    let before = machine.pageAllocator
    #expect(machine.vmalloc(0).isFailure)
    #expect(machine.vmalloc(0).isFailure)
    #expect(machine.log.lines.count { $0.text.contains(" at mm/vmalloc.c:3170 __vmalloc_node_range+") } == 1)
    for size in [UInt64(2) << 30, 1 << 47, .max - 4095, .max] {
      #expect(machine.vmalloc(size) == .failure(.tooLarge))
    }
    #expect(machine.pageAllocator == before)
    #expect(machine.invariantViolations() == [])
  }

  @Test("the area of a 32-bit machine runs out long before its memory")
  func exhaustion() throws {
    var machine = try KernelAllocationTests.machine([("arch", "i386"), ("ram", "2G")])
    #expect(machine.vmalloc(128 << 20) == .failure(.addressSpaceExhausted))
    let message = "vmap allocation for size 134221824 failed: use vmalloc=<size> to increase size"
    #expect(machine.log.lines.contains { $0.text == message })
    // As recorded, with the state of memory behind it.
    let report =
      "init: vmalloc error: size 134217728, vm_struct allocation failed, mode:0xcc0(GFP_KERNEL), "
      + "nodemask=(null),cpuset=/,mems_allowed=0"
    #expect(machine.log.lines.contains { $0.text == report })
    #expect(machine.log.lines.contains { $0.text == "Mem-Info:" })
    var mapped: [UInt64] = []
    while case .success(let address) = machine.vmalloc(1 << 20) { mapped.append(address) }
    #expect((110...119).contains(mapped.count), "\(mapped.count)")
    #expect(machine.pageAllocator.freePageCount > 300_000)
    try machine.vfree(mapped[50])
    #expect(try machine.vmalloc(1 << 20).get() == mapped[50])
    #expect(machine.invariantViolations() == [])
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
    try machine.iounmap(address)
    #expect(throws: VmallocMisuse.noArea(address)) { try machine.iounmap(address) }
    // vfree takes whatever lies there.
    let other = try machine.ioremap(0xfd00_1000, 4096).get()
    try machine.vfree(other)
    #expect(throws: VmallocMisuse.noArea(other)) { try machine.iounmap(other) }
    // RAM above 1 GiB does not exist here: recorded to be mappable.
    #expect(try !machine.ioremap(0x4000_0000, 4096).isFailure)
    #expect(machine.invariantViolations() == [])
  }

  @Test("which physical pages may be mapped, as a kernel module found", arguments: ["x86_64", "i386"])
  func recordedDevices(architecture: String) throws {
    var machine = try KernelAllocationTests.machine([("arch", architecture)])
    let isWide = architecture == "x86_64"
    // The first address and whether it could be mapped on the 64-bit and on the 32-bit kernel.
    let recorded: [(physical: UInt64, wide: Bool, narrow: Bool)] = [
      (0xfd00_0000, true, true), (0xfd00_1fff, true, true), (0x4000_0000, true, true), (0xa0000, true, true),
      (0xc0000, true, true), (0xf0000, true, true), (0, true, true), (0x1000, true, true),
      (0x10_0000, false, false), (0x9f000, true, true), (0x3ffd_f000, false, false),
      (0x3ffe_0000, false, true), (0xfee0_0000, true, true), (0x1_0000_0000, true, true),
      (0x100_0000_0000, false, true), (.max, false, false),
    ]
    for (physical, wide, narrow) in recorded {
      let address = try? machine.ioremap(physical, 4096).get()
      #expect((address != nil) == (isWide ? wide : narrow), "\(String(physical, radix: 16))")
      #expect(address.map { $0 & 4095 == physical & 4095 } != false)
    }
    let conflict = "ioremap error for 0x3ffe0000-0x3ffe1000, requested 0x2, got 0x0"
    #expect(machine.log.lines.contains { $0.text == conflict } == isWide)
    // 3 MiB lie at a multiple of 4 MiB on i386, where entries are no larger, and on x86_64.
    let large = try machine.ioremap(0xfd00_0000, 3 << 20).get()
    #expect(large % (4 << 20) == 0)
    #expect(machine.invariantViolations() == [])
  }

  @Test("what the kernel says of mappings that it refuses, once where it says it once")
  func deviceMessages() throws {
    var machine = try KernelAllocationTests.machine()
    for _ in 0..<2 {
      #expect(throws: VmallocMisuse.self) { _ = try machine.ioremap(0x10_0000, 4096) }
      #expect(throws: VmallocMisuse.self) { _ = try machine.ioremap(1 << 60, 4096) }
      #expect(throws: VmallocMisuse.self) { try machine.iounmap(0xffff_c900_1234_5678) }
    }
    let log = machine.log.lines.map(\.text)
    #expect(log.count { $0 == "ioremap on RAM at 0x0000000000100000 - 0x0000000000100fff" } == 1)
    #expect(log.count { $0 == "ioremap: invalid physical address 1000000000000000" } == 2)
    #expect(log.count { $0 == "------------[ cut here ]------------" } == 2)
    #expect(log.count { $0 == "iounmap: bad address ffffc90012345000" } == 2)
    // A range that only begins at an address that the processor has is mapped; one that wraps is not.
    #expect(try !machine.ioremap((1 << 40) - 4096, 8192).isFailure)
    #expect(try machine.ioremap((1 << 40) - 4096, .max).isFailure)
    var small = try KernelAllocationTests.machine([("arch", "i386")])
    #expect(try small.ioremap(0xffff_f000, 8192).isFailure)
    #expect(throws: VmallocMisuse.self) { _ = try small.ioremap(0x10_0000, 4096) }
    #expect(small.log.lines.contains { $0.text == "ioremap on RAM at 0x00100000 - 0x00100fff" })
    #expect(machine.invariantViolations() == [])
  }

  @Test("free memory, slabs and mappings start as recorded")
  func bootList() throws {
    let machine = try KernelAllocationTests.machine()
    #expect(machine.vmallocArea.totalKilobytes == 34_359_738_367)
    #expect(machine.vmallocArea.mappedPages * 4 == 7340)
    let small = try KernelAllocationTests.machine([("arch", "i386")])
    #expect(small.vmallocArea.totalKilobytes == 122_880)
    #expect(small.vmallocArea.mappedPages * 4 == 272)
    // A 32nd of what was free when it was set, which boots vary by some hundred kilobytes.
    #expect(abs(Int(machine.tunables.userReserveKilobytes) - 30_238) <= 10)
    #expect(abs(Int(small.tunables.userReserveKilobytes) - 31_764) <= 10)
  }
}
