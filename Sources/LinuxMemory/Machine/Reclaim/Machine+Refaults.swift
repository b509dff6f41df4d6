// How reclaim judges pages that come back, and what it remembers of its cost (mm/workingset.c, mm/swap.c).

extension Machine {
  /// Counts file pages that were read again, and makes those active that would have stayed in memory with a longer
  /// inactive list: no more pages were evicted since than are active (`workingset_refault`, mm/workingset.c).
  mutating func noteRefault(_ pages: Range<UInt64>, of file: FileIdentifier) {
    for part in files.forgetEviction(pages, of: file) {
      let count = Int(part.count)
      reclaim.counters.refaultedFile += count
      let group = ledger.groups.isTrivial ? .root : group(ofPage: part.start, of: .file(file))
      countInGroup(.refaultedFile, count, group)
      let evictedFor = MemoryGroup(Int(part.value.group))
      guard ledger.groups.contains(evictedFor) else { continue }
      let distance = reclaim[evictedFor].evictionAge &- part.value.age
      let listed = pagesListed(below: evictedFor)
      var size = listed.activeFile
      if freeSwap(for: evictedFor) > 0 { size += listed.activeAnonymous + listed.inactiveAnonymous }
      guard distance <= UInt64(size) else { continue }
      reclaim.counters.activatedByRefault += count
      countInGroup(.activatedFile, count, group)
      forEachLevel(of: group) { $0.reclaim[$1].activatedByRefault += count }
      noteAge(count, of: group)
      list(part.range, of: .file(file), on: .activeFile)
      if part.value.wasActive {
        reclaim.counters.restoredFile += count
        countInGroup(.restoredFile, count, group)
        noteCost(file: count, in: group)
      }
    }
  }

  /// Notes that pages were made active.
  mutating func noteActivation(_ pages: Range<UInt64>, of owner: PageOwner) {
    reclaim.counters.activated += pages.count
    forEachGroup(of: pages, owner) { machine, part, group in
      machine.countInGroup(.activated, part.count, group)
      machine.noteAge(part.count, of: group)
    }
  }

  /// Notes that pages of a group were evicted or made active (`workingset_age_nonresident`).
  mutating func noteAge(_ pages: Int, of group: MemoryGroup) {
    forEachLevel(of: group) { $0.reclaim[$1].evictionAge &+= UInt64(pages) }
  }

  /// Notes what reclaim cost: pages written, or read again (`lru_note_cost`, mm/swap.c). Old costs fade as the lists
  /// turn over.
  mutating func noteCost(anonymous: Int = 0, file: Int = 0, in group: MemoryGroup) {
    forEachLevel(of: group) { machine, level in
      var costs = machine.reclaim[level].costs
      costs.anonymous += anonymous
      costs.file += file
      let listed = machine.pagesListed(below: level)
      let size =
        listed.inactiveAnonymous + listed.activeAnonymous + listed.inactiveFile + listed.activeFile
      while costs.anonymous + costs.file > max(size / 4, 1) {
        costs.anonymous /= 2
        costs.file /= 2
      }
      machine.reclaim[level].costs = costs
    }
  }

  /// Goes through a group and all above it.
  @inline(__always)
  private mutating func forEachLevel(of group: MemoryGroup, _ body: (inout Machine, MemoryGroup) -> Void) {
    if group == .root { return body(&self, .root) }
    for level in Array(ledger.groups.ancestry(of: group)) { body(&self, level) }
  }
}
