// The free blocks below the largest order: linked lists in the kernel's order, and which block starts where.

/// The free lists of one zone for orders 0 to 9, one per order and migrate type.
///
/// A list is linked through nodes; a hash table by frame number finds the node of a buddy. Cost and size
/// follow the number of free blocks, not the amount of memory.
struct FreeBlockIndex: Sendable, Equatable {
  /// A free block.
  struct Node: Equatable {
    /// The lowest frame of the block.
    var frame: Int
    /// The node towards the head, or -1.
    var previous: Int32
    /// The node towards the tail, or -1; for an unused node the next unused one.
    var next: Int32
    /// The order of the block; 255 for an unused node.
    var order: UInt8
    /// The migrate type of the list it is on.
    var type: UInt8
  }

  /// The ends of one list.
  struct List: Equatable {
    var head: Int32 = -1
    var tail: Int32 = -1
    var count = 0
  }

  /// Orders 0 up to but not including this one are kept here.
  static let orderLimit = 10

  private var nodes: [Node] = []
  private var unusedHead: Int32 = -1
  private var lists = [List](repeating: List(), count: FreeBlockIndex.orderLimit * MigrateType.count)
  /// Frames and orders of the free blocks, open addressing with linear probing; -1 is empty. A power of two
  /// long. An entry is the frame shifted by four, plus the order.
  private var keys = [Int](repeating: -1, count: 64)
  /// The node of each key.
  private var keyNodes = [Int32](repeating: -1, count: 64)
  private var used = 0

  /// How many blocks a list holds.
  func count(order: Int, type: MigrateType) -> Int { lists[Self.listNumber(order, type)].count }

  /// The block at the head of a list.
  func head(order: Int, type: MigrateType) -> Int? {
    let node = lists[Self.listNumber(order, type)].head
    return node < 0 ? nil : nodes[Int(node)].frame
  }

  /// The free block that starts at a frame: its order and the type of the list it is on.
  func block(at frame: Int) -> (order: Int, type: MigrateType)? {
    let slot = findSlot(frame)
    guard keys[slot] >= 0 else { return nil }
    let node = nodes[Int(keyNodes[slot])]
    return (Int(node.order), MigrateType(rawValue: node.type) ?? .unmovable)
  }

  /// Whether a free block of exactly this order starts at a frame.
  func isFree(_ frame: Int, order: Int) -> Bool {
    keys[findSlot(frame)] == frame << 4 | order
  }

  /// The blocks of a list from head to tail.
  func blocks(order: Int, type: MigrateType) -> [Int] {
    var result: [Int] = []
    var node = lists[Self.listNumber(order, type)].head
    while node >= 0 {
      result.append(nodes[Int(node)].frame)
      node = nodes[Int(node)].next
    }
    return result
  }

  /// Puts a block on a list.
  mutating func insert(_ frame: Int, order: Int, type: MigrateType, atTail: Bool = false) {
    if used * 2 >= keys.count { grow() }
    let number: Int32
    let fresh = Node(
      frame: frame, previous: -1, next: -1, order: UInt8(truncatingIfNeeded: order), type: type.rawValue)
    if unusedHead >= 0 {
      number = unusedHead
      unusedHead = nodes[Int(number)].next
      nodes[Int(number)] = fresh
    } else {
      number = Int32(truncatingIfNeeded: nodes.count)
      nodes.append(fresh)
    }
    let slot = findSlot(frame)
    keys[slot] = frame << 4 | order
    keyNodes[slot] = number
    used += 1
    link(number, Self.listNumber(order, type), atTail: atTail)
  }

  /// Takes the block that starts at a frame off its list; nil when none does.
  mutating func remove(_ frame: Int) -> (order: Int, type: MigrateType)? {
    let slot = findSlot(frame)
    guard keys[slot] >= 0 else { return nil }
    let number = keyNodes[slot]
    let node = nodes[Int(number)]
    let type = MigrateType(rawValue: node.type) ?? .unmovable
    unlink(number, Self.listNumber(Int(node.order), type))
    vacate(slot)
    nodes[Int(number)].order = .max
    nodes[Int(number)].next = unusedHead
    unusedHead = number
    used -= 1
    return (Int(node.order), type)
  }

  /// Takes the block at the head of a list.
  mutating func popHead(order: Int, type: MigrateType) -> Int? {
    guard let frame = head(order: order, type: type) else { return nil }
    _ = remove(frame)
    return frame
  }

  /// Moves a block to the tail of another type's list (`move_to_free_list`).
  mutating func move(_ frame: Int, to type: MigrateType) {
    guard let old = remove(frame) else { return }
    insert(frame, order: old.order, type: type, atTail: true)
  }

  @inline(__always)
  private static func listNumber(_ order: Int, _ type: MigrateType) -> Int {
    order * MigrateType.count + Int(type.rawValue)
  }

  private mutating func link(_ number: Int32, _ list: Int, atTail: Bool) {
    let ends = lists[list]
    lists[list].count += 1
    if ends.head < 0 {
      lists[list].head = number
      lists[list].tail = number
    } else if atTail {
      nodes[Int(number)].previous = ends.tail
      nodes[Int(ends.tail)].next = number
      lists[list].tail = number
    } else {
      nodes[Int(number)].next = ends.head
      nodes[Int(ends.head)].previous = number
      lists[list].head = number
    }
  }

  private mutating func unlink(_ number: Int32, _ list: Int) {
    let node = nodes[Int(number)]
    lists[list].count -= 1
    if node.previous < 0 {
      lists[list].head = node.next
    } else {
      nodes[Int(node.previous)].next = node.next
    }
    if node.next < 0 {
      lists[list].tail = node.previous
    } else {
      nodes[Int(node.next)].previous = node.previous
    }
  }

  /// The slot that holds a frame's key, or the empty slot where it would go.
  @inline(__always)
  private func findSlot(_ frame: Int) -> Int {
    keys.withUnsafeBufferPointer { keys in
      let mask = keys.count &- 1
      var slot = Self.hash(frame) & mask
      while keys[slot] >= 0, keys[slot] >> 4 != frame { slot = (slot &+ 1) & mask }
      return slot
    }
  }

  @inline(__always)
  private static func hash(_ frame: Int) -> Int {
    Int(truncatingIfNeeded: (UInt(bitPattern: frame) &* 0x9E37_79B9_7F4A_7C15) >> 32)
  }

  /// Empties a slot and moves later entries of the same probe chain up.
  private mutating func vacate(_ slot: Int) {
    let mask = keys.count - 1
    var hole = slot
    var probe = slot
    while true {
      probe = (probe + 1) & mask
      guard keys[probe] >= 0 else { break }
      let home = Self.hash(keys[probe] >> 4) & mask
      if (probe - home) & mask >= (probe - hole) & mask {
        keys[hole] = keys[probe]
        keyNodes[hole] = keyNodes[probe]
        hole = probe
      }
    }
    keys[hole] = -1
  }

  private mutating func grow() {
    keys = [Int](repeating: -1, count: keys.count * 2)
    keyNodes = [Int32](repeating: -1, count: keys.count)
    for number in nodes.indices where nodes[number].order != .max {
      let slot = findSlot(nodes[number].frame)
      keys[slot] = nodes[number].frame << 4 | Int(nodes[number].order)
      keyNodes[slot] = Int32(truncatingIfNeeded: number)
    }
  }
}
