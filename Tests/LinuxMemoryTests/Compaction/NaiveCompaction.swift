// Compaction frame by frame, as simple as it can be written.

@testable import LinuxMemory

/// A zone as an array of frames, for comparison with the run-wise compaction.
struct NaiveCompaction {
  /// Who lies in each frame: a page number; nil for what is free or cannot move.
  private(set) var pages: [Int: Int]
  /// The free blocks below a page block, by first frame.
  private var free: [Int: Int]
  private let blockSize: Int
  private let start: Int
  private let end: Int
  private var freePages: Int
  private let floor: Int
  private let isMovable: (Int) -> Bool

  /// - Parameters:
  ///   - pages: the movable pages by frame.
  ///   - zone: the zone before.
  init(_ pages: [Int: Int], zone: MemoryZone) {
    self.pages = pages
    free = [:]
    for order in 0..<zone.pageblockOrder {
      for type in MigrateType.allCases {
        for frame in zone.freeBlocks(order: order, type: type, limit: .max) { free[frame.rawValue] = order }
      }
    }
    blockSize = 1 << zone.pageblockOrder
    start = zone.start.rawValue
    end = start + zone.spanned
    freePages = zone.freePages
    floor = zone.minWatermark + zone.lowmemReserve[0]
    isMovable = { zone.pageblockType(of: max($0, zone.start.rawValue)) == .movable }
  }

  /// Moves pages until the scanners meet; a target is the highest page of the block isolated last.
  mutating func run() {
    var migrate = start
    var scanner = (end - 1) / blockSize * blockSize
    var targets: [Int] = []
    while scanner / blockSize > migrate / blockSize {
      let blockEnd = (migrate / blockSize + 1) * blockSize
      guard blockEnd <= scanner else { return }
      var sources: [Int] = []
      while migrate < blockEnd, sources.count < 32 {
        if pages[migrate] != nil { sources.append(migrate) }
        migrate += 1
      }
      for source in sources.reversed() {
        if targets.isEmpty { isolate(sources.count, above: migrate, &scanner, &targets) }
        guard let target = targets.popLast() else { return }
        pages[target] = pages.removeValue(forKey: source)
        // What is freed goes to the per-CPU lists and is not counted as free.
      }
    }
  }

  private mutating func isolate(
    _ wanted: Int, above migrate: Int, _ scanner: inout Int, _ targets: inout [Int]
  ) {
    var stride = 1
    while scanner / blockSize * blockSize >= (migrate / blockSize + 1) * blockSize {
      let block = scanner / blockSize * blockSize
      defer { if targets.count < wanted { scanner = block - blockSize } }
      guard isMovable(block) else { continue }
      let before = targets.count
      while scanner < min(block + blockSize, end) {
        guard let order = free[scanner] else {
          scanner += stride
          continue
        }
        guard freePages > floor + (1 << order) else { return }
        free[scanner] = nil
        freePages -= 1 << order
        targets += scanner..<scanner + (1 << order)
        scanner += 1 << order
        if targets.count >= wanted {
          if scanner >= block + blockSize { scanner = block - blockSize }
          return
        }
        scanner += stride - 1
      }
      stride = targets.count > before ? 1 : min(stride * 2, 32)
    }
  }
}
