// Splitting and merging: single blocks leave and join a zone's free lists.

extension MemoryZone {
  /// Puts a block on the free lists, merged with its free buddies (`__free_one_page`).
  ///
  /// A block whose merge with its buddy is likely soon goes to the tail, any other to the head.
  mutating func insertBlock(_ frame: Int, order: Int, type: MigrateType, toTail: Bool = false) {
    freePages += 1 << order
    var frame = frame
    var order = order
    var buddy = frame
    while order < Self.largestOrder {
      buddy = frame ^ (1 << order)
      guard index.isFree(buddy, order: order), mayMerge(buddy, order: order, type: type) else { break }
      _ = index.remove(buddy)
      if recordsEvents { record(.merged(FrameNumber(frame & buddy), order: order + 1)) }
      frame &= buddy
      order += 1
    }
    if order == Self.largestOrder {
      let run = BlockRun(first: frame >> order, count: 1, step: 1)
      if toTail {
        largest[Int(type.rawValue)].pushTail(run)
      } else {
        largest[Int(type.rawValue)].pushHead(run.first)
      }
      return
    }
    index.insert(
      frame, order: order, type: type, atTail: toTail || isMergeLikely(frame & buddy, order: order))
  }

  /// Takes a block off the free lists of a type, splitting a larger one if need be
  /// (`__rmqueue_smallest`, `expand`).
  mutating func removeSmallest(order: Int, type: MigrateType) -> Int? {
    for current in order..<Self.largestOrder {
      if let frame = index.popHead(order: current, type: type) {
        expand(frame, from: current, to: order, type: type)
        freePages -= 1 << order
        return frame
      }
    }
    guard let block = largest[Int(type.rawValue)].popHead() else { return nil }
    let frame = block << Self.largestOrder
    expand(frame, from: Self.largestOrder, to: order, type: type)
    freePages -= 1 << order
    return frame
  }

  /// Takes a block, stealing from other migrate types when the own lists are empty (`__rmqueue`).
  ///
  /// - Parameter avoidsFragmentation: whether only whole page blocks may be stolen
  ///   (`ALLOC_NOFRAGMENT`).
  mutating func removeBlock(order: Int, type: MigrateType, avoidsFragmentation: Bool) -> Int? {
    while true {
      if let frame = removeSmallest(order: order, type: type) { return frame }
      guard stealBlock(order: order, type: type, avoidsFragmentation: avoidsFragmentation) else {
        return nil
      }
    }
  }

  /// Gives the upper halves of a block back until it has the order wanted.
  private mutating func expand(_ frame: Int, from high: Int, to low: Int, type: MigrateType) {
    if recordsEvents, high > low { record(.split(FrameNumber(frame), from: high, to: low)) }
    var order = high
    while order > low {
      order -= 1
      index.insert(frame + (1 << order), order: order, type: type)
    }
  }

  /// Blocks of page-block size and above merge only among types that may mix.
  private func mayMerge(_ buddy: Int, order: Int, type: MigrateType) -> Bool {
    guard order >= pageblockOrder else { return true }
    let buddyType = pageblockType(of: buddy)
    return buddyType == type || (type.isMergeable && buddyType.isMergeable)
  }

  /// Whether the buddy of the next larger block is free, so that a merge is likely
  /// (`buddy_merge_likely`).
  private func isMergeLikely(_ higher: Int, order: Int) -> Bool {
    guard order < Self.largestOrder - 1 else { return false }
    return index.isFree(higher ^ (1 << (order + 1)), order: order + 1)
  }

  /// Keeps an event for the next drain.
  mutating func record(_ event: PageAllocatorEvent) {
    if events.count < PageAllocatorEvent.limit { events.append(event) }
  }
}

extension MigrateType {
  /// Whether blocks of this type may merge with those of another (`migratetype_is_mergeable`).
  var isMergeable: Bool { rawValue < MigrateType.perCPUCount }
}
