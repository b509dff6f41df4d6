// The state of memory as the kernel reports it when a request fails.

import KernelText

/// What the kernel prints about its memory (`__show_mem`, mm/page_alloc.c of Linux 6.1).
package struct MemoryReport: Sendable {
  /// Whether the kernel names the node before each zone (64-bit; `CONFIG_NUMA`).
  package var namesNode: Bool
  /// The zones that the request could use, and those below.
  package var zones: [MemoryZone]
  /// Counts over the whole machine.
  package var node: MemoryStatistics
  /// Counts for each of `zones`.
  package var zoneStatistics: [MemoryStatistics]
  /// Pages free and on per-CPU lists, in all zones.
  package var free: (pages: Int, perCPU: Int)
  /// Whether reclaim has given up.
  package var isAllUnreclaimable: Bool
  /// Free and total swap in pages.
  package var swap: (free: Int, total: Int)
  /// Pages present, in HighMem, and reserved.
  package var ram: (present: Int, highMemory: Int, reserved: Int)
  /// KiB in a huge page.
  package var hugePageKilobytes: Int

  /// The state in the words of a kernel; of Linux 3.10 a line that says that it is not modelled.
  func state(_ wording: ReportWording) -> MemoryState {
    var state = MemoryState(lines: [])
    guard wording.describesMemory else {
      state.heading += " not modelled for Linux 3.10"
      return state
    }
    state.lines = countLines
    state.lines.append(.node(0, nodeSizes(wording)))
    for (zone, statistics) in zip(zones, zoneStatistics) where zone.isPopulated {
      state.lines.append(.zone(name(of: zone), sizes(of: zone, statistics, wording)))
      state.lines.append(.reserve(zone.lowmemReserve))
    }
    for zone in zones where zone.isPopulated {
      state.lines.append(.freeBlocks(name(of: zone), freeBlocks(of: zone)))
    }
    state.lines += [
      .hugePages(node: 0, total: 0, free: 0, surplus: 0, kilobytes: hugePageKilobytes),
      .pages(node.pageCache, "total pagecache pages"), .pages(node.swapCache, "pages in swap cache"),
      .swap(.free, swap.free * 4), .swap(.total, swap.total * 4), .pages(ram.present, "pages RAM"),
      .pages(ram.highMemory, "pages HighMem/MovableOnly"), .pages(ram.reserved, "pages reserved"),
      .pages(0, "pages hwpoisoned"),
    ]
    return state
  }

  private func name(of zone: MemoryZone) -> MemoryState.ZoneName {
    MemoryState.ZoneName(node: namesNode ? 0 : nil, name: zone.name)
  }

  private var countLines: [MemoryState.Line] {
    let lines: [MessageAmounts] = [
      MessageAmounts(
        [
          "active_anon": node.activeAnonymous, "inactive_anon": node.inactiveAnonymous, "isolated_anon": 0,
        ], in: .pages),
      MessageAmounts(
        ["active_file": node.activeFile, "inactive_file": node.inactiveFile, "isolated_file": 0], in: .pages),
      MessageAmounts(["unevictable": node.unevictable, "dirty": node.dirty, "writeback": 0], in: .pages),
      MessageAmounts(
        ["slab_reclaimable": node.slabReclaimable, "slab_unreclaimable": node.slabUnreclaimable], in: .pages),
      MessageAmounts(
        ["mapped": node.mapped, "shmem": node.shared, "pagetables": node.pageTables], in: .pages),
      MessageAmounts(["sec_pagetables": 0, "bounce": 0], in: .pages),
      MessageAmounts(["kernel_misc_reclaimable": 0], in: .pages),
      MessageAmounts(["free": free.pages, "free_pcp": free.perCPU, "free_cma": 0], in: .pages),
    ]
    return lines.enumerated().map { .counts($1, isFirst: $0 == 0) }
  }

  private func nodeSizes(_ wording: ReportWording) -> MessageAmounts {
    var sizes = MessageAmounts([
      "active_anon": node.activeAnonymous * 4, "inactive_anon": node.inactiveAnonymous * 4,
      "active_file": node.activeFile * 4, "inactive_file": node.inactiveFile * 4,
      "unevictable": node.unevictable * 4, "isolated(anon)": 0, "isolated(file)": 0,
      "mapped": node.mapped * 4, "dirty": node.dirty * 4, "writeback": 0, "shmem": node.shared * 4,
    ])
    let hasBlank = wording.padsHugePages
    sizes.add("shmem_thp", 0, hasBlank: hasBlank)
    sizes.add("shmem_pmdmapped", 0, hasBlank: hasBlank)
    sizes.add("anon_thp", node.anonymousHuge * 4, hasBlank: hasBlank)
    if wording.countsTemporaryWriteback { sizes.add("writeback_tmp", 0) }
    sizes.add("kernel_stack", node.kernelStackKilobytes)
    sizes.add("pagetables", node.pageTables * 4)
    sizes.add("sec_pagetables", 0)
    sizes.add("all_unreclaimable", isAllUnreclaimable)
    if wording.countsNewerPages { sizes.add("Balloon", 0) }
    return sizes
  }

  private func sizes(
    of zone: MemoryZone, _ statistics: MemoryStatistics, _ wording: ReportWording
  ) -> MessageAmounts {
    let boost = zone.watermarkBoost
    var sizes = MessageAmounts([
      "free": zone.freePages * 4, "boost": boost * 4, "min": (zone.minWatermark + boost) * 4,
      "low": (zone.lowWatermark + boost) * 4, "high": (zone.highWatermark + boost) * 4,
    ])
    sizes.add("reserved_highatomic", zone.highAtomicReserve * 4, .capitalKilobytes)
    if wording.countsNewerPages {
      sizes.add("free_highatomic", zone.freeHighAtomicPages * 4, .capitalKilobytes)
    }
    sizes.add("active_anon", statistics.activeAnonymous * 4)
    sizes.add("inactive_anon", statistics.inactiveAnonymous * 4)
    sizes.add("active_file", statistics.activeFile * 4)
    sizes.add("inactive_file", statistics.inactiveFile * 4)
    sizes.add("unevictable", statistics.unevictable * 4)
    sizes.add("writepending", statistics.dirty * 4)
    if wording.countsNewerPages { sizes.add("zspages", 0) }
    sizes.add("present", zone.present * 4)
    sizes.add("managed", zone.managed * 4)
    sizes.add("mlocked", statistics.mlocked * 4)
    sizes.add("bounce", 0)
    sizes.add("free_pcp", zone.allCPUsCount * 4)
    sizes.add("local_pcp", zone.perCPUCount * 4)
    sizes.add("free_cma", 0)
    return sizes
  }

  /// The free blocks of a zone by order, with the letters of the migrate types that have some.
  private func freeBlocks(of zone: MemoryZone) -> FreeBlockCounts {
    let letters: [(MigrateType, String)] = [
      (.unmovable, "U"), (.movable, "M"), (.reclaimable, "E"), (.highAtomic, "H"), (.isolate, "I"),
    ]
    var total = 0
    let blocks = (0...MemoryZone.largestOrder).map { order in
      let count = zone.freeBlockCount(order: order)
      total += count << order
      let types = letters.filter { zone.freeBlockCount(order: order, type: $0.0) > 0 }.map(\.1).joined()
      return FreeBlockCounts.Blocks(count: count, kilobytes: 4 << order, types: types.isEmpty ? nil : types)
    }
    return FreeBlockCounts(blocks: blocks, total: total * 4)
  }
}

extension MemoryZone {
  /// Pages on the free lists of blocks that are reserved for atomic requests (`nr_free_highatomic`).
  fileprivate var freeHighAtomicPages: Int {
    (0...MemoryZone.largestOrder).reduce(0) { $0 + freeBlockCount(order: $1, type: .highAtomic) << $1 }
  }
}
