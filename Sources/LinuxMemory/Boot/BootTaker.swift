// Taking pages as boot does.

/// Takes pages as boot does, and notes which.
struct BootTaker {
  /// The zones that give.
  var pages: FrameLedger
  /// What was taken.
  private(set) var frames: [FrameRange] = []

  /// Takes what no slab cache and no mapping holds; the order of the larger things is the kernel's.
  mutating func takeSystemTables(_ configuration: MachineConfiguration, _ memory: PhysicalMemory) {
    let isWide = configuration.profile.isWide
    var tables = SystemHashTable.late.map {
      $0.bytes(kernelPages: memory.layout.kernelPages, allPages: memory.layout.allPages, isWide: isWide)
    }
    tables += SystemHashTable.fixed(cpus: configuration.cpus)
    for bytes in tables { takeExactly((bytes + 4095) / 4096) }
    guard configuration.profile.hasAtomicPools else { return }
    let pool = BootTakings.atomicPoolPages(totalPages: pages.allocator.totalPages)
    for zone in [GFPFlags(), .__GFP_DMA, .__GFP_DMA32] { takeBlock(pool, zone.union(.GFP_KERNEL)) }
  }

  /// Takes what is left: buffers for high memory, and what was calibrated.
  mutating func takeOthers(_ configuration: MachineConfiguration, _ memory: PhysicalMemory) {
    let takings = configuration.build.footprint.takings
    var unmovable = takings.others + takings.perFurtherCPU * (configuration.cpus - 1)
    if memory.layout.zones.contains(where: { $0.kind == .highMem && $0.present > 0 }) {
      unmovable += BootTakings.bouncePages
    }
    take(unmovable, .GFP_KERNEL)
    take(takings.programs, .GFP_HIGHUSER_MOVABLE)
    fillOtherCPUs(configuration.cpus - 1)
  }

  /// Leaves pages with the other CPUs: of the zone that serves the kernel, and of high memory.
  private mutating func fillOtherCPUs(_ count: Int) {
    guard count > 0 else { return }
    let kernel = pages.allocator.zones.lastIndex { $0.isPopulated && $0.kind.isLowmem }
    for (index, zone) in pages.allocator.zones.enumerated() where zone.isPopulated {
      if index == kernel || zone.kind == .highMem { pages.fillOtherCPUs(count, inZone: index) }
    }
  }

  private mutating func take(_ count: Int, _ flags: GFPFlags) {
    _ = pages.takePages(count, flags, watermark: .min, for: .kernel, into: &frames)
  }

  private mutating func takeBlock(_ count: Int, _ flags: GFPFlags) {
    let order = Int.bitWidth - 1 - count.leadingZeroBitCount
    guard let frame = pages.take(order: order, flags, watermark: .min, for: .kernel) else { return }
    frames.appendJoined(FrameRange(start: frame, count: count))
  }

  /// Takes a block and gives back what it has too much (`alloc_pages_exact`).
  private mutating func takeExactly(_ count: Int) {
    let size = Int.powerOfTwo(atLeast: count)
    let order = Int.bitWidth - 1 - size.leadingZeroBitCount
    guard let frame = pages.take(order: order, .GFP_KERNEL, watermark: .min, for: .kernel) else { return }
    frames.appendJoined(FrameRange(start: frame, count: count))
    if count < size {
      pages.givePages(FrameRange(start: frame + count, count: size - count), of: .kernel)
    }
  }
}
