// The slab allocator as a booted kernel leaves it to the first script command.

extension Slab {
  /// Sets up the caches of a booted kernel with their slabs, whose pages it takes.
  init(configuration: MachineConfiguration, pages: inout FrameLedger) {
    self.init(
      profile: configuration.profile, cpus: configuration.cpus,
      seed: configuration.addressSpaceRandomization ?? 0)
    kmallocCaches = KmallocKind.allCases.map { _ in
      [Int32](repeating: -1, count: Self.kmallocSizes.count)
    }
    let recorded = configuration.build.slabs.caches
    caches.reserveCapacity(recorded.count + 8)
    let hasHighMemory = pages.allocator.zones.contains { $0.kind == .highMem && $0.isPopulated }
    for cache in recorded.reversed() where hasHighMemory || !cache.needsHighMemory {
      addBootCache(cache, configuration, pages: &pages)
    }
    registerKmallocCaches()
    bootLargePages = configuration.build.slabs.largePages
    takeLargePages(&pages)
  }

  private mutating func addBootCache(
    _ recorded: BootSlabCache, _ configuration: MachineConfiguration, pages: inout FrameLedger
  ) {
    guard let geometry = SlabGeometry(size: recorded.size, alignment: recorded.align, cpus: cpus),
      let recordedGeometry = SlabGeometry(size: recorded.size, alignment: recorded.align, cpus: 1)
    else { return }
    // More CPUs ask for larger slabs.
    let objects = recorded.objects(recorded.slabs * recordedGeometry.objectsPerSlab, on: configuration)
    var slabs = (objects + geometry.objectsPerSlab - 1) / geometry.objectsPerSlab
    var cache = SlabCache(
      name: recorded.name, objectSize: recorded.objectSize, geometry: geometry, flags: recorded.flags,
      isMergeable: recorded.merging != .none, references: recorded.aliases.count + 1, address: 0)
    cache.aliases = recorded.aliases
    let flags = GFPFlags.GFP_KERNEL.union(cache.pageFlags)
    // A partial slab is taken to be half full.
    let freeObjects = recorded.freeObjects(on: configuration)
    let partialSlabs = Swift.min(
      slabs, (2 * freeObjects + geometry.objectsPerSlab - 1) / geometry.objectsPerSlab)
    slabs -= partialSlabs
    if geometry.order == 0 {
      cache.bootSlabs = pages.takePages(
        slabs, flags, watermark: .min, for: .slab, into: &cache.bootFrames)
    } else {
      for _ in 0..<slabs {
        guard let frame = pages.take(order: geometry.order, flags, watermark: .min, for: .slab) else { break }
        cache.bootFrames.appendJoined(FrameRange(start: frame, count: 1 << geometry.order))
        cache.bootSlabs += 1
      }
    }
    let number = insert(cache).index
    for left in stride(from: partialSlabs, to: 0, by: -1) {
      guard let frame = pages.take(order: geometry.order, flags, watermark: .min, for: .slab) else { break }
      let stillFree = freeObjects - (caches[number]?.nodeFreeObjects ?? 0)
      addPartialSlab(to: number, frame: frame, freeObjects: (stillFree + left - 1) / left)
    }
  }

  /// Adds a slab of which some objects are in use to the node's partial ones.
  private mutating func addPartialSlab(to cache: Int, frame: FrameNumber, freeObjects: Int) {
    guard let geometry = caches[cache]?.geometry else { return }
    addSlab(to: cache, frame: frame, order: geometry.order)
    for _ in 0..<Swift.max(0, geometry.objectsPerSlab - freeObjects) { _ = takeObject(of: cache) }
    if let slab = caches[cache]?.current, slab >= 0 {
      caches[cache]?.current = -1
      linkToNode(slab, cache)
    }
  }

  private mutating func registerKmallocCaches() {
    var numbers: [String: Int32] = [:]
    for index in caches.indices {
      if let name = caches[index]?.name { numbers[name] = Int32(truncatingIfNeeded: index) }
    }
    for kind in KmallocKind.allCases {
      for (index, size) in Self.kmallocSizes.enumerated() {
        kmallocCaches[kind.rawValue][index] = numbers[kind.prefix + Self.className(size)] ?? -1
      }
    }
  }

  /// Takes the pages of large allocations made during boot, in blocks of 16 pages.
  private mutating func takeLargePages(_ pages: inout FrameLedger) {
    var left = bootLargePages
    while left > 0 {
      let order = Swift.min(4, Int.bitWidth - 1 - left.leadingZeroBitCount)
      guard let frame = pages.take(order: order, .GFP_KERNEL, watermark: .min, for: .slab) else { break }
      bootLargeFrames.appendJoined(FrameRange(start: frame, count: 1 << order))
      left -= 1 << order
    }
    bootLargePages -= left
  }
}
