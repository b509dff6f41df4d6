// How fragmented the free memory of a zone is.

extension MemoryZone {
  /// The free blocks as the indices count them (`struct contig_page_info`, mm/vmstat.c).
  private func freeBlocks(suitableFor order: Int) -> (pages: Int, blocks: Int, suitable: Int) {
    var result = (pages: 0, blocks: 0, suitable: 0)
    for current in 0...Self.largestOrder {
      let count = freeBlockCount(order: current)
      result.blocks += count
      result.pages += count << current
      if current >= order { result.suitable += count << (current - order) }
    }
    return result
  }

  /// The fragmentation index in thousandths: why a request of an order would fail
  /// (`__fragmentation_index`, mm/vmstat.c).
  ///
  /// - Parameter order: 0 to 10.
  /// - Returns: −1000 when a block is free; otherwise towards 0 for lack of memory, towards 1000 for
  ///   fragmentation.
  public func fragmentationIndex(order: Int) -> Int {
    guard (0...Self.largestOrder).contains(order) else { return 0 }
    let free = freeBlocks(suitableFor: order)
    guard free.blocks > 0 else { return 0 }
    guard free.suitable == 0 else { return -1000 }
    return 1000 - (1000 + free.pages * 1000 / (1 << order)) / free.blocks
  }

  /// The share of the free memory, in thousandths, that lies in blocks too small for an order
  /// (`unusable_free_index`, mm/vmstat.c); 1000 when nothing is free.
  ///
  /// - Parameter order: 0 to 10.
  public func unusableFreeIndex(order: Int) -> Int {
    guard (0...Self.largestOrder).contains(order) else { return 1000 }
    let free = freeBlocks(suitableFor: order)
    guard free.pages > 0 else { return 1000 }
    return (free.pages - free.suitable << order) * 1000 / free.pages
  }

  /// The order of the largest free block; nil when nothing is free.
  public var largestFreeOrder: Int? {
    (0...Self.largestOrder).last { freeBlockCount(order: $0) > 0 }
  }
}
