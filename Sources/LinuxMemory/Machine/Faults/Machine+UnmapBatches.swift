// The pages in which the kernel notes what it has unmapped and will free.

extension Machine {
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
}
