// kmalloc, slab caches, pages and mappings as calls on a whole machine.

import Testing

@testable import LinuxMemory

@Suite("Kernel allocations")
struct KernelAllocationTests {
  static func machine(_ settings: [(key: String, value: String)] = []) throws -> Machine {
    try Machine(configuration: MachineConfiguration(settings: settings))
  }

  /// Pages that are free or on per-CPU lists.
  static func free(_ machine: Machine) -> Int {
    machine.pageAllocator.freePageCount + machine.pageAllocator.perCPUPageCount
  }

  @Test("ksize is the recorded one for every size", arguments: ["x86_64", "i386"])
  func sizes(architecture: String) throws {
    var machine = try Self.machine([("arch", architecture)])
    let recorded: [(size: UInt64, usable: UInt64?)] = [
      (1, 8), (9, 16), (17, 32), (65, 96), (97, 128), (129, 192), (193, 256), (1025, 2048), (4097, 8192),
      (8192, 8192), (8193, 16_384), (12_288, 16_384), (16_385, 32_768), (65_536, 65_536),
      (1_048_577, 2_097_152), (4_194_304, 4_194_304), (4_194_305, nil), (8_388_608, nil),
    ]
    let slabPages = { (machine: Machine) in machine.slab.caches.reduce(0) { $0 + ($1?.ownPages ?? 0) } }
    let before = Self.free(machine) + slabPages(machine)
    var addresses: [UInt64] = []
    for item in recorded {
      let result = machine.kmalloc(item.size, .GFP_KERNEL)
      guard let usable = item.usable else {
        #expect(result == .failure(.tooLarge))
        continue
      }
      let address = try result.get()
      #expect(try machine.ksize(address) == usable, "\(item.size)")
      #expect(address >= machine.configuration.profile.directMapBase)
      addresses.append(address)
    }
    for address in addresses { try machine.kfree(address) }
    // Only the current slab of each of the ten caches stays.
    #expect(before - Self.free(machine) == slabPages(machine))
    #expect(machine.invariantViolations() == [])
  }

  @Test("an object freed twice, an address inside one, a foreign address: named, and nothing changes")
  func mistakes() throws {
    var machine = try Self.machine()
    let address = try machine.kmalloc(100, .GFP_KERNEL).get()
    try machine.kfree(address)
    let before = machine.slab
    #expect(throws: SlabMisuse.doubleFree(address, cache: "kmalloc-128")) { try machine.kfree(address) }
    #expect(throws: SlabMisuse.insideObject(address + 8, cache: "kmalloc-128")) {
      try machine.kfree(address + 8)
    }
    for foreign in [UInt64(17), 0x1000, 0xffff_8880_0000_1000, .max, 1 << 63] {
      #expect(throws: SlabMisuse.notAllocated(foreign)) { try machine.kfree(foreign) }
    }
    try machine.kfree(0)
    try machine.kfree(Slab.zeroSizePointer)
    #expect(machine.slab == before)
    // The free list would lead from the object to itself, which the kernel notices.
    #expect(machine.log.lines.map(\.text).contains("kernel BUG at mm/slub.c:419!"))
    #expect(machine.log.lines.map(\.text).contains("invalid opcode: 0000 [#1] PREEMPT SMP NOPTI"))
    #expect(machine.log.taint == .died)
    #expect(machine.kmalloc(0, .GFP_KERNEL) == .success(16))
    #expect(machine.kmalloc(.max, .GFP_KERNEL) == .failure(.tooLarge))
  }

  @Test("krealloc keeps what is large enough and moves the rest")
  func reallocation() throws {
    var machine = try Self.machine()
    let address = try machine.kmalloc(100, .GFP_KERNEL).get()
    #expect(try machine.krealloc(address, 128, .GFP_KERNEL) == .success(address))
    let moved = try machine.krealloc(address, 129, .GFP_KERNEL).get()
    #expect(moved != address)
    #expect(throws: SlabMisuse.self) { try machine.kfree(address) }
    #expect(try machine.krealloc(moved, 0, .GFP_KERNEL) == .success(16))
    #expect(throws: SlabMisuse.self) { try machine.kfree(moved) }
  }

  @Test("flags choose the cache and the zone")
  func flags() throws {
    var machine = try Self.machine()
    let dma = try machine.kmalloc(100, [.GFP_KERNEL, .__GFP_DMA]).get()
    #expect(try machine.virtToPhys(dma) < 16 << 20)
    #expect(machine.slab.cache(named: "dma-kmalloc-128")?.ownObjects == 1)
    _ = try machine.kmalloc(100, [.GFP_KERNEL, .__GFP_RECLAIMABLE]).get()
    #expect(machine.slab.cache(named: "kmalloc-rcl-128")?.ownObjects == 1)
    _ = try machine.kmalloc(100, .GFP_KERNEL_ACCOUNT).get()
    #expect(machine.slab.cache(named: "kmalloc-cg-128")?.ownObjects == 1)
  }

  @Test("a cache of one's own: slabs come and go with the objects, and nothing is left behind")
  func ownCache() throws {
    var machine = try Self.machine()
    let before = Self.free(machine)
    let cache = try machine.kmemCacheCreate(name: "mine", size: 1500, alignment: 0, flags: []).get()
    var objects: [UInt64] = []
    for _ in 0..<100 { objects.append(try machine.kmemCacheAlloc(cache, .GFP_KERNEL).get()) }
    let mine = try #require(machine.slab.cache(named: "mine"))
    #expect(mine.geometry.size == 1504)
    #expect(mine.slabCount == 5)
    for object in objects { try machine.kmemCacheFree(cache, object) }
    #expect(try machine.kmemCacheShrink(cache) == 0)
    try machine.kmemCacheDestroy(cache)
    #expect(machine.slab.cache(named: "mine") == nil)
    #expect(throws: SlabMisuse.notACache(cache)) { _ = try machine.kmemCacheAlloc(cache, .GFP_KERNEL) }
    // One slab of kmem_cache stays.
    #expect(before - Self.free(machine) == 1)
  }

  @Test("an object freed to a wrong cache goes back to its own, with a warning in the log")
  func wrongCache() throws {
    var machine = try Self.machine()
    let cache = try machine.kmemCacheCreate(name: "mine", size: 1500, alignment: 0, flags: []).get()
    let small = try machine.kmalloc(8, .GFP_KERNEL).get()
    #expect(throws: SlabMisuse.wrongCache(small, cache: "mine", actual: "kmalloc-8")) {
      try machine.kmemCacheFree(cache, small)
    }
    #expect(
      machine.log.lines.contains {
        $0.text == "cache_from_obj: Wrong slab cache. mine but object is from kmalloc-8"
      })
    #expect(throws: SlabMisuse.doubleFree(small, cache: "kmalloc-8")) { try machine.kfree(small) }
  }

  @Test("a cache that is destroyed too early stays for good, and its empty slabs go back")
  func destroyedEarly() throws {
    var machine = try Self.machine()
    let cache = try machine.kmemCacheCreate(name: "mine", size: 1500, alignment: 0, flags: []).get()
    var objects: [UInt64] = []
    for _ in 0..<50 { objects.append(try machine.kmemCacheAlloc(cache, .GFP_KERNEL).get()) }
    for object in objects[1...] { try machine.kmemCacheFree(cache, object) }
    let before = Self.free(machine)
    #expect(throws: SlabMisuse.objectsRemain(cache: "mine", objects: 1)) {
      try machine.kmemCacheDestroy(cache)
    }
    #expect(machine.slab.cache(named: "mine")?.slabCount == 1)
    #expect(Self.free(machine) == before + 16)
    let log = machine.log.lines.map(\.text)
    #expect(
      log.contains { $0.hasPrefix("BUG mine (Not tainted): Objects remaining in mine on __kmem_cache_shut") })
    #expect(log.count { $0.hasPrefix("Object 0x") } == 1)
    #expect(
      log.contains { $0.hasPrefix("kmem_cache_destroy mine: Slab cache still has objects when called") })
    try machine.kmemCacheFree(cache, objects[0])
    try machine.kmemCacheDestroy(cache)
    #expect(machine.slab.cache(named: "mine") != nil)
  }

  @Test("a request beyond the largest block warns once, and every later dump tells that something happened")
  func taint() throws {
    var machine = try Self.machine([("arch", "i386")])
    #expect(machine.kmalloc(4_194_305, [.GFP_KERNEL, .__GFP_NOWARN]).isFailure)
    #expect(machine.log.lines.isEmpty)
    for _ in 0..<2 { #expect(machine.kmalloc(4_194_305, .GFP_KERNEL).isFailure) }
    #expect(
      machine.log.lines.map(\.text) == [
        "------------[ cut here ]------------",
        "WARNING: CPU: 0 PID: 1 at mm/page_alloc.c:5634 __alloc_pages+0x21e/0xf40",
        "CPU: 0 PID: 1 Comm: init Not tainted \(machine.reportContext().banner)",
        "---[ end trace 0000000000000000 ]---",
      ])
    #expect(machine.log.taint.text == "Tainted: G        W         ")
    #expect(machine.kmemCacheCreate(name: "w2", size: 300, alignment: 0, flags: .init(rawValue: 1)).isFailure)
    #expect(
      machine.log.lines.suffix(2).map(\.text) == [
        "kmem_cache_create_usercopy(w2) failed with error -22",
        "CPU: 0 PID: 1 Comm: init Tainted: G        W          \(machine.reportContext().banner)",
      ])
  }

  @Test("what debugging and constructors forbid to be shared, as recorded")
  func neverMerged() throws {
    var machine = try Self.machine()
    _ = try machine.kmemCacheCreate(name: "m1", size: 300, alignment: 0, flags: []).get()
    let recorded: [(flags: UInt32, isShared: Bool)] = [
      (0x40000, true), (0x10_0000, true), (0x100, true), (0x1000_0000, true), (0x20000, false),
      (0x400_0000, false), (0x80_0000, false), (0x4000, false), (0x8000, false), (0x20_0000, false),
      (0x800, false), (0x400, false), (0x10000, false), (0x80000, false),
    ]
    for (flags, isShared) in recorded {
      let name = "f" + String(flags, radix: 16)
      _ = try machine.kmemCacheCreate(
        name: name, size: 300, alignment: 0, flags: SlabFlags(rawValue: flags)
      ).get()
      #expect((machine.slab.cache(named: name)?.name == "m1") == isShared, "\(name)")
    }
    for (name, constructor, bytes) in [("constructed", true, UInt64(0)), ("copied", false, 1)] {
      _ = try machine.kmemCacheCreate(
        name: name, size: 300, alignment: 0, flags: [], hasConstructor: constructor, userSize: bytes
      ).get()
      #expect(machine.slab.cache(named: name)?.name == name)
      #expect(machine.slab.cache(named: name)?.uniqueName == nil)
    }
  }

  @Test("an alignment that is no power of two is taken as a mask, as recorded")
  func oddAlignments() throws {
    var machine = try Self.machine()
    let recorded: [(size: UInt64, alignment: UInt64, distance: Int, objects: Int, order: Int)] = [
      (100, 3, 104, 39, 0), (100, 24, 104, 39, 0), (200, 40, 200, 20, 0), (300, 100, 400, 10, 0),
      (500, 48, 512, 8, 0), (40, 5000, 40, 102, 0), (1000, 6000, 2064, 15, 3), (5000, 9000, 5256, 6, 3),
      (100, 2 << 20, 2 << 20, 1, 9), (100, 4 << 20, 4 << 20, 1, 10),
    ]
    for item in recorded {
      let name = "odd_\(item.size)_\(item.alignment)"
      _ = try machine.kmemCacheCreate(
        name: name, size: item.size, alignment: item.alignment, flags: []
      ).get()
      let geometry = try #require(machine.slab.cache(named: name)?.geometry)
      #expect(geometry.size == item.distance, "\(name)")
      #expect(geometry.objectsPerSlab == item.objects, "\(name)")
      #expect(geometry.order == item.order, "\(name)")
    }
    for alignment in [UInt64.max, 1 << 63, 0xffff_fff9, 0x8000_0001] {
      _ = machine.kmemCacheCreate(name: "edge", size: 8, alignment: alignment, flags: [])
    }
  }

  @Test("like caches are merged as on Linux")
  func merging() throws {
    var machine = try Self.machine()
    // Recorded: 24, 72 and 200 bytes joined caches of the kernel; 100 and 500 did not.
    for size in [24, 72, 200] as [UInt64] {
      _ = try machine.kmemCacheCreate(name: "gtc_\(size)", size: size, alignment: 0, flags: []).get()
      #expect(machine.slab.cachesNewestFirst.contains { $0.aliases.contains("gtc_\(size)") }, "\(size)")
    }
    for size in [8, 40, 100, 300, 500] as [UInt64] {
      _ = try machine.kmemCacheCreate(name: "gtc_\(size)", size: size, alignment: 0, flags: []).get()
      #expect(machine.slab.cachesNewestFirst.contains { $0.name == "gtc_\(size)" }, "\(size)")
    }
    #expect(machine.kmemCacheCreate(name: "", size: 8, alignment: 0, flags: []).isFailure)
    #expect(machine.kmemCacheCreate(name: "a", size: 0, alignment: 0, flags: []).isFailure)
    #expect(machine.kmemCacheCreate(name: "a", size: .max, alignment: 0, flags: []).isFailure)
    #expect(machine.kmemCacheCreate(name: "a", size: 100, alignment: 8 << 20, flags: []).isFailure)
  }

  @Test("pages have frames, struct pages and addresses that agree", arguments: ["x86_64", "i386"])
  func pages(architecture: String) throws {
    var machine = try Self.machine([("arch", architecture)])
    let before = Self.free(machine)
    let page = try machine.allocPages(.GFP_KERNEL, order: 4).get()
    let frame = try machine.pageToPFN(page)
    #expect(frame % 16 == 0)
    #expect(machine.pageStruct(of: FrameNumber(frame)) == page)
    let address = try machine.getFreePages(.GFP_KERNEL, order: 2).get()
    #expect(try machine.virtToPhys(address + 5) & 0x3fff == 5)
    #expect(throws: PageMisuse.self) { try machine.freePages(pageStruct: page, order: 3) }
    #expect(throws: PageMisuse.self) { try machine.freePages(at: address + 4096, order: 2) }
    #expect(throws: PageMisuse.self) { try machine.freePages(at: 0x1000, order: 0) }
    try machine.freePages(pageStruct: page, order: 4)
    try machine.freePages(at: address, order: 2)
    #expect(throws: PageMisuse.self) { try machine.freePages(pageStruct: page, order: 4) }
    #expect(machine.allocPages(.GFP_KERNEL, order: 11) == .failure(.tooLarge))
    #expect(machine.allocPages(.GFP_KERNEL, order: -1) == .failure(.tooLarge))
    #expect(throws: PageMisuse.notInDirectMap(.max)) { _ = try machine.virtToPhys(.max) }
    #expect(throws: PageMisuse.notAPageStruct(page + 1)) { _ = try machine.pageToPFN(page + 1) }
    #expect(Self.free(machine) == before)
  }
}

extension Result {
  /// Whether the call failed.
  var isFailure: Bool { if case .failure = self { true } else { false } }
}
