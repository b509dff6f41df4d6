// What the kernel takes of early memory, in the order in which it takes it.

/// The allocations of early boot on a QEMU PC, as `memblock=debug` on the kernel command line lists them.
///
/// Where no formula is given, a size is that of a structure of Debian's kernel.
struct EarlyReservations {
  /// What is left.
  private(set) var memory: EarlyMemory
  /// Where the array of `struct page` begins.
  private(set) var pageStructs = FrameNumber(0)

  private let configuration: MachineConfiguration
  private let footprint: BootFootprint
  private let profile: ArchitectureProfile
  private let layout: PhysicalLayout

  /// Bytes of the kernel command line with its closing zero, kept twice.
  private static let commandLine = 75
  private static let page: UInt64 = 4096

  /// Takes what the machine's kernel takes.
  init(_ configuration: MachineConfiguration, _ footprint: BootFootprint, _ layout: PhysicalLayout) {
    self.configuration = configuration
    self.footprint = footprint
    self.layout = layout
    profile = configuration.profile
    memory = EarlyMemory(ram: layout.ram, limit: layout.lowmemEnd)
    memory.reserve(0..<1 << 20)
    for range in footprint.image + footprint.freedImage + [footprint.alternatives, footprint.breakArea] {
      memory.reserve(Self.bytes(range))
    }
    memory.reserve(Self.bytes(layout.ramDisk))
    if profile.isWide {
      mapDirectly()
      takeSparseMemory()
    } else {
      takeFlatMemory()
    }
    takeDescriptions()
    takePerCPU()
    takeHashTables()
    if profile.isWide { takeLast() }
  }

  private static func bytes(_ range: FrameRange) -> Range<UInt64> {
    UInt64(range.start.rawValue) << 12..<UInt64(range.end.rawValue) << 12
  }

  /// Page tables of the direct map.
  private mutating func mapDirectly() {
    let tables = DirectMapTables(ram: layout.ram.map(Self.bytes), buffer: Self.bytes(footprint.breakArea))
    guard tables.allocated > 0 else { return }
    memory.allocate(tables.allocated << 12, alignment: Self.page, below: tables.top + (2 << 20))
  }

  /// The node, the sections of 128 MiB (mm/sparse.c) and the array of `struct page`, whose page tables map
  /// huge pages.
  private mutating func takeSparseMemory() {
    let node = memory.allocate(172 << 10)?.lowerBound ?? 0
    let sections = layout.sections
    let end = (sections.max() ?? 0) + 1
    memory.allocate(32 << 10)
    // A root holds 128 sections.
    for _ in Set(sections.map { $0 / 128 }) { memory.allocate(4096) }
    let section: UInt64 = 128 << 20
    let home = node & ~(section - 1)
    memory.allocate(56 * sections.count, from: home, below: home + section)
    let structs = memory.allocate(sections.count << 21, alignment: 2 << 20, from: 16 << 20)
    pageStructs = FrameNumber(Int((structs?.lowerBound ?? 0) >> 12))
    // One page table for each GiB of the array, which are 512 sections, and one for each 512 GiB.
    for _ in 0..<(end + 511) / 512 + (end + (512 << 9) - 1) / (512 << 9) {
      memory.allocate(4096, alignment: Self.page)
    }
  }

  /// The flat array of `struct page` and the types of the page blocks of each zone.
  private mutating func takeFlatMemory() {
    let block = 1 << profile.pageblockOrder
    let frames = (layout.top.rawValue + block - 1) / block * block
    let structs = memory.allocate(frames * profile.pageStructSize)
    pageStructs = FrameNumber(Int((structs?.lowerBound ?? 0) >> 12))
    for zone in layout.zones where zone.present > 0 {
      let blocks = (zone.start.rawValue % block + zone.spanned + block - 1) / block
      memory.allocate((4 * blocks + 31) / 32 * 4)
    }
  }

  /// Descriptions of the hardware and of the firmware's memory map, and the command line.
  private mutating func takeDescriptions() {
    let isWide = profile.isWide
    // The firmware names a range more when some RAM lies above 4 GiB; a 64-bit kernel makes two of the first.
    let ranges = (isWide ? 7 : 6) + (layout.isSplit ? 1 : 0)
    memory.allocate(isWide ? 73 : 41)
    memory.allocate(isWide ? 75 : 43)
    memory.allocate((isWide ? 64 : 32) * (ranges + 1))
    for _ in 0..<ranges { memory.allocate(isWide ? 104 : 64) }
    for _ in 0..<(layout.isSplit ? 3 : 2) { memory.allocate(isWide ? 32 : 16) }
    for _ in 0..<2 { memory.allocate(Self.commandLine) }
  }

  /// The first chunk of per-CPU memory with its bookkeeping (`pcpu_embed_first_chunk`, mm/percpu.c).
  private mutating func takePerCPU() {
    let isWide = profile.isWide
    let cpus = configuration.cpus
    let lists = [memory.allocate(4096, alignment: Self.page), memory.allocate(4096)]
    let units = PerCPULayout(configuration)
    let used = footprint.perCPUPages << 12
    if let chunk = memory.allocate(
      units.count * units.size, alignment: isWide ? 2 << 20 : Self.page, from: 16 << 20)
    {
      // What a unit does not need goes back, and so do units without a CPU.
      for unit in 0..<units.count {
        let start = chunk.lowerBound + UInt64(unit * units.size)
        memory.release(start + UInt64(unit < cpus ? used : 0)..<start + UInt64(units.size))
      }
    }
    let word = profile.wordSize
    for bytes in [word, word, 4 * cpus, word * cpus, units.listHeads(wordSize: word)] {
      memory.allocate(bytes)
    }
    let maps = isWide ? [144, 256, 264, 64, 144, 896, 904, 224] : [96, 1024, 1028, 256]
    for bytes in maps { memory.allocate(bytes) }
    for list in lists { if let list { memory.release(list) } }
    // Masks of CPUs lie within the kernel's data where they fit into a word.
    if isWide { for _ in 0..<5 { memory.allocate((cpus + 63) / 64 * 8) } }
  }

  private mutating func takeHashTables() {
    for table in SystemHashTable.early {
      memory.allocate(
        table.bytes(
          kernelPages: layout.kernelPages, allPages: layout.allPages,
          isWide: profile.isWide))
    }
  }

  /// Page tables of fixed mappings, and bounce buffers for devices that cannot reach above 4 GiB
  /// (`swiotlb_init_remap`, kernel/dma/swiotlb.c).
  private mutating func takeLast() {
    for _ in 0..<3 { memory.allocate(4096, alignment: Self.page) }
    guard layout.top.rawValue > 1 << 20 else { return }
    memory.allocate(64 << 20, alignment: Self.page, below: (1 << 32) - 1)
    memory.allocate(32_768 * 24, alignment: Self.page)
    memory.allocate(16 * Int.powerOfTwo(atLeast: configuration.cpus))
  }
}

/// How the first chunk of per-CPU memory is cut into units (`pcpu_build_alloc_info`, mm/percpu.c).
struct PerCPULayout {
  /// How many units there are, one for each CPU and perhaps some to spare.
  let count: Int
  /// Bytes of a unit.
  let size: Int

  /// Finds the units of a machine: on x86_64 the most CPUs that fit into huge pages without wasting a unit
  /// for each three CPUs.
  init(_ configuration: MachineConfiguration) {
    let least = configuration.build.footprint.perCPUPages << 12
    let cpus = Swift.max(configuration.cpus, 1)
    guard configuration.profile.isWide else {
      (count, size) = (cpus, least)
      return
    }
    let chunk = ((least + (2 << 20) - 1) >> 21) << 21
    var best = 1
    var chunks = Int.max
    for perChunk in stride(from: chunk / least, through: 1, by: -1)
    where chunk % perChunk == 0 && (chunk / perChunk) % 4096 == 0 {
      let needed = (cpus + perChunk - 1) / perChunk
      guard needed * perChunk - cpus <= cpus / 3 else { continue }
      guard needed <= chunks else { break }
      (chunks, best) = (needed, perChunk)
    }
    size = chunk / best
    count = (cpus + best - 1) / best * best
  }

  /// Bytes of the list heads that sort chunks by free size.
  func listHeads(wordSize: Int) -> Int {
    let digits = Int.bitWidth - size.leadingZeroBitCount
    return (Swift.max(digits - 5 + 2, 1) + 4) * 2 * wordSize
  }
}
