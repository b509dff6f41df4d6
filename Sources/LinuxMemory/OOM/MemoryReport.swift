// The state of memory as the kernel reports it when a request fails, line by line.

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

  /// The text, one line each; a multi-line message of the kernel is one element with newlines. Of Linux 3.10 a line
  /// that says that it is not modelled.
  func lines(_ wording: ReportWording) -> [String] {
    guard wording.describesMemory else { return ["Mem-Info: not modelled for Linux 3.10"] }
    var lines = ["Mem-Info:", memoryInformation, nodeLine(wording)]
    for (zone, statistics) in zip(zones, zoneStatistics) where zone.isPopulated {
      lines.append(zoneLine(zone, statistics, wording))
      lines.append("lowmem_reserve[]: " + zone.lowmemReserve.map { String($0) }.joined(separator: " "))
    }
    for zone in zones where zone.isPopulated { lines.append(freeListLine(zone)) }
    lines += [
      "Node 0 hugepages_total=0 hugepages_free=0 hugepages_surp=0 hugepages_size=\(hugePageKilobytes)kB",
      "\(node.pageCache) total pagecache pages", "\(node.swapCache) pages in swap cache",
      "Free swap  = \(swap.free * 4)kB", "Total swap = \(swap.total * 4)kB",
      "\(ram.present) pages RAM", "\(ram.highMemory) pages HighMem/MovableOnly",
      "\(ram.reserved) pages reserved", "0 pages hwpoisoned",
    ]
    return lines
  }

  private var memoryInformation: String {
    """
    active_anon:\(node.activeAnonymous) inactive_anon:\(node.inactiveAnonymous) isolated_anon:0
     active_file:\(node.activeFile) inactive_file:\(node.inactiveFile) isolated_file:0
     unevictable:\(node.unevictable) dirty:\(node.dirty) writeback:0
     slab_reclaimable:\(node.slabReclaimable) slab_unreclaimable:\(node.slabUnreclaimable)
     mapped:\(node.mapped) shmem:\(node.shared) pagetables:\(node.pageTables)
     sec_pagetables:0 bounce:0
     kernel_misc_reclaimable:0
     free:\(free.pages) free_pcp:\(free.perCPU) free_cma:0
    """
  }

  private func nodeLine(_ wording: ReportWording) -> String {
    let blank = wording.padsHugePages ? " " : ""
    return "Node 0 active_anon:\(node.activeAnonymous * 4)kB inactive_anon:\(node.inactiveAnonymous * 4)kB "
      + "active_file:\(node.activeFile * 4)kB inactive_file:\(node.inactiveFile * 4)kB "
      + "unevictable:\(node.unevictable * 4)kB isolated(anon):0kB isolated(file):0kB "
      + "mapped:\(node.mapped * 4)kB dirty:\(node.dirty * 4)kB writeback:0kB shmem:\(node.shared * 4)kB shmem_thp:\(blank)0kB "
      + "shmem_pmdmapped:\(blank)0kB anon_thp:\(blank)\(node.anonymousHuge * 4)kB "
      + (wording.countsTemporaryWriteback ? "writeback_tmp:0kB " : "")
      + "kernel_stack:\(node.kernelStackKilobytes)kB pagetables:\(node.pageTables * 4)kB "
      + "sec_pagetables:0kB all_unreclaimable? \(isAllUnreclaimable ? "yes" : "no")"
      + (wording.countsNewerPages ? " Balloon:0kB" : "")
  }

  private var nodePrefix: String { namesNode ? "Node 0 " : "" }

  private func zoneLine(_ zone: MemoryZone, _ statistics: MemoryStatistics, _ wording: ReportWording)
    -> String
  {
    let boost = zone.watermarkBoost
    return nodePrefix + "\(zone.name) free:\(zone.freePages * 4)kB boost:\(boost * 4)kB "
      + "min:\((zone.minWatermark + boost) * 4)kB low:\((zone.lowWatermark + boost) * 4)kB "
      + "high:\((zone.highWatermark + boost) * 4)kB reserved_highatomic:\(zone.highAtomicReserve * 4)KB "
      + (wording.countsNewerPages ? "free_highatomic:\(zone.freeHighAtomicPages * 4)KB " : "")
      + "active_anon:\(statistics.activeAnonymous * 4)kB inactive_anon:\(statistics.inactiveAnonymous * 4)kB "
      + "active_file:\(statistics.activeFile * 4)kB inactive_file:\(statistics.inactiveFile * 4)kB "
      + "unevictable:\(statistics.unevictable * 4)kB writepending:\(statistics.dirty * 4)kB "
      + (wording.countsNewerPages ? "zspages:0kB " : "")
      + "present:\(zone.present * 4)kB "
      + "managed:\(zone.managed * 4)kB mlocked:\(statistics.mlocked * 4)kB bounce:0kB "
      + "free_pcp:\(zone.allCPUsCount * 4)kB local_pcp:\(zone.perCPUCount * 4)kB free_cma:0kB"
  }

  /// The free blocks of a zone by order, with the letters of the migrate types that have some.
  private func freeListLine(_ zone: MemoryZone) -> String {
    let letters: [(MigrateType, String)] = [
      (.unmovable, "U"), (.movable, "M"), (.reclaimable, "E"), (.highAtomic, "H"), (.isolate, "I"),
    ]
    var total = 0
    let parts = (0...MemoryZone.largestOrder).map { order in
      let count = zone.freeBlockCount(order: order)
      total += count << order
      let types = letters.filter { zone.freeBlockCount(order: order, type: $0.0) > 0 }.map(\.1).joined()
      return "\(count)*\(4 << order)kB" + (types.isEmpty ? "" : " (\(types))")
    }
    return nodePrefix + "\(zone.name): \(parts.joined(separator: " ")) = \(total * 4)kB"
  }
}

extension MemoryZone {
  /// Pages on the free lists of blocks that are reserved for atomic requests (`nr_free_highatomic`).
  fileprivate var freeHighAtomicPages: Int {
    (0...MemoryZone.largestOrder).reduce(0) { $0 + freeBlockCount(order: $1, type: .highAtomic) << $1 }
  }
}
