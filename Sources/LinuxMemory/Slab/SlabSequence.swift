// In which order the objects of a new slab are handed out.

/// The shuffled order of a cache's objects (`cache_random_seq_create`, mm/slab_common.c;
/// `shuffle_freelist`, mm/slub.c; `CONFIG_SLAB_FREELIST_RANDOM`, which Debian sets).
///
/// A kernel draws the order of each cache at boot and for each new slab a place to begin at. Here both are
/// functions of the machine's `aslr` seed (0 when that is off) and the number of the cache, so that a
/// script prints the same addresses every time, and as few neighbours in a row as on Linux.
struct SlabSequence: Sendable, Equatable, Codable {
  /// A place in the sequence of one slab.
  struct Position: Sendable, Equatable, Codable {
    /// The index of the next entry.
    var index: Int
    /// How many entries have not been looked at.
    var left: Int
  }

  private var random: SplitMix64
  /// Every object of a slab once; empty before the first slab.
  private var objects: [UInt16] = []

  init(seed: UInt64, cache: Int) {
    random = SplitMix64(seed: seed ^ SplitMix64.mixed(UInt64(cache) &+ SplitMix64.step))
  }

  /// Draws where a new slab begins.
  ///
  /// - Parameter count: how many objects a slab of the cache's usual order holds.
  mutating func start(count: Int) -> Position {
    if objects.count != count { shuffle(count) }
    return Position(index: count > 1 ? random.next(below: count) : 0, left: count)
  }

  /// The next object, skipping those that a slab of a smaller order does not have; nil at the end.
  func object(at position: inout Position, below capacity: Int) -> Int? {
    while position.left > 0 {
      let object = Int(objects[position.index])
      position.index = position.index + 1 == objects.count ? 0 : position.index + 1
      position.left -= 1
      if object < capacity { return object }
    }
    return nil
  }

  /// Draws a permutation (`freelist_randomize`, a Fisher–Yates shuffle from the end).
  private mutating func shuffle(_ count: Int) {
    objects = (0..<count).map { UInt16(truncatingIfNeeded: $0) }
    for last in stride(from: count - 1, to: 0, by: -1) {
      objects.swapAt(last, random.next(below: last + 1))
    }
  }
}
