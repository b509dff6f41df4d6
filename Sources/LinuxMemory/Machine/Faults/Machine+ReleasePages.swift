// Taking entries out of a page table and giving back what they held.

extension Machine {
  /// Removes the entries of a range and frees what no other entry refers to.
  ///
  /// - Parameters:
  ///   - pages: Virtual pages; a huge page that they cut is split first.
  ///   - task: The process.
  /// - Returns: How many pages of memory became free.
  @discardableResult
  mutating func discardPages(_ pages: Range<UInt64>, in task: ProcessHandle) -> Int {
    if pages.isEmpty { return 0 }
    processes[task].mallocStorage?.forgetPages(
      pages.lowerBound << pageShift, length: UInt64(pages.count) << pageShift)
    return releasePages(pages, in: task)
  }

  /// The same for pages whose contents go on elsewhere.
  @discardableResult
  mutating func releasePages(_ pages: Range<UInt64>, in task: ProcessHandle) -> Int {
    splitHugeEntries(atEndsOf: pages, in: task)
    var freed = 0
    var next = pages.lowerBound
    // Piece by piece, so that what is noted of them meanwhile stays small where they are scattered.
    while let entry = processes[task].addressSpace.pageTable.mappings.firstExtent(endingAfter: next),
      entry.start < pages.upperBound, mayGoOn()
    {
      let start = max(next, entry.start)
      next = min(pages.upperBound, (start / PageTable.largestPiece + 1) * PageTable.largestPiece)
      freed += releasePiece(start..<next, in: task)
    }
    return freed
  }

  private mutating func releasePiece(_ pages: Range<UInt64>, in task: ProcessHandle) -> Int {
    let entries = processes[task].addressSpace.pageTable.unmap(pages)
    if entries.isEmpty { return 0 }
    processes[task].addressSpace.noteLoss()
    noteLostPages(pages, of: task, entries: entries)
    let notes = takeNotePages(for: entries)
    var freed = 0
    for (position, entry) in entries.enumerated() {
      if position.isMultiple(of: 16), !mayGoOn(16) {
        putBack(entries[position...], in: task)
        break
      }
      freed += release(entry, in: task)
    }
    for frame in notes { ledger.give(frame, order: 0, of: .kernel) }
    return freed
  }

  /// Puts entries back that were removed and not freed, because the caller wants the work ended.
  private mutating func putBack(_ entries: ArraySlice<Extent<PageMapping>>, in task: ProcessHandle) {
    guard let first = entries.first, let last = entries.last else { return }
    processes[task].addressSpace.pageTable.replace(first.start..<last.end, with: Array(entries))
    for entry in entries {
      if case .anonymous = entry.value.target { noteNewPages(entry.range, of: task) }
    }
  }

  /// Frees what a removed entry held.
  ///
  /// - Returns: How many pages of memory became free.
  private mutating func release(_ entry: Extent<PageMapping>, in task: ProcessHandle) -> Int {
    if entry.value.isHuge {
      let frames = processes[task].addressSpace.pageTable.directory.removeLowest(for: entry.range)
      ledger.givePages(frames, of: .pageTable)
    }
    let count = Int(entry.count)
    switch entry.value.target {
    case .anonymous(let frame):
      return releaseFrames(FrameRange(start: frame, count: count), isHuge: entry.value.isHuge)
    case .swapped(let slot):
      return releaseSwap(SwapSlotRange(start: slot, count: count))
    case .shared, .zeroPage, .program:
      return 0
    }
  }

  /// Takes a user from frames of anonymous memory, and frees those without users.
  ///
  /// - Returns: How many became free.
  mutating func releaseFrames(_ run: FrameRange, isHuge: Bool = false) -> Int {
    let unused = sharedFrames.isEmpty ? [run] : sharedFrames.release(run)
    for part in unused { releaseSwapCopies(of: part) }
    return unused.reduce(0) { $0 + freeUnmapped($1, isHuge: isHuge) }
  }

  /// Frees whole huge pages, each in one piece.
  mutating func freeHugePages(_ run: FrameRange) {
    let order = configuration.profile.pageblockOrder
    for block in stride(from: 0, to: run.count, by: 1 << order) {
      ledger.give(run.start + block, order: order, of: .anonymous)
    }
  }

  /// Passes on to a shared object what the entries of a range know of written pages (`zap_pte_range`).
  mutating func noteSharedChanges(_ pages: Range<UInt64>, of area: VirtualMemoryArea, in task: ProcessHandle)
  {
    guard case .sharedMemory(let number) = area.backing else { return }
    for entry in processes[task].addressSpace.pageTable.mappings.extents(in: pages)
    where entry.value.flags.contains(.dirty) {
      let first = entry.start - area.pages.lowerBound + area.pageOffset
      sharedMemory.markDirty(first..<first + entry.count, of: number)
    }
  }

  /// Lets go of areas that were removed: their pages, their charge and the objects behind them.
  ///
  /// A machine that is told to end its work puts the areas back that it has not come to, whole even where some of
  /// their pages are gone.
  ///
  /// - Returns: How many pages of memory became free; nil when areas were put back.
  @discardableResult
  mutating func dispose(_ areas: [VirtualMemoryArea], in task: ProcessHandle) -> Int? {
    var freed = 0
    for (position, area) in areas.enumerated() {
      noteSharedChanges(area.pages, of: area, in: task)
      freed += discardPages(area.pages, in: task)
      if !mayGoOn() {
        for area in areas[position...] { processes[task].addressSpace.areas.insertSeparate(area) }
        return nil
      }
      if area.flags.contains(.accounted) { unchargeCommit(area.pageCount) }
      freed += releaseObject(of: area)
    }
    return freed
  }

  /// Counts pages of mappings that came of what lies behind an area.
  mutating func retainObject(of area: VirtualMemoryArea, pages: Int) {
    switch area.backing {
    case .sharedMemory(let number): sharedMemory.retain(number, pages: pages)
    case .file(let file): files.countMapped(pages, of: file)
    case .anonymous, .program, .special: break
    }
  }

  /// Counts the pages of a mapping that went, and lets go of shared memory that nobody maps any more.
  ///
  /// - Returns: How many pages of memory became free.
  mutating func releaseObject(of area: VirtualMemoryArea) -> Int {
    switch area.backing {
    case .anonymous, .program, .special: return 0
    case .file(let file):
      files.countMapped(-area.pageCount, of: file)
      if let record = files.record(file), record.isUnlinked, record.mappedPages == 0 { destroyFile(file) }
      return 0
    case .sharedMemory(let number):
      guard let object = sharedMemory.release(number, pages: area.pageCount) else { return 0 }
      unchargeCommit(object.pagesToUncharge)
      var freed = 0
      for extent in object.pages.all {
        freed += Int(extent.count)
        ledger.givePages(FrameRange(start: extent.value.frame, count: Int(extent.count)), of: .shared)
      }
      return freed
    }
  }

  /// How many pages may be noted before a page for their notes is needed (`MMU_GATHER_BUNDLE`).
  private static let notesWithoutPage = 8
  /// How many pages are noted at most before they are freed (`MAX_GATHER_BATCH_COUNT` pages of notes).
  private static let notesAtOnce = 10_000

  /// Takes the pages in which the kernel notes what it unmaps (`tlb_next_batch`, mm/mmu_gather.c).
  ///
  /// They go back behind the pages that were unmapped. Neither shows in what is free then, but who allocates in
  /// between makes a CPU's lists give back less at a time.
  ///
  /// - Parameter entries: What is unmapped.
  mutating func takeNotePages(for entries: [Extent<PageMapping>]) -> [FrameNumber] {
    let profile = configuration.profile
    let huge = profile.hugePageSize / profile.pageSize
    let notes = entries.reduce(0) { sum, entry in
      guard case .anonymous = entry.value.target else { return sum }
      return sum + (entry.value.isHuge ? Int(entry.count) / huge : Int(entry.count))
    }
    guard notes >= Self.notesWithoutPage else { return [] }
    // Each page begins with a link and two counters.
    let perPage = (profile.pageSize - profile.wordSize - 8) / profile.wordSize
    let wanted = min((notes - Self.notesWithoutPage) / perPage + 1, Self.notesAtOnce / perPage)
    var frames: [FrameNumber] = []
    while frames.count < wanted,
      let frame = ledger.take(order: 0, .GFP_NOWAIT, watermark: .low, for: .kernel)
    {
      frames.append(frame)
    }
    return frames
  }

  /// Frees frames that nobody maps any more, as far as no huge page keeps them.
  ///
  /// - Parameter isHuge: Whether they were mapped as huge pages.
  /// - Returns: How many frames came free.
  private mutating func freeUnmapped(_ run: FrameRange, isHuge: Bool) -> Int {
    if splitHugePages.isEmpty {
      freeWhole(run, isHuge: isHuge)
      return run.count
    }
    var parts: [(FrameRange, Bool)] = []
    splitHugePages.forEachPart(of: run) { parts.append(($0, $1)) }
    var freed = 0
    for (part, isOfHugePage) in parts {
      let free = isOfHugePage ? splitHugePages.release(part) : [part]
      for piece in free {
        freeWhole(piece, isHuge: isOfHugePage || isHuge)
        freed += piece.count
      }
    }
    return freed
  }

  private mutating func freeWhole(_ run: FrameRange, isHuge: Bool) {
    if isHuge, run.count.isMultiple(of: 1 << configuration.profile.pageblockOrder) {
      freeHugePages(run)
    } else {
      ledger.givePages(run, of: .anonymous)
    }
  }
}
