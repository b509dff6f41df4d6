// Counters equal what they count.

extension MachineCheck {
  /// The counters that are wrong: promised memory, kernel stacks and page tables, files in high memory.
  func counterViolations() -> [String] {
    var found: [String] = []
    var promised = 0
    var tables = 0
    for process in machine.processes.all where process.isAlive {
      promised += process.addressSpace.areas.totals.accounted
      tables += process.addressSpace.pageTable.directory.frames.reduce(0) { $0 + $1.count }
      let orders = process.kernelPages.blocks.map(\.order)
      if process.id.rawValue != 1, orders != ProcessKernelPages.orders(machine.configuration.profile) {
        found.append("process \(process.id) has other kernel pages than a process has: \(orders)")
      }
    }
    for object in machine.sharedMemory.objects.values { promised += object.pagesToUncharge }
    promised += machine.files.temporaryPages
    if promised != machine.commit.committedPages {
      found.append("\(promised) pages are promised, \(machine.commit.committedPages) counted")
    }
    if tables != machine.ledger.total(of: .pageTable) {
      found.append(
        "processes have \(tables) page tables, \(machine.ledger.total(of: .pageTable)) are charged")
    }
    if machine.slab.reclaimablePages + machine.slab.unreclaimablePages != machine.ledger.total(of: .slab) {
      found.append(
        "\(machine.slab.reclaimablePages + machine.slab.unreclaimablePages) pages of slabs, \(machine.ledger.total(of: .slab)) are charged"
      )
    }
    var high = 0
    machine.files.forEachCachedRun { _, _, run in
      for zone in machine.ledger.allocator.zones where zone.kind == .highMem {
        high += max(0, min(run.end, zone.start + zone.spanned).rawValue - max(run.start, zone.start).rawValue)
      }
    }
    if high != machine.files.highMemoryPages {
      found.append("\(high) pages of files lie in high memory, \(machine.files.highMemoryPages) are counted")
    }
    let nodes = (machine.swap.usedSlots + 63) / 64
    if machine.reclaim.swapIndexNodes.count > nodes {
      found.append(
        "\(machine.reclaim.swapIndexNodes.count) nodes index \(machine.swap.usedSlots) slots of swap")
    }
    return found
  }
}
