// Slab caches against a plain model of what is in use.

import Testing

@testable import LinuxMemory

@Suite("Slab caches")
struct SlabModelTests {
  /// A slab allocator with one cache and pages from a counter.
  struct Bench {
    var slab = Slab(profile: .x8664, cpus: 1)
    var nextFrame = 0x1000
    var pages: [Int: Int] = [:]
    let cache: Int

    init(size: Int, flags: SlabFlags = []) throws {
      let geometry = try #require(
        SlabGeometry(objectSize: size, alignment: 0, flags: flags, profile: .x8664, cpus: 1))
      let description = SlabCache(
        name: "test", objectSize: size, geometry: geometry, flags: flags, isMergeable: true, address: 0)
      cache = slab.insert(description).index
    }

    mutating func allocate() throws -> UInt64 {
      if let object = slab.takeObject(of: cache) { return object }
      let order = try #require(slab.caches[cache]).geometry.order
      slab.addSlab(to: cache, frame: FrameNumber(nextFrame), order: order)
      pages[nextFrame] = order
      nextFrame += 8
      let object = slab.takeObject(of: cache)
      return try #require(object)
    }

    mutating func free(_ address: UInt64) throws {
      var returned: [Slab.ReturnedPages] = []
      let number = try #require(slab.slabNumber(at: address))
      let mistake = slab.putObject(address, inSlab: number, returned: &returned)
      #expect(mistake == nil)
      for block in returned {
        let order = pages.removeValue(forKey: block.frame.rawValue)
        #expect(order == block.order)
      }
    }
  }

  @Test("random allocations: objects never overlap, counts agree, debugged or not", arguments: 1...16)
  func random(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let size = [8, 16, 24, 100, 192, 700, 1024, 3000, 6208][Int(seed) % 9]
    let debugging: [SlabFlags] = [.SLAB_POISON, .SLAB_RED_ZONE, .SLAB_STORE_USER, .debugging]
    let flags: SlabFlags = seed <= 8 ? [] : debugging[Int(seed) % debugging.count]
    var bench = try Bench(size: size, flags: flags)
    var live: [UInt64] = []
    var known: Set<UInt64> = []
    for step in 0..<6000 {
      let grows = (step / 1500) % 2 == 0
      if Int.random(in: 0..<10, using: &random) < (grows ? 7 : 3) {
        let address = try bench.allocate()
        #expect(known.insert(address).inserted, "seed \(seed), step \(step): given twice")
        live.append(address)
      } else if !live.isEmpty {
        let address = live.remove(at: Int.random(in: 0..<live.count, using: &random))
        known.remove(address)
        try bench.free(address)
      }
    }
    let cache = try #require(bench.slab.caches[bench.cache])
    #expect(cache.usedObjects == live.count)
    #expect(cache.slabCount == bench.pages.count)
    #expect(cache.pages == bench.pages.values.reduce(0) { $0 + (1 << $1) })
    let slabs = bench.slab.slabs(of: SlabCacheID(index: bench.cache))
    #expect(slabs.count == bench.pages.count)
    #expect(flags.isEmpty || slabs.allSatisfy { $0.place == .nodePartial || $0.place == .full })
    let padding = UInt64(cache.geometry.leftPadding)
    #expect(
      live.allSatisfy { ($0 - padding) % 4096 % UInt64(cache.geometry.size) == 0 || cache.geometry.order > 0 }
    )
    #expect(slabs.reduce(0) { $0 + $1.used.filter { $0 }.count } == live.count)
    #expect(slabs.filter { $0.place == .nodePartial }.count == cache.nodePartialSlabs)
    let nodeFree = slabs.filter { $0.place == .nodePartial }.reduce(0) { $0 + $1.freeList.count }
    #expect(cache.activeObjects == cache.objectCount - nodeFree)
    for address in live { try bench.free(address) }
    let returned = bench.slab.shrink(bench.cache)
    for block in returned { bench.pages[block.frame.rawValue] = nil }
    #expect(bench.pages.isEmpty, "seed \(seed): every slab goes back")
    #expect(bench.slab.caches[bench.cache]?.slabCount == 0)
  }

  @Test("a slab is used up in a shuffled order of its own, and the object freed last comes first")
  func order() throws {
    var bench = try Bench(size: 16)
    var orders: [[Int]] = []
    for slab in 0..<3 {
      let objects = try (0..<256).map { _ in try bench.allocate() }
      #expect(bench.pages.count == slab + 1)
      let indices = objects.map { Int($0 % 4096) / 16 }
      #expect(indices.sorted() == Array(0..<256))
      #expect(indices != Array(0..<256))
      orders.append(indices)
    }
    // One permutation for the cache, begun at another place in each slab (`shuffle_freelist`).
    let first = try #require(orders.first)
    for order in orders.dropFirst() {
      let offset = try #require(first.firstIndex(of: order[0]))
      #expect(order == Array(first[offset...] + first[..<offset]))
      #expect(offset != 0)
    }
    var small = try Bench(size: 64)
    let few = try (0..<10).map { _ in try small.allocate() }
    for address in few { try small.free(address) }
    let again = try (0..<4).map { _ in try small.allocate() }
    #expect(again == [few[9], few[8], few[7], few[6]])
  }

  @Test("a slab of a smaller order hands out each of its objects once")
  func smallerOrder() throws {
    var bench = try Bench(size: 700)
    bench.slab.addSlab(to: bench.cache, frame: FrameNumber(0x1000), order: 0)
    var objects: [UInt64] = []
    while let object = bench.slab.takeObject(of: bench.cache) { objects.append(object % 4096 / 704) }
    #expect(objects.sorted() == [0, 1, 2, 3, 4])
  }

  @Test("empty slabs stay up to the minimum, then go back")
  func emptySlabs() throws {
    // task_struct: 5 objects in 8 pages, 6 partial slabs kept, up to 3 with the CPU.
    var bench = try Bench(size: 6208)
    let objects = try (0..<100).map { _ in try bench.allocate() }
    #expect(bench.pages.count == 20)
    for address in objects { try bench.free(address) }
    let cache = try #require(bench.slab.caches[bench.cache])
    #expect(cache.nodePartialSlabs == cache.geometry.minimumPartial)
    #expect(cache.slabCount == 1 + cache.perCPUPartialSlabs + cache.geometry.minimumPartial)
  }

  @Test("mistakes are named and change nothing")
  func mistakes() throws {
    var bench = try Bench(size: 100)
    let object = try bench.allocate()
    let number = try #require(bench.slab.slabNumber(at: object))
    var returned: [Slab.ReturnedPages] = []
    let before = bench.slab
    let inside = bench.slab.putObject(object + 1, inSlab: number, returned: &returned)
    #expect(inside == .insideObject(object + 1, cache: "test"))
    let base = object & ~4095
    let neighbour = object == base ? base + 104 : base
    let double = bench.slab.putObject(neighbour, inSlab: number, returned: &returned)
    #expect(double == .doubleFree(neighbour, cache: "test"))
    #expect(bench.slab == before)
    #expect(bench.slab.slabNumber(at: 0x1234) == nil)
    #expect(bench.slab.slabNumber(at: .max) == nil)
  }

  @Test("kmalloc sizes go to the recorded classes")
  func classes() throws {
    let recorded: [(size: UInt64, usable: Int)] = [
      (1, 8), (8, 8), (9, 16), (16, 16), (17, 32), (33, 64), (65, 96), (96, 96), (97, 128), (129, 192),
      (192, 192), (193, 256), (257, 512), (513, 1024), (1025, 2048), (2049, 4096), (4097, 8192),
      (8192, 8192),
    ]
    for item in recorded {
      let index = try #require(Slab.kmallocClass(of: item.size))
      #expect(Slab.kmallocSizes[index] == item.usable)
    }
    #expect(Slab.kmallocClass(of: 0) == nil)
    #expect(Slab.kmallocClass(of: 8193) == nil)
    #expect(KmallocKind(.GFP_KERNEL) == .normal)
    #expect(KmallocKind([.GFP_KERNEL, .__GFP_DMA]) == .dma)
    #expect(KmallocKind([.GFP_KERNEL, .__GFP_RECLAIMABLE]) == .reclaimable)
    #expect(KmallocKind(.GFP_KERNEL_ACCOUNT) == .charged)
  }
}
