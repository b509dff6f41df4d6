// What an architecture prescribes: addresses, page tables, zones.

/// The facts about a processor architecture that the kernel is built around.
package struct ArchitectureProfile: Hashable, Sendable {
  /// The name that `uname -m` prints.
  package let name: String
  /// Bytes in a pointer and in a `long`.
  package let wordSize: Int
  /// Bytes in a page.
  package var pageSize: Int { 4096 }
  /// Levels of page tables.
  package let pageTableLevels: Int
  /// Entries in a page table of the lowest level.
  package let pageTableEntries: Int
  /// Entries in the top-level table that belong to user space.
  package let userTopLevelEntries: Int
  /// Bytes in a huge page.
  package let hugePageSize: Int
  /// The order of a page block.
  package let pageblockOrder: Int

  /// The first address beyond user space (`TASK_SIZE`).
  package let userAddressTop: UInt64
  /// The first address above the stack when addresses are not randomised (`STACK_TOP`).
  package let stackTop: UInt64
  /// Where a position-independent program is loaded without randomisation (`ELF_ET_DYN_BASE`).
  package let positionIndependentBase: UInt64
  /// Bytes of a kernel stack (`THREAD_SIZE`).
  package let kernelStackSize: Int

  /// The first address of the direct map of physical memory (`PAGE_OFFSET`).
  package let directMapBase: UInt64
  /// The first address of the vmalloc area (`VMALLOC_START`); nil where it follows the direct map.
  package let vmallocStart: UInt64?
  /// The end of the vmalloc area as the kernel defines it (`VMALLOC_END`): the last address on x86_64, the
  /// first one behind it on i386.
  package let vmallocEnd: UInt64
  /// Bytes that the vmalloc area gets at least, which limits the direct map (`VMALLOC_RESERVE`).
  package let vmallocReserve: UInt64
  /// The hole between the direct map and the vmalloc area (`VMALLOC_OFFSET`).
  package let vmallocGap: UInt64
  /// Where modules are loaded.
  package let modules: Range<UInt64>
  /// The address of frame 0's `struct page` (`VMEMMAP_START`); nil where it depends on the memory.
  package let pageStructBase: UInt64?
  /// Bytes of a `struct page`.
  package let pageStructSize: Int

  /// The first frame beyond the zone DMA.
  package var dmaLimit: FrameNumber { FrameNumber(0x1000) }
  /// The first frame beyond the zone DMA32; nil where there is none.
  package let dma32Limit: FrameNumber?
  /// The most frames that the direct map can hold.
  package let directMapLimit: FrameNumber
  /// Physical addresses end here.
  package let physicalLimit: UInt64
  /// The zones of a node, from the lowest up.
  package let zoneKinds: [ZoneKind]
  /// `lowmem_reserve_ratio` as booted, one divisor per zone.
  package let lowmemReserveRatio: [Int]

  /// The largest size that kmalloc serves (`KMALLOC_MAX_SIZE`).
  package var kmallocLimit: UInt64 { 4 << 20 }
  /// Bytes in a cache line as the slab allocator reckons (`cache_line_size()`).
  package let cacheLineSize: Int

  /// Bits of a virtual address.
  package let virtualAddressBits: Int
  /// The least and the most memory of a machine in bytes.
  package let memoryLimits: ClosedRange<UInt64>
  /// The most swap space of a machine in bytes.
  package let swapLimit: UInt64
  /// By how many pages the stack and the mappings are shifted at most, and the heap by how many bytes, where addresses
  /// are randomised.
  let randomShifts: (stackPages: UInt64, mappingPages: UInt64, heapBytes: UInt64)

  /// Whether the kernel is built to have several memory nodes (CONFIG_NUMA).
  package let hasNodes: Bool
  /// Whether page tables of kernel and user space can be kept apart (CONFIG_PAGE_TABLE_ISOLATION).
  package let hasPageTableIsolation: Bool
  /// Whether kernel stacks are mapped page by page (CONFIG_VMAP_STACK).
  package let hasMappedStacks: Bool
  /// Whether page tables may lie in high memory (CONFIG_HIGHPTE).
  package let hasHighPageTables: Bool
  /// Whether the vmalloc area is mapped with huge pages where that fits (CONFIG_HAVE_ARCH_HUGE_VMALLOC).
  package let mapsVmallocWithHugePages: Bool
  /// Whether the kernel notes in page tables what was written since somebody asked (CONFIG_MEM_SOFT_DIRTY).
  package let tracksSoftDirty: Bool
  /// Whether mmap knows MAP_32BIT.
  package let hasLowMappings: Bool
  /// Whether vvar and vdso lie above the stack (`vdso_addr`, arch/x86/entry/vdso/vma.c).
  package let placesSpecialAboveStack: Bool
  /// Whether the kernel remembers as which type physical addresses are mapped (arch/x86/mm/pat/memtype.c).
  package let tracksMemoryTypes: Bool
  /// Whether memory comes in sections that can be switched off (CONFIG_SPARSEMEM_VMEMMAP).
  package let hasMemorySections: Bool
  /// Whether zones have pools from which devices get memory in atomic context (CONFIG_DMA_COHERENT_POOL).
  package let hasAtomicPools: Bool
  /// Whether the size of a huge page overflows where the kernel scales it for Pss.
  package let hugePageOverflowsProportion: Bool
  /// Whether the kernel knows of mitigations against speculation.
  package let mitigatesSpeculation: Bool

  /// Whether a word has 64 bits.
  package var isWide: Bool { wordSize == 8 }
  /// The largest `phys_addr_t`.
  var largestPhysical: UInt64 { isWide ? .max : UInt64(UInt32.max) }
  /// The largest entry that could map a device, to which its area is aligned (`IOREMAP_MAX_ORDER`).
  var largestDeviceAlignment: UInt64 { mapsVmallocWithHugePages ? 1 << 30 : UInt64(hugePageSize) }

  /// Hexadecimal digits of an address as the kernel prints all of them.
  package var addressDigits: Int { wordSize * 2 }

  /// Compares by name: there is one profile for each architecture.
  package static func == (left: ArchitectureProfile, right: ArchitectureProfile) -> Bool {
    left.name == right.name
  }

  /// Hashes the name.
  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension ArchitectureProfile {
  /// 64-bit x86 with four-level page tables (Documentation/x86/x86_64/mm.rst), without KASLR.
  package static let x8664 = ArchitectureProfile(
    name: "x86_64", wordSize: 8, pageTableLevels: 4, pageTableEntries: 512, userTopLevelEntries: 256,
    hugePageSize: 2 << 20, pageblockOrder: 9,
    userAddressTop: 0x7fff_ffff_f000, stackTop: 0x7fff_ffff_f000,
    positionIndependentBase: 0x5555_5555_4000, kernelStackSize: 16 << 10,
    directMapBase: 0xffff_8880_0000_0000, vmallocStart: 0xffff_c900_0000_0000,
    vmallocEnd: 0xffff_e8ff_ffff_ffff, vmallocReserve: 0, vmallocGap: 0,
    modules: 0xffff_ffff_c000_0000..<0xffff_ffff_ff00_0000,
    pageStructBase: 0xffff_ea00_0000_0000, pageStructSize: 64,
    dma32Limit: FrameNumber(0x10_0000), directMapLimit: FrameNumber(1 << 34),
    physicalLimit: 1 << 40,
    zoneKinds: [.dma, .dma32, .normal, .movable, .device], lowmemReserveRatio: [256, 256, 32, 0, 0],
    cacheLineSize: 64, virtualAddressBits: 48, memoryLimits: (128 << 20)...(16 << 40), swapLimit: 16 << 40,
    // What stack_maxrandom_size counts; the page that arch_align_stack may add is not in it.
    randomShifts: (stackPages: 0x3f_ffff, mappingPages: 1 << 28, heapBytes: 1 << 30),
    hasNodes: true, hasPageTableIsolation: true, hasMappedStacks: true, hasHighPageTables: false,
    mapsVmallocWithHugePages: true, tracksSoftDirty: true, hasLowMappings: true,
    placesSpecialAboveStack: true,
    tracksMemoryTypes: true, hasMemorySections: true, hasAtomicPools: true,
    hugePageOverflowsProportion: false,
    mitigatesSpeculation: true)

  /// 32-bit x86 without PAE: 3 GiB of user space, 875 MiB of low memory, 120 MiB of vmalloc area.
  package static let i386 = ArchitectureProfile(
    name: "i686", wordSize: 4, pageTableLevels: 2, pageTableEntries: 1024, userTopLevelEntries: 768,
    hugePageSize: 4 << 20, pageblockOrder: 10,
    userAddressTop: 0xc000_0000, stackTop: 0xc000_0000,
    positionIndependentBase: 0x8000_0000, kernelStackSize: 8 << 10,
    directMapBase: 0xc000_0000, vmallocStart: nil, vmallocEnd: 0xfebf_e000,
    vmallocReserve: 128 << 20, vmallocGap: 8 << 20,
    modules: 0xf73f_e000..<0xfebf_e000,
    pageStructBase: nil, pageStructSize: 40,
    dma32Limit: nil, directMapLimit: FrameNumber(0x36bfe),
    physicalLimit: 1 << 32,
    zoneKinds: [.dma, .normal, .highMem, .movable], lowmemReserveRatio: [256, 32, 0, 0],
    cacheLineSize: 32, virtualAddressBits: 32, memoryLimits: (64 << 20)...(4 << 30), swapLimit: 64 << 30,
    randomShifts: (stackPages: 0x7ff, mappingPages: 1 << 8, heapBytes: 32 << 20),
    hasNodes: false, hasPageTableIsolation: false, hasMappedStacks: false, hasHighPageTables: true,
    mapsVmallocWithHugePages: false, tracksSoftDirty: false, hasLowMappings: false,
    placesSpecialAboveStack: false,
    tracksMemoryTypes: false, hasMemorySections: false, hasAtomicPools: false,
    hugePageOverflowsProportion: true,
    mitigatesSpeculation: false)
}
