// A buddy allocator written as plainly as possible: arrays, one block at a time, no runs, no index.

@testable import LinuxMemory

/// The model that `MemoryZone` is judged by. Lists run from head to tail.
struct NaiveBuddy {
  var lists = [[[Int]]](repeating: [[Int]](repeating: [], count: 11), count: MigrateType.count)
  var blockTypes: [Int: MigrateType] = [:]
  let pageblockOrder: Int
  let limit: Int

  func type(of frame: Int) -> MigrateType { blockTypes[frame >> pageblockOrder] ?? .movable }

  func find(_ frame: Int, order: Int) -> MigrateType? {
    MigrateType.allCases.first { lists[Int($0.rawValue)][order].contains(frame) }
  }

  mutating func remove(_ frame: Int, order: Int) {
    for type in MigrateType.allCases { lists[Int(type.rawValue)][order].removeAll { $0 == frame } }
  }

  mutating func free(_ start: Int, order startOrder: Int, type: MigrateType) {
    var frame = start
    var order = startOrder
    var buddy = frame
    while order < 10 {
      buddy = frame ^ (1 << order)
      if find(buddy, order: order) == nil { break }
      remove(buddy, order: order)
      frame = Swift.min(frame, buddy)
      order += 1
    }
    let higher = frame & buddy
    let toTail = order < 9 && find(higher ^ (2 << order), order: order + 1) != nil
    if toTail {
      lists[Int(type.rawValue)][order].append(frame)
    } else {
      lists[Int(type.rawValue)][order].insert(frame, at: 0)
    }
  }

  mutating func take(order: Int, type: MigrateType) -> Int? {
    while true {
      for current in order...10 where !lists[Int(type.rawValue)][current].isEmpty {
        let frame = lists[Int(type.rawValue)][current].removeFirst()
        for half in stride(from: current - 1, through: order, by: -1) {
          lists[Int(type.rawValue)][half].insert(frame + (1 << half), at: 0)
        }
        return frame
      }
      guard steal(order: order, type: type) else { return nil }
    }
  }

  mutating func steal(order: Int, type: MigrateType) -> Bool {
    guard let (first, second) = type.fallbacks else { return false }
    for current in stride(from: 10, through: order, by: -1) {
      for donor in [first, second] where !lists[Int(donor.rawValue)][current].isEmpty {
        let whole = current >= pageblockOrder / 2 || type != .movable
        if !whole, current > order { return stealSmallest(order: order, type: type) }
        claim(order: current, donor: donor, type: type, whole: whole)
        return true
      }
    }
    return false
  }

  mutating func stealSmallest(order: Int, type: MigrateType) -> Bool {
    guard let (first, second) = type.fallbacks else { return false }
    for current in order...10 {
      for donor in [first, second] where !lists[Int(donor.rawValue)][current].isEmpty {
        claim(order: current, donor: donor, type: type, whole: current >= pageblockOrder / 2)
        return true
      }
    }
    return false
  }

  mutating func claim(order: Int, donor: MigrateType, type: MigrateType, whole: Bool) {
    let frame = lists[Int(donor.rawValue)][order][0]
    if order >= pageblockOrder {
      for block in 0..<(1 << (order - pageblockOrder)) {
        blockTypes[(frame >> pageblockOrder) + block] = type
      }
      return move(frame, order: order, type: type)
    }
    guard whole else { return move(frame, order: order, type: type) }
    let size = 1 << pageblockOrder
    let start = frame & ~(size - 1)
    guard start + size <= limit else { return move(frame, order: order, type: type) }
    let old = self.type(of: frame)
    var current = start
    var free = 0
    while current < start + size {
      let found = (0...10).first { find(current, order: $0) != nil }
      if let order = found {
        move(current, order: order, type: type)
        free += 1 << order
        current += 1 << order
      } else {
        current += 1
      }
    }
    let alike = type == .movable && old == .movable ? size - free : 0
    if free + alike >= size / 2 { blockTypes[frame >> pageblockOrder] = type }
  }

  mutating func move(_ frame: Int, order: Int, type: MigrateType) {
    remove(frame, order: order)
    lists[Int(type.rawValue)][order].append(frame)
  }
}
