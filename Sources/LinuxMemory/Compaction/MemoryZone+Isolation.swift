// Taking free blocks off the lists as targets for pages that move.

extension MemoryZone {
  /// A free block, as a scan found it.
  struct FreeBlock {
    var frame: Int
    var order: Int
  }

  /// The free blocks smaller than a page block in ascending order: those that a free scanner may use.
  func freeBlocksBelowPageblock() -> [FreeBlock] {
    var blocks: [FreeBlock] = []
    for order in 0..<Swift.min(pageblockOrder, Self.largestOrder) {
      for type in MigrateType.allCases {
        blocks += index.blocks(order: order, type: type).map { FreeBlock(frame: $0, order: order) }
      }
    }
    return blocks.sorted { $0.frame < $1.frame }
  }

  /// Whether a block is still free as it was found.
  func isFree(_ block: FreeBlock) -> Bool { index.isFree(block.frame, order: block.order) }

  /// Whether so many pages may be taken out without going below the min watermark.
  func mayIsolate(order: Int) -> Bool {
    freePages > minWatermark + watermarkBoost + (1 << order) + lowmemReserve[0]
  }

  /// Takes a free block off its list (`__isolate_free_page`, mm/page_alloc.c).
  mutating func isolate(_ block: FreeBlock) {
    _ = index.remove(block.frame)
    freePages -= 1 << block.order
    // Whoever gets half a page block or more has the rest as well in time.
    if block.order >= pageblockOrder - 1, pageblockType(of: block.frame).isMergeable {
      setPageblockType(of: block.frame, order: block.order, to: .movable)
    }
  }

  /// Whether compaction has reached its aim: a block that a request of this order and type would be given
  /// (`__compact_finished`, mm/compaction.c).
  func hasSuitableBlock(order: Int, type: MigrateType) -> Bool {
    for current in order...Self.largestOrder {
      if freeBlockCount(order: current, type: type) > 0 { return true }
      guard let (first, second) = type.fallbacks else { continue }
      // A movable request does not scatter over page blocks of other types for a small block.
      guard type != .movable || current >= pageblockOrder / 2 else { continue }
      if freeBlockCount(order: current, type: first) > 0 || freeBlockCount(order: current, type: second) > 0 {
        return true
      }
    }
    return false
  }

  /// Whether a zone is worth compacting for an order: enough free pages in blocks that are too small
  /// (`compaction_suitable`, mm/compaction.c).
  ///
  /// - Parameters:
  ///   - order: what is wanted.
  ///   - requestClass: the class of the request.
  ///   - threshold: `extfrag_threshold`: up to this index lack of memory is to blame.
  func isSuitableForCompaction(order: Int, requestClass: Int, threshold: Int) -> Bool {
    let isCostly = order > PerCPUPages.costlyOrder
    let mark = (isCostly ? lowWatermark : minWatermark) + watermarkBoost + (2 << order)
    guard freePages > mark + lowmemReserve[requestClass] else { return false }
    guard isCostly else { return true }
    let index = fragmentationIndex(order: order)
    return !(0...Swift.max(threshold, 0)).contains(index)
  }
}
