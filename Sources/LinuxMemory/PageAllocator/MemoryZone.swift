// A memory zone: its extent, its marks, and the free pages it holds.

/// A zone of physical memory (`struct zone`, include/linux/mmzone.h).
public struct MemoryZone: Sendable, Equatable, Codable {
  /// The largest order that is kept on free lists (`MAX_ORDER - 1` of Linux 6.1).
  public static let largestOrder = 10

  /// The kind, which also names the zone.
  public let kind: ZoneKind
  /// The order of a page block: 9 on x86_64, 10 on i386.
  public let pageblockOrder: Int
  /// The lowest frame of the zone.
  public let start: FrameNumber
  /// Pages from the first to the last, holes included.
  public let spanned: Int
  /// Pages that exist.
  public let present: Int
  /// Pages that the allocator was given.
  public internal(set) var managed: Int

  /// Pages on the free lists (`NR_FREE_PAGES`); per-CPU pages do not count.
  public internal(set) var freePages = 0
  /// The min watermark in pages, without boost.
  public internal(set) var minWatermark = 0
  /// The low watermark in pages, without boost.
  public internal(set) var lowWatermark = 0
  /// The high watermark in pages, without boost.
  public internal(set) var highWatermark = 0
  /// Pages by which all three marks are raised for a while after a fallback (`watermark_boost`).
  public internal(set) var watermarkBoost = 0
  /// Whether the boost grew since kswapd was last told (`ZONE_BOOSTED_WATERMARK`).
  var hasNewBoost = false
  /// Pages kept from requests of each class of zone; indexed like `PageAllocator.zones`.
  public internal(set) var lowmemReserve: [Int] = []
  /// Pages in blocks reserved for atomic requests of higher order.
  public internal(set) var highAtomicReserve = 0
  /// Set while kswapd works on the zone: the per-CPU lists stay short then (`ZONE_RECLAIM_ACTIVE`).
  public internal(set) var isReclaimActive = false

  /// Pages given out since boot (`pgalloc_*` of `/proc/vmstat`).
  public internal(set) var allocatedPages = 0
  /// Requests served since boot, whatever their order (`numa_hit`).
  public internal(set) var servedRequests = 0

  /// Free blocks of orders 0 to 9.
  var index: FreeBlockIndex
  /// Free blocks of order 10 by migrate type; numbers are frames shifted by 10.
  var largest = [BlockRunSequence](repeating: BlockRunSequence(), count: MigrateType.count)
  /// The migrate type of every page block of the zone, from the block that holds `start`.
  var pageblockTypes: SparseArray<MigrateType>
  /// How many pages of every page block are in use by the kernel itself, as far as they were given out one block at
  /// a time; all others in use can move.
  var pinnedPages: SparseArray<UInt16>
  /// The lists of CPU 0, on which everything runs.
  var perCPU = PerCPUPages()
  /// Free pages on the lists of the other CPUs, which lie there since boot: nothing else runs on them.
  var otherCPUs: [[FrameRange]] = []
  /// What happened since the last drain, when somebody listens.
  var events: [PageAllocatorEvent] = []
  /// Whether events are wanted.
  var recordsEvents = false
  /// `watermark_boost_factor`, in ten-thousandths of the high watermark; 0 turns boosting off.
  var watermarkBoostFactor = 0

  /// Makes an empty zone: nothing is free until `release` is called.
  init(kind: ZoneKind, start: FrameNumber, spanned: Int, present: Int, pageblockOrder: Int) {
    self.kind = kind
    self.pageblockOrder = pageblockOrder
    self.start = start
    self.spanned = spanned
    self.present = present
    managed = 0
    let first = start.rawValue >> pageblockOrder
    let blocks = spanned == 0 ? 0 : ((start.rawValue + spanned - 1) >> pageblockOrder) - first + 1
    pageblockTypes = SparseArray(repeating: .movable, count: blocks)
    // A block gets its type at its first frame; where that lies before the zone it stays 0 (`memmap_init_range`).
    if blocks > 0, start.rawValue & ((1 << pageblockOrder) - 1) != 0 { pageblockTypes[0] = .unmovable }
    pinnedPages = SparseArray(repeating: 0, count: blocks)
    index = FreeBlockIndex(start: start.rawValue, spanned: spanned)
  }

  /// The name in `/proc/zoneinfo`.
  public var name: String { kind.name }
  /// Whether the zone has pages (`populated_zone`).
  public var isPopulated: Bool { present > 0 }
  /// Pages on CPU 0's lists.
  public var perCPUCount: Int { perCPU.count }
  /// Pages on the lists of all CPUs (`free_pcp` of an OOM report).
  public var allCPUsCount: Int {
    otherCPUs.reduce(perCPU.count) { $1.reduce($0) { $0 + $1.count } }
  }
  /// The high mark of the per-CPU lists.
  public var perCPUHigh: Int { perCPU.high }
  /// How many pages move between the zone and a per-CPU list at a time.
  public var perCPUBatch: Int { perCPU.batch }

  /// Counts one request that was served.
  @inline(__always)
  mutating func noteServed(order: Int) {
    allocatedPages &+= 1 &<< order
    servedRequests &+= 1
  }

  /// Pages on the lists of a CPU; 0 for one that has none.
  public func perCPUCount(cpu: Int) -> Int {
    guard cpu > 0 else { return perCPU.count }
    return cpu <= otherCPUs.count ? otherCPUs[cpu - 1].reduce(0) { $0 + $1.count } : 0
  }

  /// Whether a frame lies in the zone's span.
  public func contains(_ frame: FrameNumber) -> Bool {
    frame.rawValue >= start.rawValue && frame.rawValue &- start.rawValue < spanned
  }

  /// How many free blocks of an order are on the list of a migrate type (`/proc/pagetypeinfo`).
  public func freeBlockCount(order: Int, type: MigrateType) -> Int {
    order == Self.largestOrder
      ? largest[Int(type.rawValue)].count : index.count(order: order, type: type)
  }

  /// How many free blocks of an order there are (`/proc/buddyinfo`).
  public func freeBlockCount(order: Int) -> Int {
    MigrateType.allCases.reduce(0) { $0 + freeBlockCount(order: order, type: $1) }
  }

  /// The free blocks of an order and type in list order, at most `limit` of them.
  public func freeBlocks(order: Int, type: MigrateType, limit: Int) -> [FrameNumber] {
    if order < Self.largestOrder {
      return index.blocks(order: order, type: type).prefix(limit).map { FrameNumber($0) }
    }
    var result: [FrameNumber] = []
    for run in largest[Int(type.rawValue)].runsFromHead {
      for position in 0..<Swift.min(run.count, limit - result.count) {
        result.append(FrameNumber((run.first + run.step * position) << Self.largestOrder))
      }
    }
    return result
  }

  /// How many page blocks have a migrate type (`/proc/pagetypeinfo`).
  public func pageblockCount(type: MigrateType) -> Int {
    pageblockTypes.count(of: type)
  }

  /// The migrate type of the page block that holds a frame of the zone.
  @inline(__always)
  func pageblockType(of frame: Int) -> MigrateType {
    pageblockTypes[(frame &>> pageblockOrder) &- (start.rawValue &>> pageblockOrder)]
  }

  /// Sets the migrate type of the page blocks that a block of at least page-block size covers.
  mutating func setPageblockType(of frame: Int, order: Int, to type: MigrateType) {
    let base = start.rawValue >> pageblockOrder
    let first = (frame >> pageblockOrder) - base
    for block in first..<first + (1 << Swift.max(order - pageblockOrder, 0)) {
      pageblockTypes[block] = type
    }
  }
}
