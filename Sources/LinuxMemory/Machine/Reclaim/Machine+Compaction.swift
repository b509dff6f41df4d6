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
        ledger.move(run, to: target.start)
        // The owner has the target now, and compaction the page that it came from.
        ledger.givePages(run, descending: true, of: .isolated)
        done += target.count
      }
    }
    return done
  }

  /// The frames of user memory and of the page cache.
  ///
  /// Huge pages stay, also those that are mapped page by page (compaction moves single pages), and so does everything
  /// that the kernel itself holds.
  private var movablePages: MovablePages {
    var references: [MovablePages.Reference] = []
    func add(_ owner: MovablePages.Owner, _ frame: FrameNumber, _ count: Int) {
      note(work: 1)
      references.append(
        MovablePages.Reference(frames: frame.rawValue..<frame.rawValue + count, owner: owner))
    }
    for task in processes.allHandles {
      let space = processes[task].addressSpace
      for extent in space.pageTable.mappings.all where !extent.value.isHuge {
        guard let frame = extent.value.frame else { continue }
        if work.isStopped { break }
        if tunables.compactUnevictableAllowed == 0, isLocked(extent.start, in: space) { continue }
        let run = FrameRange(start: frame, count: Int(extent.count))
        splitHugePages.forEachPart(of: run) { part, isOfHugePage in
          if isOfHugePage { return }
          let offset = UInt64(part.start.rawValue - frame.rawValue)
          let mapping = extent.value.advanced(by: offset)
          add(.process(task, page: extent.start + offset, mapping), part.start, part.count)
        }
      }
    }
    for (number, object) in sharedMemory.objects.sorted(by: { $0.key < $1.key }) {
      for extent in object.pages.all {
        add(.object(number, page: extent.start), extent.value.frame, Int(extent.count))
      }
    }
    files.forEachCachedRun { file, page, run in add(.file(file, page: page), run.start, run.count) }
    swapCache.forEachRun { slot, run in add(.swapCache(slot), run.start, run.count) }
    return MovablePages(references)
  }

  /// Makes whoever refers to frames of a run refer to others.
  ///
  /// - Parameters:
  ///   - reference: a reference that overlaps the run.
  ///   - run: frames whose contents moved.
  ///   - target: where the first one's went; the others follow.
  private mutating func redirect(
    _ reference: MovablePages.Reference, from run: FrameRange, to target: FrameNumber
  ) {
    let start = Swift.max(run.start.rawValue, reference.frames.lowerBound)
    let count = Swift.min(run.end.rawValue, reference.frames.upperBound) - start
    let offset = UInt64(start - reference.frames.lowerBound)
    let frames = FrameRange(start: target + (start - run.start.rawValue), count: count)
    switch reference.owner {
    case .process(let task, let page, let mapping):
      let first = page + offset
      processes[task].addressSpace.pageTable.map(
        first..<first + UInt64(count), to: mapping.pointing(to: frames.start))
      swapCache.relocateMapped(FrameRange(start: FrameNumber(start), count: count), to: frames.start)
    case .object(let number, let page): sharedMemory.relocate(page + offset, of: number, to: frames)
    case .file(let file, let page): files.relocate(page + offset, of: file, to: frames)
    case .swapCache(let slot): swapCache.relocate(slot + Int(offset), to: frames)
    }
  }

  private func isLocked(_ page: UInt64, in space: AddressSpace) -> Bool {
    space.areas.area(containing: page << pageShift)?.flags.contains(.locked) ?? false
  }
}

extension PageMapping {
  /// The same entry for another frame; an entry without a frame stays as it is.
  fileprivate func pointing(to frame: FrameNumber) -> PageMapping {
    switch target {
    case .anonymous: PageMapping(.anonymous(frame), flags)
    case .shared: PageMapping(.shared(frame), flags)
    case .zeroPage, .program, .swapped: self
    }
  }
}
