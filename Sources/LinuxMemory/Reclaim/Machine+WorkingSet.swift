// Pages that come back after reclaim took them, and what that tells about the lists' lengths.

/// What remains of a file page that reclaim took out of memory (the kernel's shadow entry).
struct EvictedPage: ExtentValue {
  /// How many pages had been evicted or activated before it.
  var age: UInt64
  /// Whether it had been active once.
  var wasActive: Bool
  func advanced(by distance: UInt64) -> EvictedPage {
    EvictedPage(age: age &+ distance, wasActive: wasActive)
  }
}

/// What reclaiming each kind of pages has cost lately (`anon_cost` and `file_cost` of the kernel's `lruvec`).
struct ReclaimCosts: Sendable, Equatable {
  var anonymous = 0
  var file = 0
}

extension FileStore {
  /// Remembers when pages of a file were evicted.
  mutating func remember(
    _ pages: Range<UInt64>, of file: FileIdentifier, evictedAt age: UInt64, wasActive: Bool
  ) {
    guard record(file) != nil else { return }
    records[file.rawValue]?.evicted.set(pages, to: EvictedPage(age: age, wasActive: wasActive))
  }

  /// Forgets that pages were evicted, because they are in memory again or gone.
  ///
  /// - Returns: what was remembered, in ascending order.
  mutating func forgetEviction(_ pages: Range<UInt64>, of file: FileIdentifier) -> [Extent<EvictedPage>] {
    guard let record = record(file), !record.evicted.isEmpty(in: pages) else { return [] }
    records[file.rawValue]?.evicted.remove(pages)
    return record.evicted.extents(in: pages)
  }
}

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
