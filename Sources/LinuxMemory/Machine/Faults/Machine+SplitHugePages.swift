// Splitting the entries of huge pages, and taking the pages apart when memory runs short.

extension Machine {
  /// Maps the huge pages that the ends of a range cut page by page (`__split_huge_pmd`, mm/huge_memory.c).
  mutating func splitHugeEntries(atEndsOf pages: Range<UInt64>, in task: ProcessHandle) {
    for page in [pages.lowerBound, pages.upperBound] {
      let split = processes[task].addressSpace.pageTable.splitHugePage(at: page)
      for run in split { splitHugePages.note(run) }
    }
  }

  /// Maps the huge pages of a range page by page.
  mutating func splitHugeEntries(in pages: Range<UInt64>, in task: ProcessHandle) {
    let split = processes[task].addressSpace.pageTable.splitHugePages(in: pages)
    for run in split { splitHugePages.note(run) }
  }

  /// Frees frames that nobody maps any more, as far as no huge page keeps them.
  ///
  /// - Parameter isHuge: Whether they were mapped as huge pages.
  /// - Returns: How many frames came free.
  mutating func freeUnmapped(_ run: FrameRange, isHuge: Bool) -> Int {
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

  /// Takes huge pages apart whose entries were split, so that their unused frames come free (`deferred_split_scan`).
  ///
  /// - Parameter run: Frames of the huge pages; nil for all there are.
  /// - Returns: How many frames came free.
  mutating func takeApartHugePages(_ run: FrameRange? = nil) -> Int {
    if splitHugePages.isEmpty { return 0 }
    return splitHugePages.takeApart(run).reduce(0) { freed, part in
      ledger.givePages(part, of: .anonymous)
      return freed + part.count
    }
  }

  /// How many of the first frames of a run, each mapped once, a write must copy because other entries refer to their
  /// huge page still (`do_wp_page`, mm/memory.c); the one after these becomes writable as it is.
  ///
  /// - Parameter run: Frames that one entry each points to.
  /// - Returns: nil when they are no part of such a huge page.
  func framesToCopy(_ run: FrameRange) -> Int? {
    guard let block = splitHugePages.block(of: run.start) else { return nil }
    var entries = -splitHugePages.unusedCount(in: block)
    sharedFrames.forEachPart(of: block) { part, users in entries += part.count * users }
    return min(run.count, block.end.rawValue - run.start.rawValue, max(entries - 1, 0))
  }
}
