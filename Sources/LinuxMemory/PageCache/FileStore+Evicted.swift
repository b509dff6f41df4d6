// What is remembered of file pages that reclaim took out of memory.

/// What remains of a file page that reclaim took out of memory (the kernel's shadow entry).
struct EvictedPage: ExtentValue, Codable {
  /// How many pages had been evicted or activated before it.
  var age: UInt64
  /// The number of the group for which it was evicted.
  var group: UInt16
  /// Whether it had been active once.
  var wasActive: Bool
  func advanced(by distance: UInt64) -> EvictedPage {
    EvictedPage(age: age &+ distance, group: group, wasActive: wasActive)
  }
}

extension FileStore {
  /// Remembers when pages of a file were evicted.
  mutating func remember(
    _ pages: Range<UInt64>, of file: FileIdentifier, evictedAt age: UInt64, for group: MemoryGroup,
    wasActive: Bool
  ) {
    guard record(file) != nil else { return }
    records[file.rawValue]?.evicted.set(
      pages, to: EvictedPage(age: age, group: UInt16(group.number), wasActive: wasActive))
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
