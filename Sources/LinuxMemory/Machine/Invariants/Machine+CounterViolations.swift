// Counters equal what they count.

extension Machine {
  /// The counters that are wrong: promised memory, kernel stacks and page tables, files in high memory.
  func counterViolations() -> [String] {
    var found: [String] = []
    var promised = 0
    var tables = 0
    for process in processes.all where process.isAlive {
      promised += process.addressSpace.areas.totals.accounted
      tables += process.addressSpace.pageTable.directory.frames.reduce(0) { $0 + $1.count }
      let orders = process.kernelPages.blocks.map(\.order)
      if process.id.rawValue != 1, orders != ProcessKernelPages.orders(configuration.profile) {
        found.append("process \(process.id) has other kernel pages than a process has: \(orders)")
      }
    }
    for object in sharedMemory.objects.values { promised += object.pagesToUncharge }
    if promised != commit.committedPages {
      found.append("\(promised) pages are promised, \(commit.committedPages) counted")
    }
    if tables != ledger.total(of: .pageTable) {
      found.append("processes have \(tables) page tables, \(ledger.total(of: .pageTable)) are charged")
    }
    if slab.reclaimablePages + slab.unreclaimablePages != ledger.total(of: .slab) {
      found.append(
        "\(slab.reclaimablePages + slab.unreclaimablePages) pages of slabs, \(ledger.total(of: .slab)) are charged"
      )
    }
    var high = 0
    files.forEachCachedRun { _, _, run in
      for zone in ledger.allocator.zones where zone.kind == .highMem {
        high += max(0, min(run.end, zone.start + zone.spanned).rawValue - max(run.start, zone.start).rawValue)
      }
    }
    if high != files.highMemoryPages {
      found.append("\(high) pages of files lie in high memory, \(files.highMemoryPages) are counted")
    }
    let nodes = (swap.usedSlots + 63) / 64
    if reclaim.swapIndexNodes.count > nodes {
      found.append("\(reclaim.swapIndexNodes.count) nodes index \(swap.usedSlots) slots of swap")
    }
    return found
  }
}
