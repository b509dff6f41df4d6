// When memory is compacted: on request, and for an allocation that finds no block.

extension Machine {
  /// Compacts every zone as far as it goes: a write to `/proc/sys/vm/compact_memory`
  /// (`compact_nodes`, mm/compaction.c).
  mutating func compactMemory() {
    for index in pageAllocator.zones.indices where pageAllocator.zones[index].isPopulated {
      compact(zone: index, for: nil, isAsynchronous: false)
    }
  }

  /// Compacts the zones that a request could use, from the highest down, until one has a block for it
  /// (`__alloc_pages_direct_compact`, mm/page_alloc.c).
  ///
  /// - Parameters:
  ///   - order: the order of the request, at least 1.
  ///   - flags: its flags.
  ///   - isAsynchronous: whether only page blocks of the request's own migrate type are emptied, as the first
  ///     attempt does.
  ///   - attempt: tries to take the block.
  /// - Returns: what the attempt that succeeded returned, or 0.
  mutating func compactDirectly(
    order: Int, _ flags: GFPFlags, isAsynchronous: Bool, attempt: (inout Machine) -> Int
  ) -> Int {
    let requestClass = pageAllocator.requestClass(of: flags)
    var isStalled = false
    for index in (0...requestClass).reversed() where pageAllocator.zones[index].isPopulated {
      guard
        pageAllocator.zones[index].isSuitableForCompaction(
          order: order, requestClass: requestClass, threshold: tunables.externalFragmentationThreshold)
      else {
        record(.compaction(.unsuitable(zone: ledger.allocator.zones[index].name, order: order)))
        continue
      }
      isStalled = true
      let request = (order: order, type: flags.migrateType)
      compact(zone: index, for: request, isAsynchronous: isAsynchronous)
      if pageAllocator.zones[index].hasSuitableBlock(order: order, type: flags.migrateType) { break }
    }
    guard isStalled else { return 0 }
    compaction.stalls += 1
    let given = attempt(&self)
    if given > 0 { compaction.successes += 1 } else { compaction.failures += 1 }
    return given
  }

  /// Moves pages of a zone from its bottom to its top (`compact_zone`, mm/compaction.c).
  ///
  /// - Parameter request: the block that is wanted; nil goes on until the scanners meet.
  private mutating func compact(
    zone index: Int, for request: (order: Int, type: MigrateType)?, isAsynchronous: Bool
  ) {
    if request != nil { ledger.drainPerCPU(zone: index) }
    var scan = CompactionScan(pageAllocator.zones[index], isAsynchronous: isAsynchronous)
    note(work: scan.freeBlockCount / 2)
    var pages = movablePages
    var moved = 0
    var lastBlock = -1
    while !scan.isOver, mayGoOn() {
      if let request, scan.isAtPageblock,
        pageAllocator.zones[index].hasSuitableBlock(order: request.order, type: request.type)
      {
        break
      }
      let sources = scan.nextSources(&pages) { frame in
        guard isAsynchronous, let request else { return true }
        return pageAllocator.zones[index].pageblockType(of: frame) == request.type
      }
      guard !sources.isEmpty else { break }
      let count = sources.reduce(0) { $0 + $1.count }
      let perCPUBefore = pageAllocator.zones[index].perCPUCount
      let done = migrate(sources, count: count, with: &scan, pages, zone: index)
      moved += done
      compaction.failedMigrations += count - done
      // What was freed must leave the per-CPU lists to merge, block by block.
      let block = scan.migrateFrame >> configuration.profile.pageblockOrder
      if request != nil {
        if block != lastBlock { ledger.drainPerCPU(zone: index) }
      } else if pageAllocator.zones[index].perCPUCount < perCPUBefore + done {
        // The lists were full and gave back what had been on them before.
        scan.refresh(pageAllocator.zones[index])
      }
      lastBlock = block
      if done < count { break }
    }
    for run in scan.targets.reversed() { ledger.givePages(run, descending: true, of: .isolated) }
    if request != nil { ledger.drainPerCPU(zone: index) }
    compaction.isolated += scan.isolated
    compaction.migrated += moved
    let zone = pageAllocator.zones[index]
    record(
      .compaction(
        .compacted(
          zone: zone.name, order: request?.order, movedPages: moved, largestOrder: zone.largestFreeOrder)))
  }

  /// Moves pages to free ones, the highest first (`migrate_pages`, mm/migrate.c).
  ///
  /// - Returns: how many found a target.
  private mutating func migrate(
    _ sources: [FrameRange], count: Int, with scan: inout CompactionScan, _ pages: MovablePages, zone: Int
  ) -> Int {
    var done = 0
    for source in sources.reversed() {
      var left = source.count
      while left > 0 {
        note(work: 1)
        let target = ledger.isolate(inZone: zone, for: .isolated) {
          scan.takeTargets(left, batch: count, from: &$0)
        }
        guard let target else { return done }
        left -= target.count
        let run = FrameRange(start: source.start + left, count: target.count)
        for reference in pages.references(to: run) { redirect(reference, from: run, to: target.start) }
        sharedFrames.move(run, to: target.start)
        // The owner has the target now, and compaction the page that it came from.
        ledger.givePages(run, descending: true, of: .isolated)
        done += target.count
      }
    }
    return done
  }
}
