// One slab: some pages cut into equal objects, and which of them are in use.

/// A slab (`struct slab`, mm/slab.h).
struct SlabPage: Sendable, Equatable, Codable {
  /// Where a slab is kept.
  enum Place: UInt8, Codable {
    /// The CPU's current slab.
    case current
    /// One of the CPU's partial slabs.
    case perCPUPartial
    /// On the node's list of partial slabs.
    case nodePartial
    /// Nowhere: all objects are in use.
    case full
    /// Not a slab any more.
    case gone
  }

  /// The number of the cache.
  var cache: Int32
  /// Where the slab is kept.
  var place: Place
  /// The order of its pages.
  var order: UInt8
  /// The first frame.
  var frame: Int
  /// How many objects it holds.
  var capacity: Int
  /// How many are in use.
  var used = 0
  /// The objects that were never used: what of the cache's sequence is left, behind the freed ones.
  var untouched: SlabSequence.Position
  /// Freed objects, the most recently freed last.
  var freed: [UInt16] = []
  /// A bit for each object in use.
  var inUse: [UInt64]
  /// The slab towards the head of the node's list, or -1.
  var previous: Int32 = -1
  /// The slab towards the tail, or -1.
  var next: Int32 = -1

  init(cache: Int32, frame: Int, order: Int, capacity: Int, untouched: SlabSequence.Position) {
    self.cache = cache
    place = .current
    self.order = UInt8(truncatingIfNeeded: order)
    self.frame = frame
    self.capacity = capacity
    self.untouched = untouched
    inUse = [UInt64](repeating: 0, count: (capacity + 63) / 64)
  }

  /// How many objects are free.
  var free: Int { capacity - used }

  /// Takes the first object of the free list.
  mutating func takeObject(_ sequence: SlabSequence) -> Int? {
    let taken = freed.popLast().map { Int($0) } ?? sequence.object(at: &untouched, below: capacity)
    guard let object = taken else { return nil }
    inUse[object / 64] |= 1 << UInt64(object % 64)
    used += 1
    return object
  }

  /// Whether an object is in use.
  func isInUse(_ object: Int) -> Bool { inUse[object / 64] & (1 << UInt64(object % 64)) != 0 }

  /// Puts an object in use at the head of the free list.
  mutating func putObject(_ object: Int) {
    inUse[object / 64] &= ~(1 << UInt64(object % 64))
    used -= 1
    freed.append(UInt16(truncatingIfNeeded: object))
  }

  /// The free objects in the order in which they will be handed out.
  func freeObjects(_ sequence: SlabSequence) -> [Int] {
    var result = freed.reversed().map { Int($0) }
    var position = untouched
    while let object = sequence.object(at: &position, below: capacity) { result.append(object) }
    return result
  }
}
