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
}
