// The two scanners of compaction: one finds pages to move from below, one finds room for them from above.

/// One run over a zone (`struct compact_control`, mm/compaction.c).
///
/// Left out are the shortcuts of the kernel's direct compaction through the free lists (`fast_isolate_freepages`)
/// and the positions and hints that it keeps from one run to the next.
struct CompactionScan {
  /// Pages that move at a time (`COMPACT_CLUSTER_MAX`).
  static let batch = 32

  /// The pages in a page block.
  private let blockSize: Int
  /// The frame behind the zone.
  private let end: Int
  /// The free blocks when the run began or was told of others, ascending.
  private var freeBlocks: [MemoryZone.FreeBlock]
  /// Where the migrate scanner is.
  private(set) var migrateFrame: Int
  /// Where the free scanner is: it looks from here to the end of the page block, then at the one below.
  private(set) var freeFrame: Int
  /// How many frames the free scanner steps on from one that is not free.
  private let firstStride: Int
  /// Isolated pages that nothing moved to yet; the last page of the last run is used first.
  private(set) var targets: [FrameRange] = []
  /// How many pages the two scanners took.
  private(set) var isolated = 0

  /// Begins at the two ends of a zone.
  ///
  /// - Parameter isAsynchronous: whether the scanners rather skip than search (`MIGRATE_ASYNC`).
  init(_ zone: MemoryZone, isAsynchronous: Bool) {
    blockSize = 1 << zone.pageblockOrder
    end = zone.start.rawValue + zone.spanned
    freeBlocks = zone.freeBlocksBelowPageblock()
    migrateFrame = zone.start.rawValue
    freeFrame = (end - 1) & ~(blockSize - 1)
    firstStride = isAsynchronous ? Self.batch : 1
  }

  /// How many free blocks were looked at to begin.
  var freeBlockCount: Int { freeBlocks.count }

  /// Notes that pages came free which no scanner freed.
  mutating func refresh(_ zone: MemoryZone) { freeBlocks = zone.freeBlocksBelowPageblock() }

  /// Whether the scanners have met (`compact_scanners_met`).
  var isOver: Bool { freeFrame / blockSize <= migrateFrame / blockSize }

  /// Whether the migrate scanner is at the beginning of a page block.
  var isAtPageblock: Bool { migrateFrame & (blockSize - 1) == 0 }

  /// Finds the next pages to move, all of one page block (`isolate_migratepages`).
  ///
  /// - Parameters:
  ///   - pages: the movable pages of the machine.
  ///   - takesBlock: whether pages of a page block may be moved at all, asked with its first frame.
  /// - Returns: ascending runs; empty when the scanners have met.
  mutating func nextSources(_ pages: inout MovablePages, takesBlock: (Int) -> Bool) -> [FrameRange] {
    while !isOver {
      guard let frame = pages.advance(to: migrateFrame), frame < end else {
        migrateFrame = freeFrame
        return []
      }
      let block = frame & ~(blockSize - 1)
      let blockEnd = block + blockSize
      guard blockEnd <= freeFrame else {
        migrateFrame = freeFrame
        return []
      }
      guard takesBlock(frame) else {
        migrateFrame = blockEnd
        continue
      }
      let runs = pages.runs(in: frame..<blockEnd, limit: Self.batch)
      let count = runs.reduce(0) { $0 + $1.count }
      migrateFrame = count == Self.batch ? runs.last?.end.rawValue ?? blockEnd : blockEnd
      isolated += count
      return runs
    }
    return []
  }

  /// Takes a target for the highest pages of a run that have one.
  ///
  /// - Parameters:
  ///   - limit: how many pages at most.
  ///   - batch: how many pages move in all; so many are isolated when there are no targets left.
  /// - Returns: consecutive frames; nil when the scanners have met.
  mutating func takeTargets(_ limit: Int, batch: Int, from zone: inout MemoryZone) -> FrameRange? {
    if targets.isEmpty { isolateTargets(batch, from: &zone) }
    guard let last = targets.popLast() else { return nil }
    let count = Swift.min(limit, last.count)
    if count < last.count { targets.append(FrameRange(start: last.start, count: last.count - count)) }
    return FrameRange(start: last.start + (last.count - count), count: count)
  }

  /// Isolates free blocks from the top down, page block by page block, within one from the bottom up
  /// (`isolate_freepages`).
  private mutating func isolateTargets(_ wanted: Int, from zone: inout MemoryZone) {
    let lowest = (migrateFrame | (blockSize - 1)) + 1
    var stride = firstStride
    var found = 0
    var start = freeFrame
    while start & ~(blockSize - 1) >= lowest {
      let block = start & ~(blockSize - 1)
      if isSuitableTarget(block, zone) {
        let before = found
        let next = isolateTargets(
          in: start..<Swift.min(block + blockSize, end), stride, wanted, &found, &zone)
        if found >= wanted || next < block + blockSize && next < end {
          freeFrame = next < block + blockSize ? next : block - blockSize
          return
        }
        stride = found > before ? 1 : Swift.min(stride * 2, Self.batch)
      }
      start = block - blockSize
    }
    freeFrame = start
  }

  /// Isolates the free blocks of a part of a page block (`isolate_freepages_block`).
  ///
  /// - Returns: the frame behind what was looked at.
  private mutating func isolateTargets(
    in range: Range<Int>, _ stride: Int, _ wanted: Int, _ found: inout Int, _ zone: inout MemoryZone
  ) -> Int {
    var position = range.lowerBound
    var number = firstFreeBlock(from: position)
    while number < freeBlocks.count, freeBlocks[number].frame < range.upperBound {
      let block = freeBlocks[number]
      number += 1
      guard block.frame >= position, (block.frame - position) % stride == 0, zone.isFree(block) else {
        continue
      }
      guard zone.mayIsolate(order: block.order) else { return block.frame }
      zone.isolate(block)
      let size = 1 << block.order
      targets.append(FrameRange(start: FrameNumber(block.frame), count: size))
      isolated += size
      found += size
      position = block.frame + size
      if found >= wanted { return position }
      position += stride - 1
    }
    return range.upperBound
  }

  /// Whether room may be taken from a page block: movable, and not free as a whole
  /// (`suitable_migration_target`).
  private func isSuitableTarget(_ block: Int, _ zone: MemoryZone) -> Bool {
    let first = Swift.max(block, zone.start.rawValue)
    return zone.pageblockType(of: first) == .movable
  }

  /// The place of the first free block at or above a frame.
  private func firstFreeBlock(from frame: Int) -> Int {
    var low = 0
    var high = freeBlocks.count
    while low < high {
      let middle = (low + high) / 2
      if freeBlocks[middle].frame < frame { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
