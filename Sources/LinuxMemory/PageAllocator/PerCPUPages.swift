// The lists of free pages that a CPU keeps for itself before it asks the zone.

/// A CPU's free pages of one zone (`struct per_cpu_pages`, include/linux/mmzone.h).
struct PerCPUPages: Sendable, Equatable, Codable {
  /// The highest order that is cached besides whole page blocks (`PAGE_ALLOC_COSTLY_ORDER`).
  static let costlyOrder = 3
  /// How often the number of pages given back may double (`CONFIG_PCP_BATCH_SCALE_MAX`).
  static let freeFactorLimit = 5
  /// How many lists hold the orders up to `costlyOrder`, one for each migrate type.
  static let smallListCount = (costlyOrder + 1) * MigrateType.perCPUCount
  /// How many lists there are: two more for whole page blocks, the second one for movable ones (`NR_PCP_LISTS`).
  static let listCount = smallListCount + 2

  /// Pages on all lists.
  var count = 0
  /// When this many pages are reached, some go back to the zone.
  var high = 0
  /// Pages moved at a time.
  var batch = 1
  /// How often the number given back has doubled because pages were freed without any allocation.
  var freeFactor = 0
  /// The lists of single pages. Nearly every request ends here, so they are reached without another array.
  private var unmovablePages = BlockRunSequence()
  private var movablePages = BlockRunSequence()
  private var reclaimablePages = BlockRunSequence()
  /// The lists of larger blocks.
  private var largerBlocks = [BlockRunSequence](
    repeating: BlockRunSequence(), count: PerCPUPages.listCount - MigrateType.perCPUCount)

  /// A list; block numbers are frame numbers shifted by the order.
  @inline(__always)
  subscript(list: Int) -> BlockRunSequence {
    get {
      switch list {
      case 0: return unmovablePages
      case 1: return movablePages
      case 2: return reclaimablePages
      default: return largerBlocks[list - MigrateType.perCPUCount]
      }
    }
    _modify {
      switch list {
      case 0: yield &unmovablePages
      case 1: yield &movablePages
      case 2: yield &reclaimablePages
      default: yield &largerBlocks[list - MigrateType.perCPUCount]
      }
    }
  }

  /// Puts a page at the head of a list.
  @inline(__always)
  mutating func pushPage(_ frame: Int, type: MigrateType) {
    switch type {
    case .unmovable: unmovablePages.pushHead(frame)
    case .reclaimable: reclaimablePages.pushHead(frame)
    case .movable, .highAtomic, .isolate: movablePages.pushHead(frame)
    }
    count &+= 1
  }

  /// Takes the page at the head of a list.
  @inline(__always)
  mutating func popPage(type: MigrateType) -> Int? {
    let frame: Int?
    switch type {
    case .unmovable: frame = unmovablePages.popHead()
    case .reclaimable: frame = reclaimablePages.popHead()
    case .movable, .highAtomic, .isolate: frame = movablePages.popHead()
    }
    guard frame != nil else { return nil }
    count &-= 1
    freeFactor >>= 1
    return frame
  }

  /// Whether blocks of an order pass through these lists (`pcp_allowed_order`).
  @inline(__always)
  static func caches(order: Int, pageblockOrder: Int) -> Bool {
    order <= costlyOrder || order == pageblockOrder
  }

  /// The list for an order and a migrate type (`order_to_pindex`).
  @inline(__always)
  static func listNumber(order: Int, type: MigrateType) -> Int {
    guard order > costlyOrder else { return order &* MigrateType.perCPUCount &+ Int(type.rawValue) }
    return type == .movable ? smallListCount + 1 : smallListCount
  }

  /// The order of the blocks on a list.
  @inline(__always)
  static func order(ofList list: Int, pageblockOrder: Int) -> Int {
    list >= smallListCount ? pageblockOrder : list / MigrateType.perCPUCount
  }

  /// How many pages of a page block are on the lists.
  func pages(ofPageblock block: Int, pageblockOrder: Int) -> Int {
    var pages = 0
    for list in 0..<Self.listCount where !self[list].isEmpty {
      let order = Self.order(ofList: list, pageblockOrder: pageblockOrder)
      let first = block << (pageblockOrder - order)
      let range = first..<first + (1 << (pageblockOrder - order))
      for run in self[list].runsFromHead {
        pages += range.clamped(to: run.lowest..<run.lowest + run.count).count << order
      }
    }
    return pages
  }

  /// Sets `batch` and `high` (`zone_batchsize`, `zone_highsize` of Linux 6.1).
  ///
  /// - Parameters:
  ///   - managed: managed pages of the zone.
  ///   - lowWatermark: the zone's low watermark in pages.
  ///   - cpus: how many CPUs share the zone.
  mutating func resize(managed: Int, lowWatermark: Int, cpus: Int) {
    let quarter = Swift.max(Swift.min(managed >> 10, 256) / 4, 1)
    let target = quarter + quarter / 2
    let power = 1 << (Int.bitWidth - 1 - target.leadingZeroBitCount)
    batch = Swift.max(1, power - 1)
    high = Swift.max(lowWatermark / Swift.max(cpus, 1), batch << 2)
  }
}
