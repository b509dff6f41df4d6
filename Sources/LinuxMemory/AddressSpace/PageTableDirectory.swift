// The pages that a page table itself takes.

/// How the page table of an architecture is built.
package struct PageTableGeometry: Hashable, Sendable, Codable {
  /// For each level from the lowest up, the base-2 logarithm of how many pages one table covers. The
  /// root is left out: the kernel does not count it.
  package let coverageShifts: [UInt64]

  private init(coverageShifts: [UInt64]) { self.coverageShifts = coverageShifts }

  /// Four levels of 512 entries (x86_64).
  package static let fourLevels = PageTableGeometry(coverageShifts: [9, 18, 27])
  /// Two levels of 1024 entries (32-bit x86 without PAE).
  package static let twoLevels = PageTableGeometry(coverageShifts: [10])

  /// The geometry of an architecture's page tables.
  init(levels: Int) { self = levels == 4 ? .fourLevels : .twoLevels }

  /// How many pages a huge page has: as many as a table of the lowest level covers.
  package var hugePageCount: UInt64 { 1 << coverageShifts[0] }

  /// Where the next piece of a large request for pages ends.
  ///
  /// Tables and pages of a piece are taken one after the other. That has the outcome of page by page as
  /// long as memory does not run out within the piece, so pieces shrink with the memory that is free above
  /// the low watermark, down to what one table covers.
  ///
  /// - Parameter spare: Pages that are free above the low watermark.
  func endOfPiece(_ pages: Range<UInt64>, spare: Int) -> UInt64 {
    let covered = hugePageCount
    let spare = UInt64(max(spare, 2))
    let half = min(
      spare / 2, spare > PageTable.largestPiece * 4 ? PageTable.largestPiece / 4 : PageTable.largestPiece)
    if UInt64(pages.count) <= half { return pages.upperBound }
    let boundary = ((pages.lowerBound + half) / covered) * covered
    let end = boundary > pages.lowerBound ? boundary : (pages.lowerBound / covered + 1) * covered
    return min(end, pages.upperBound)
  }
}

/// The frame behind the first table of a run of tables.
struct TableFrame: ExtentValue, Codable {
  var frame: FrameNumber

  func advanced(by distance: UInt64) -> TableFrame { TableFrame(frame: frame + Int(distance)) }
}

/// Tables of one level that are missing or present, by their number: virtual page / coverage.
struct TableRange: Equatable, Sendable {
  /// The level, 0 for the tables whose entries are pages.
  var level: Int
  /// The numbers of the tables.
  var tables: Range<UInt64>

  /// How many tables.
  var count: Int { tables.count }
}

/// Which tables a page table consists of, and the frames they lie in.
struct PageTableDirectory: Equatable, Sendable, Codable {
  let geometry: PageTableGeometry
  private var levels: [ExtentMap<TableFrame>]
  /// How many tables there are on each level.
  private(set) var counts: [Int]

  /// About how many bytes the tables take.
  var stateByteCount: Int { levels.reduce(0) { $0 + $1.stateByteCount } }

  init(geometry: PageTableGeometry) {
    self.geometry = geometry
    levels = Array(repeating: ExtentMap(), count: geometry.coverageShifts.count)
    counts = Array(repeating: 0, count: geometry.coverageShifts.count)
  }

  /// How many tables there are (VmPTE in pages).
  var tableCount: Int { counts.reduce(0, +) }

  /// How many of them the kernel counts as PageTables in `/proc/meminfo`: the two lowest levels.
  var countedTables: Int { counts.prefix(2).reduce(0, +) }

  /// The frames of the tables of a level.
  func frames(ofLevel level: Int) -> [FrameRange] {
    levels[level].all.map { FrameRange(start: $0.value.frame, count: Int($0.count)) }
  }

  /// The frames of the tables that the kernel does not count as PageTables.
  var upperFrames: [FrameRange] { levels.indices.dropFirst(2).flatMap(frames(ofLevel:)) }

  /// The frames of all tables.
  var frames: [FrameRange] { levels.indices.flatMap(frames(ofLevel:)) }

  /// Whether the lowest table for a page exists.
  func hasTable(for page: UInt64) -> Bool {
    levels[0].extent(containing: page >> geometry.coverageShifts[0]) != nil
  }

  /// The tables that are missing for entries of a range of pages, from the highest level down.
  func missing(for pages: Range<UInt64>) -> [TableRange] {
    if pages.isEmpty { return [] }
    var missing: [TableRange] = []
    for level in levels.indices.reversed() {
      let shift = geometry.coverageShifts[level]
      let end = ((pages.upperBound - 1) >> shift) + 1
      var next = pages.lowerBound >> shift
      levels[level].forEach(in: next..<end) { present in
        if present.start > next {
          missing.append(TableRange(level: level, tables: next..<present.start))
        }
        next = present.end
      }
      if next < end { missing.append(TableRange(level: level, tables: next..<end)) }
    }
    return missing
  }

  /// The tables of another directory that cover pages of a range and that this one lacks, from the highest level
  /// down.
  func missing(of other: PageTableDirectory, for pages: Range<UInt64>) -> [TableRange] {
    if pages.isEmpty { return [] }
    var missing: [TableRange] = []
    for level in levels.indices.reversed() {
      let shift = geometry.coverageShifts[level]
      let wanted = pages.lowerBound >> shift..<((pages.upperBound - 1) >> shift) + 1
      other.levels[level].forEach(in: wanted) { there in
        var next = there.start
        levels[level].forEach(in: there.range) { present in
          if present.start > next { missing.append(TableRange(level: level, tables: next..<present.start)) }
          next = present.end
        }
        if next < there.end { missing.append(TableRange(level: level, tables: next..<there.end)) }
      }
    }
    return missing
  }

  /// The stretches of a range of pages for which there are tables of the lowest level.
  func covered(_ pages: Range<UInt64>) -> [Range<UInt64>] {
    if pages.isEmpty { return [] }
    let shift = geometry.coverageShifts[0]
    let tables = pages.lowerBound >> shift..<((pages.upperBound - 1) >> shift) + 1
    return levels[0].extents(in: tables).map { ($0.start << shift..<$0.end << shift).clamped(to: pages) }
  }

  /// Adds tables.
  ///
  /// - Parameters:
  ///   - range: Tables that are missing.
  ///   - frames: As many frames.
  mutating func add(_ range: TableRange, frames: [FrameRange]) {
    var next = range.tables.lowerBound
    for run in frames {
      let end = next + UInt64(run.count)
      levels[range.level].set(next..<end, to: TableFrame(frame: run.start))
      next = end
    }
    counts[range.level] += Int(next - range.tables.lowerBound)
  }

  /// Removes the tables of all levels that cover no page outside of a gap.
  ///
  /// - Parameters:
  ///   - pages: The pages that were unmapped.
  ///   - gap: The stretch around them in which nothing is mapped (`free_pgtables`).
  /// - Returns: The frames of the removed tables.
  mutating func remove(for pages: Range<UInt64>, gap: Range<UInt64>) -> [FrameRange] {
    var frames: [FrameRange] = []
    for level in levels.indices {
      let shift = geometry.coverageShifts[level]
      let size = UInt64(1) << shift
      let first = max(pages.lowerBound >> shift, (gap.lowerBound + size - 1) >> shift)
      let end = min(((pages.upperBound - 1) >> shift) + 1, gap.upperBound >> shift)
      if first >= end { continue }
      levels[level].forEach(in: first..<end) { present in
        frames.append(FrameRange(start: present.value.frame, count: Int(present.count)))
        counts[level] -= Int(present.count)
      }
      levels[level].remove(first..<end)
    }
    return frames
  }

  /// Removes the lowest tables for whole tables' worth of pages: those of huge pages, which were kept for the day
  /// they would be split, or those that moved.
  mutating func removeLowest(for pages: Range<UInt64>) -> [FrameRange] {
    let shift = geometry.coverageShifts[0]
    let tables = pages.lowerBound >> shift..<pages.upperBound >> shift
    var frames: [FrameRange] = []
    levels[0].forEach(in: tables) { present in
      frames.append(FrameRange(start: present.value.frame, count: Int(present.count)))
      counts[0] -= Int(present.count)
    }
    levels[0].remove(tables)
    return frames
  }
}
