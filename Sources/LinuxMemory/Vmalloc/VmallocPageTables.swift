// The page tables under the vmalloc area: made when addresses are first mapped, kept when they are unmapped.

/// Which parts of the kernel's vmalloc area have page tables (`vmap_pte_range` and its kin, mm/vmalloc.c).
struct VmallocPageTables: Sendable, Equatable, Codable {
  /// A level of tables: how many address bits one table covers, and which tables there are.
  private struct Level: Sendable, Equatable, Codable {
    let shift: UInt64
    /// Numbers of tables, joined, by address.
    var present: [Range<UInt64>] = []
  }

  /// The lowest level first; those above exist from boot on.
  private var levels: [Level]
  /// The pages of the tables made since boot.
  private(set) var frames: [FrameRange] = []

  init(isWide: Bool) {
    // Tables of page-table entries; on x86_64 also those of 2 MiB entries, each for 1 GiB.
    levels = isWide ? [Level(shift: 21), Level(shift: 30)] : [Level(shift: 22)]
  }

  /// Notes tables that boot made.
  mutating func noteBoot(_ range: Range<UInt64>) {
    for index in levels.indices { insert(tables(range, index), at: index) }
  }

  /// Notes the tables of a range that is being mapped page by page.
  ///
  /// - Returns: how many pages the new ones need.
  mutating func map(_ range: Range<UInt64>) -> Int {
    levels.indices.reduce(0) { $0 + addTables(range, at: $1) }
  }

  /// Notes a range that is being mapped with entries of 2 MiB, which replace the lowest tables
  /// (`vmap_try_huge_pmd`).
  ///
  /// - Returns: how many pages the new tables need, and how many the replaced ones leave.
  mutating func mapHuge(_ range: Range<UInt64>) -> (needed: Int, left: Int) {
    let needed = levels.indices.dropFirst().reduce(0) { $0 + addTables(range, at: $1) }
    let replaced = tables(range, 0)
    var left = 0
    var kept: [Range<UInt64>] = []
    for present in levels[0].present {
      left += present.clamped(to: replaced).count
      kept += [
        present.clamped(to: 0..<replaced.lowerBound), present.clamped(to: replaced.upperBound..<UInt64.max),
      ].filter { !$0.isEmpty }
    }
    levels[0].present = kept
    return (needed, left)
  }

  /// Enters pages of tables.
  mutating func add(_ frame: FrameNumber) { frames.appendJoined(FrameRange(start: frame, count: 1)) }

  /// Takes the page of a table that is needed no more; nil for those from boot.
  mutating func removeFrame() -> FrameNumber? {
    guard let last = frames.popLast() else { return nil }
    let frame = FrameNumber(last.start.rawValue + last.count - 1)
    if last.count > 1 { frames.append(FrameRange(start: last.start, count: last.count - 1)) }
    return frame
  }

  private func tables(_ range: Range<UInt64>, _ level: Int) -> Range<UInt64> {
    guard !range.isEmpty else { return 0..<0 }
    let shift = levels[level].shift
    return range.lowerBound >> shift..<((range.upperBound - 1) >> shift) + 1
  }

  /// Adds what is missing of a level.
  private mutating func addTables(_ range: Range<UInt64>, at level: Int) -> Int {
    let wanted = tables(range, level)
    let present = levels[level].present
    // Most mappings lie where others lay before.
    let index = present.partitionIndex { $0.upperBound > wanted.lowerBound }
    if index < present.count, present[index].lowerBound <= wanted.lowerBound,
      wanted.upperBound <= present[index].upperBound
    {
      return 0
    }
    let missing = wanted.count - present.reduce(0) { $0 + $1.clamped(to: wanted).count }
    insert(wanted, at: level)
    return missing
  }

  private mutating func insert(_ range: Range<UInt64>, at level: Int) {
    guard !range.isEmpty else { return }
    var joined = range
    levels[level].present.removeAll {
      guard $0.lowerBound <= joined.upperBound, joined.lowerBound <= $0.upperBound else { return false }
      joined = Swift.min($0.lowerBound, joined.lowerBound)..<Swift.max($0.upperBound, joined.upperBound)
      return true
    }
    let index = levels[level].present.partitionIndex { $0.lowerBound >= joined.lowerBound }
    levels[level].present.insert(joined, at: index)
  }
}
