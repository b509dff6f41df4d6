// What memory.stat says of a group.

import KernelText

extension Machine {
  /// The lines of `memory.stat` of a group, for it and all below, in Linux 6.1's order (`memory_stat_format`,
  /// mm/memcontrol.c).
  package func statistics(of group: MemoryGroup) -> CounterTable {
    let members = ledger.groups.subtree(of: group)
    let sums = GroupSums(of: members, on: self)
    let counts = members.reduce(into: GroupCounts()) { $0.add(ledger.groups[$1].counts) }
    let page = Int(pageSize)
    var lines: [CounterTable.Counter] = []
    func add(_ name: String, _ value: Int) { lines.append(.init(name: name, value: value)) }
    add("anon", sums.anonymous * page)
    add("file", (sums.file + sums.shared) * page)
    add("kernel", sums.kernel * page)
    add("kernel_stack", sums.stacks * page)
    add("pagetables", sums.tables * page)
    add("sec_pagetables", 0)
    add("percpu", sums.perCPUBytes)
    add("sock", 0)
    add("vmalloc", 0)
    add("shmem", sums.shared * page)
    add("zswap", 0)
    add("zswapped", 0)
    add("file_mapped", sums.mapped * page)
    add("file_dirty", sums.dirty * page)
    add("file_writeback", 0)
    add("swapcached", sums.swapCached * page)
    add("anon_thp", sums.huge * page)
    add("file_thp", 0)
    add("shmem_thp", 0)
    add("inactive_anon", (sums.listed.inactiveAnonymous + sums.mapped) * page)
    add("active_anon", sums.listed.activeAnonymous * page)
    add("inactive_file", sums.listed.inactiveFile * page)
    add("active_file", sums.listed.activeFile * page)
    add("unevictable", sums.listed.unevictable * page)
    add("slab_reclaimable", sums.reclaimableBytes)
    add("slab_unreclaimable", sums.unreclaimableBytes)
    add("slab", sums.reclaimableBytes + sums.unreclaimableBytes)
    add("workingset_refault_anon", counts[.refaultedAnonymous])
    add("workingset_refault_file", counts[.refaultedFile])
    add("workingset_activate_anon", counts[.activatedAnonymous])
    add("workingset_activate_file", counts[.activatedFile])
    add("workingset_restore_anon", counts[.restoredAnonymous])
    add("workingset_restore_file", counts[.restoredFile])
    add("workingset_nodereclaim", counts[.reclaimedNodes])
    add("pgscan", counts[.scannedByKswapd] + counts[.scannedDirectly])
    add("pgsteal", counts[.stolenByKswapd] + counts[.stolenDirectly])
    add("pgscan_kswapd", counts[.scannedByKswapd])
    add("pgscan_direct", counts[.scannedDirectly])
    add("pgsteal_kswapd", counts[.stolenByKswapd])
    add("pgsteal_direct", counts[.stolenDirectly])
    add("pgfault", counts[.faults])
    add("pgmajfault", counts[.majorFaults])
    add("pgrefill", counts[.refilled])
    add("pgactivate", counts[.activated])
    add("pgdeactivate", counts[.deactivated])
    add("pglazyfree", counts[.lazilyFreed])
    add("pglazyfreed", counts[.droppedLazily])
    add("zswpin", 0)
    add("zswpout", 0)
    add("thp_fault_alloc", counts[.hugeFaults])
    add("thp_collapse_alloc", counts[.hugeCollapses])
    return CounterTable(counters: lines)
  }
}

/// What groups hold together, in pages unless said otherwise.
private struct GroupSums {
  var anonymous = 0
  var file = 0
  var shared = 0
  var kernel = 0
  var stacks = 0
  var tables = 0
  var perCPUBytes = 0
  var mapped = 0
  var dirty = 0
  var swapCached = 0
  var huge = 0
  var reclaimableBytes = 0
  var unreclaimableBytes = 0
  var listed = MemoryStatistics()

  init(of members: [MemoryGroup], on machine: Machine) {
    let ledger = machine.ledger
    for group in members {
      let control = ledger.groups[group]
      anonymous += ledger.charge(of: FrameOwner(.anonymous, of: group))
      file += ledger.charge(of: FrameOwner(.file, of: group))
      shared += ledger.charge(of: FrameOwner(.shared, of: group))
      kernel += control.kernelPages
      perCPUBytes += control.perCPUBytes
      reclaimableBytes += control.reclaimableBytes
      unreclaimableBytes += control.unreclaimableBytes
      for kind in PageListKind.allCases { listed[kind] += machine.pageLists.count(kind, in: group) }
    }
    let wanted = Set(members)
    func count(_ run: FrameRange, _ body: (Int) -> Void) {
      ledger.forEachPart(of: run) { part, group in if wanted.contains(group) { body(part.count) } }
    }
    // A shared object is there only while somebody maps it.
    mapped = shared
    for file in machine.files.files {
      if file.kind == .temporary {
        let pages = 0..<UInt64.max
        for run in machine.files.frames(in: pages, of: file.identifier) { count(run) { mapped -= $0 } }
      } else {
        machine.files.forEachDirtyRun(of: file.identifier) { run in count(run) { dirty += $0 } }
      }
    }
    machine.swapCache.forEachRun { _, run in
      count(run) {
        swapCached += $0
        anonymous -= $0
      }
    }
    // What is left of huge pages of which a part was unmapped stays on the list, and is nobody's.
    for run in machine.splitHugePages.unusedFrames {
      count(run) {
        anonymous -= $0
        listed.inactiveAnonymous += $0
      }
    }
    machine.swapCache.forEachMappedRun { _, run in count(run) { swapCached += $0 } }
    tables = members.reduce(0) { $0 + ledger.charge(of: FrameOwner(.pageTable, of: $1)) }
    let profile = machine.configuration.profile
    var seen = Set<FrameNumber>()
    for process in machine.processes.live {
      // The kernel counts the two lowest levels.
      for run in process.addressSpace.pageTable.directory.upperFrames { count(run) { tables -= $0 } }
      for block in process.kernelPages.stackBlocks(profile) {
        count(FrameRange(start: block.frame, count: 1 << block.order)) { stacks += $0 }
      }
      guard process.addressSpace.resident.huge > 0 else { continue }
      for entry in process.addressSpace.pageTable.mappings.all where entry.value.isHuge {
        guard let frame = entry.value.frame, seen.insert(frame).inserted else { continue }
        count(FrameRange(start: frame, count: Int(entry.count))) { huge += $0 }
      }
    }
  }
}
