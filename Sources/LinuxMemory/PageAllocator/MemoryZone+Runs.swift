// Many order-0 pages at once, with the outcome that one page at a time would have.

extension MemoryZone {
  /// Takes the next pages that order-0 requests would get from the free lists, as far as they are
  /// consecutive.
  ///
  /// As long as the smaller lists are empty, single pages come out of a split block in ascending order,
  /// so whole blocks can be taken at once.
  ///
  /// - Returns: at most `limit` pages; nil when nothing is left, also after stealing.
  mutating func takePageRun(atMost limit: Int, type: MigrateType, avoidsFragmentation: Bool) -> FrameRange? {
    while true {
      if let run = takePageRun(atMost: limit, type: type) {
        freePages -= run.count
        return run
      }
      guard stealBlock(order: 0, type: type, avoidsFragmentation: avoidsFragmentation) else { return nil }
    }
  }

  private mutating func takePageRun(atMost limit: Int, type: MigrateType) -> FrameRange? {
    for order in 0..<Self.largestOrder {
      guard let frame = index.popHead(order: order, type: type) else { continue }
      return takeFirst(limit, ofBlock: frame, order: order, type: type)
    }
    let size = 1 << Self.largestOrder
    let list = Int(type.rawValue)
    guard let blocks = largest[list].popAscendingRun(atMost: Swift.max(1, limit / size)) else { return nil }
    let frame = blocks.first << Self.largestOrder
    guard limit >= size else { return takeFirst(limit, ofBlock: frame, order: Self.largestOrder, type: type) }
    if recordsEvents { record(.split(FrameNumber(frame), from: Self.largestOrder, to: 0)) }
    return FrameRange(start: FrameNumber(frame), count: blocks.count << Self.largestOrder)
  }

  /// Keeps the first pages of a block and puts the rest back in blocks as large as possible.
  private mutating func takeFirst(_ limit: Int, ofBlock frame: Int, order: Int, type: MigrateType)
    -> FrameRange
  {
    let size = 1 << order
    let taken = Swift.min(limit, size)
    if recordsEvents, order > 0 { record(.split(FrameNumber(frame), from: order, to: 0)) }
    var position = taken
    while position < size {
      let rest = position.trailingZeroBitCount
      index.insert(frame + position, order: rest, type: type)
      position += 1 << rest
    }
    return FrameRange(start: FrameNumber(frame), count: taken)
  }

  /// Puts pages on the free lists as if each were freed by itself, in the given direction.
  ///
  /// - Parameter cached: the type of per-CPU list that they come from; nil for the types of their page blocks.
  mutating func insertPages(_ range: FrameRange, ascending: Bool, type cached: MigrateType? = nil) {
    var low = range.start.rawValue
    var high = low + range.count
    while low < high {
      let frame = ascending ? low : high - 1
      let blockType = pageblockType(of: frame)
      let type = cached.map { drainType(of: frame, cachedAs: $0) } ?? blockType
      if let blocks = wholeBlocks(low: low, high: high, ascending: ascending, type: blockType) {
        freePages += blocks.count << Self.largestOrder
        largest[Int(type.rawValue)].pushHead(blocks)
        if ascending {
          low += blocks.count << Self.largestOrder
        } else {
          high -= blocks.count << Self.largestOrder
        }
        continue
      }
      let order = alignedOrder(low: low, high: high, ascending: ascending)
      insertBlock(ascending ? low : high - (1 << order), order: order, type: type)
      if ascending { low += 1 << order } else { high -= 1 << order }
    }
  }

  /// The largest block, at most a page block, that lies at the given end of a range.
  private func alignedOrder(low: Int, high: Int, ascending: Bool) -> Int {
    let end = ascending ? low : high
    let fits = Int.bitWidth - 1 - (high - low).leadingZeroBitCount
    return Swift.min(end.trailingZeroBitCount, fits, pageblockOrder, Self.largestOrder)
  }

  /// The blocks of order 10 at the given end of a range whose page blocks all have one type.
  private func wholeBlocks(low: Int, high: Int, ascending: Bool, type: MigrateType) -> BlockRun? {
    let size = 1 << Self.largestOrder
    guard (ascending ? low : high) & (size - 1) == 0, high - low >= size, type.isMergeable else {
      return nil
    }
    let limit = (high - low) >> Self.largestOrder
    var count = 0
    while count < limit {
      let first = ascending ? low + count * size : high - (count + 1) * size
      guard pageblockType(of: first) == type, pageblockType(of: first + size - 1) == type else { break }
      count += 1
    }
    guard count > 0 else { return nil }
    let first = (ascending ? low : high - size) >> Self.largestOrder
    return BlockRun(first: first, count: count, step: ascending ? 1 : -1)
  }
}
