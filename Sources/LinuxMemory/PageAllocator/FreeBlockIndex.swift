// The free blocks below the largest order: linked lists in the kernel's order, and which block starts where.

/// The free lists of one zone for orders 0 to 9, one per order and migrate type.
///
/// As in the kernel, the links of a list and the order of a free block lie where the block is: the buddy of a
/// block is found by its number, without a search. Only stretches of memory that hold such blocks have room for
/// that, so that size and cost follow the fragments, not the amount of memory.
struct FreeBlockIndex: Sendable, Codable {
  /// The neighbours of a free block on its list, as slots; -1 at the ends.
  struct Links: Equatable, Codable {
    var previous: Int32
    var next: Int32
  }

  /// The ends of one list, as slots; -1 when it is empty.
  struct List: Equatable, Codable {
    var head: Int32 = -1
    var tail: Int32 = -1
    var count = 0
  }

  /// Orders 0 up to but not including this one are kept here.
  static let orderLimit = 10
  /// The frames of a stretch, as a power of two. Small, because one fragment gives a whole stretch its room.
  private static let stretchShift = 8
  /// The state of a frame at which no free block starts.
  private static let notFree: UInt8 = .max

  /// The number of the stretch that holds the first frame of the zone.
  private let firstStretch: Int
  /// The leaf of each stretch, or -1.
  private var leaves: SparseArray<Int32>
  /// The number of the stretch that each leaf is for; for an unused leaf the next unused one, or -1.
  private var stretches: [Int32] = []
  /// How many free blocks each leaf holds.
  private var populations: [UInt16] = []
  /// The first leaf that waits to be used again.
  private var unusedLeaf: Int32 = -1
  /// The links of the frames of each leaf. A slot is the number of the leaf followed by that of the frame in it.
  private var links: [Links] = []
  /// What starts at each slot: a free block's order, and above it the migrate type of its list.
  private var states: [UInt8] = []
  private var lists = [List](repeating: List(), count: FreeBlockIndex.orderLimit * MigrateType.count)

  /// Makes empty lists for the frames of a zone.
  init(start: Int, spanned: Int) {
    firstStretch = start >> Self.stretchShift
    let last = (start + Swift.max(spanned, 1) - 1) >> Self.stretchShift
    leaves = SparseArray(repeating: -1, count: spanned == 0 ? 0 : last - firstStretch + 1)
  }

  /// About how many bytes the lists take.
  var stateByteCount: Int { leaves.stateByteCount + states.count * 9 }

  /// How many blocks a list holds.
  @inline(__always)
  func count(order: Int, type: MigrateType) -> Int { lists[Self.listNumber(order, type)].count }

  /// The block at the head of a list.
  func head(order: Int, type: MigrateType) -> Int? {
    let slot = lists[Self.listNumber(order, type)].head
    return slot < 0 ? nil : frame(of: slot)
  }

  /// The free block that starts at a frame: its order and the type of the list it is on.
  func block(at frame: Int) -> (order: Int, type: MigrateType)? {
    guard let slot = slot(of: frame), states[slot] != Self.notFree else { return nil }
    return Self.block(states[slot])
  }

  /// Whether a free block of exactly this order starts at a frame.
  @inline(__always)
  func isFree(_ frame: Int, order: Int) -> Bool {
    guard let slot = slot(of: frame) else { return false }
    return Int(states[slot] & 15) == order
  }

  /// The blocks of a list from head to tail.
  func blocks(order: Int, type: MigrateType) -> [Int] {
    var result: [Int] = []
    var slot = lists[Self.listNumber(order, type)].head
    while slot >= 0 {
      result.append(frame(of: slot))
      slot = links[Int(slot)].next
    }
    return result
  }

  /// Puts a block on a list.
  mutating func insert(_ frame: Int, order: Int, type: MigrateType, atTail: Bool = false) {
    guard let leaf = leafForInsertion(frame) else { return }
    let slot = leaf << Self.stretchShift | frame & ((1 << Self.stretchShift) - 1)
    populations[leaf] += 1
    states[slot] = UInt8(truncatingIfNeeded: order) | type.rawValue << 4
    link(Int32(truncatingIfNeeded: slot), Self.listNumber(order, type), atTail: atTail)
  }

  /// Takes the block that starts at a frame off its list; nil when none does.
  @discardableResult
  mutating func remove(_ frame: Int) -> (order: Int, type: MigrateType)? {
    guard let slot = slot(of: frame), states[slot] != Self.notFree else { return nil }
    let block = Self.block(states[slot])
    unlink(slot, Self.listNumber(block.order, block.type))
    vacate(slot)
    return block
  }

  /// Takes the block at the head of a list.
  mutating func popHead(order: Int, type: MigrateType) -> Int? {
    let list = Self.listNumber(order, type)
    let slot = lists[list].head
    guard slot >= 0 else { return nil }
    let frame = frame(of: slot)
    unlink(Int(slot), list)
    vacate(Int(slot))
    return frame
  }

  /// Moves a block to the tail of another type's list (`move_to_free_list`).
  mutating func move(_ frame: Int, to type: MigrateType) {
    guard let old = remove(frame) else { return }
    insert(frame, order: old.order, type: type, atTail: true)
  }

  @inline(__always)
  private static func listNumber(_ order: Int, _ type: MigrateType) -> Int {
    order &* MigrateType.count &+ Int(type.rawValue)
  }

  @inline(__always)
  private static func block(_ state: UInt8) -> (order: Int, type: MigrateType) {
    (Int(state & 15), MigrateType(rawValue: state >> 4) ?? .unmovable)
  }

  /// The slot of a frame; nil when nothing is free near it or it lies outside the zone.
  @inline(__always)
  private func slot(of frame: Int) -> Int? {
    let stretch = (frame >> Self.stretchShift) &- firstStretch
    guard stretch >= 0, stretch < leaves.count else { return nil }
    let leaf = Int(leaves[stretch])
    return leaf < 0 ? nil : leaf &<< Self.stretchShift | frame & ((1 << Self.stretchShift) - 1)
  }

  @inline(__always)
  private func frame(of slot: Int32) -> Int {
    let stretch = Int(stretches[Int(slot) >> Self.stretchShift]) &+ firstStretch
    return stretch << Self.stretchShift | Int(slot) & ((1 << Self.stretchShift) - 1)
  }

  /// The leaf of a frame, made when there is none; nil for a frame outside the zone.
  @inline(__always)
  private mutating func leafForInsertion(_ frame: Int) -> Int? {
    let stretch = (frame >> Self.stretchShift) &- firstStretch
    guard stretch >= 0, stretch < leaves.count else { return nil }
    let leaf = Int(leaves[stretch])
    return leaf >= 0 ? leaf : newLeaf(stretch)
  }

  private mutating func newLeaf(_ stretch: Int) -> Int {
    let number = Int32(truncatingIfNeeded: stretch)
    if unusedLeaf >= 0 {
      let leaf = Int(unusedLeaf)
      unusedLeaf = stretches[leaf]
      stretches[leaf] = number
      leaves[stretch] = Int32(truncatingIfNeeded: leaf)
      return leaf
    }
    let leaf = stretches.count
    let size = 1 << Self.stretchShift
    stretches.append(number)
    populations.append(0)
    links.append(contentsOf: repeatElement(Links(previous: -1, next: -1), count: size))
    states.append(contentsOf: repeatElement(Self.notFree, count: size))
    leaves[stretch] = Int32(truncatingIfNeeded: leaf)
    return leaf
  }

  /// Notes that no free block starts at a slot any more; a leaf without blocks waits for another stretch.
  @inline(__always)
  private mutating func vacate(_ slot: Int) {
    states[slot] = Self.notFree
    let leaf = slot >> Self.stretchShift
    populations[leaf] -= 1
    guard populations[leaf] == 0 else { return }
    leaves[Int(stretches[leaf])] = -1
    stretches[leaf] = unusedLeaf
    unusedLeaf = Int32(truncatingIfNeeded: leaf)
  }

  @inline(__always)
  private mutating func link(_ slot: Int32, _ list: Int, atTail: Bool) {
    let ends = lists[list]
    lists[list].count += 1
    if ends.head < 0 {
      lists[list].head = slot
      lists[list].tail = slot
      links[Int(slot)] = Links(previous: -1, next: -1)
    } else if atTail {
      links[Int(slot)] = Links(previous: ends.tail, next: -1)
      links[Int(ends.tail)].next = slot
      lists[list].tail = slot
    } else {
      links[Int(slot)] = Links(previous: -1, next: ends.head)
      links[Int(ends.head)].previous = slot
      lists[list].head = slot
    }
  }

  @inline(__always)
  private mutating func unlink(_ slot: Int, _ list: Int) {
    let gone = links[slot]
    lists[list].count -= 1
    if gone.previous < 0 {
      lists[list].head = gone.next
    } else {
      links[Int(gone.previous)].next = gone.next
    }
    if gone.next < 0 {
      lists[list].tail = gone.previous
    } else {
      links[Int(gone.next)].previous = gone.previous
    }
  }
}

extension FreeBlockIndex: Equatable {
  /// Equal when all lists hold the same blocks in the same order, wherever their leaves are.
  static func == (left: FreeBlockIndex, right: FreeBlockIndex) -> Bool {
    // What both share is equal at a glance.
    if left.lists == right.lists, left.stretches == right.stretches, left.links == right.links { return true }
    for list in left.lists.indices {
      guard left.lists[list].count == right.lists[list].count else { return false }
      var leftSlot = left.lists[list].head
      var rightSlot = right.lists[list].head
      while leftSlot >= 0, rightSlot >= 0 {
        guard left.frame(of: leftSlot) == right.frame(of: rightSlot) else { return false }
        leftSlot = left.links[Int(leftSlot)].next
        rightSlot = right.links[Int(rightSlot)].next
      }
    }
    return true
  }
}
