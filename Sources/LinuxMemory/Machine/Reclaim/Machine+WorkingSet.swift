// Pages that come back after reclaim took them, and what that tells about the lists' lengths.

extension Machine {
  /// Counts file pages that were read again, and makes those active that would have stayed in memory with a longer
  /// inactive list: no more pages were evicted since than are active (`workingset_refault`, mm/workingset.c).
  mutating func noteRefault(_ pages: Range<UInt64>, of file: FileIdentifier) {
    for part in files.forgetEviction(pages, of: file) {
      let count = Int(part.count)
      reclaim.counters.refaultedFile += count
      let distance = reclaim.evictionAge &- part.value.age
      var size = pageLists.count(.activeFile)
      if swap.freeSlots > 0 {
        size += pageLists.count(.activeAnonymous) + pageLists.count(.inactiveAnonymous)
      }
      guard distance <= UInt64(size) else { continue }
      reclaim.counters.activatedByRefault += count
      reclaim.evictionAge &+= UInt64(count)
      pageLists.append(part.range, of: .file(file), to: .activeFile)
      if part.value.wasActive {
        reclaim.counters.restoredFile += count
        noteCost(file: count)
      }
    }
  }

  /// Notes what reclaim cost: pages written, or read again (`lru_note_cost`, mm/swap.c). Old costs fade as the lists
  /// turn over.
  mutating func noteCost(anonymous: Int = 0, file: Int = 0) {
    reclaim.costs.anonymous += anonymous
    reclaim.costs.file += file
    let kinds: [PageListKind] = [.inactiveAnonymous, .activeAnonymous, .inactiveFile, .activeFile]
    let size = kinds.reduce(0) { $0 + pageLists.count($1) }
    while reclaim.costs.anonymous + reclaim.costs.file > max(size / 4, 1) {
      reclaim.costs.anonymous /= 2
      reclaim.costs.file /= 2
    }
  }
}
