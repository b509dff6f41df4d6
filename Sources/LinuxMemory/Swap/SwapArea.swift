// One swap area: a partition or file and which of its slots are taken.

/// A swap area in use (the kernel's `swap_info_struct`).
public struct SwapArea: Sendable, Equatable, Codable {
  /// What it lies on.
  public enum Kind: String, Sendable, Codable {
    /// A block device.
    case partition
    /// A file in a file system.
    case file
  }

  /// The path that swapon was given.
  public let path: String
  /// What it lies on.
  public let kind: Kind
  /// Slots that can hold a page: the whole size less the page of the header.
  public let slotCount: Int
  /// Higher is used first; areas of the same priority share the load.
  public internal(set) var priority: Int
  /// Whether swapoff is emptying it, so that nothing new goes there.
  public internal(set) var isClosing = false
  /// Slots that hold a page.
  public private(set) var usedCount = 0
  /// The taken slots in ascending order; neighbours with the same number of users are one run.
  private(set) var runs: [Run] = []

  /// A run of taken slots that the same number of page-table entries refer to.
  struct Run: Sendable, Equatable, Codable {
    var start: Int
    var count: Int
    var users: Int
    var end: Int { start + count }
  }

  /// Makes an empty area.
  init(path: String, kind: Kind, slotCount: Int, priority: Int) {
    self.path = path
    self.kind = kind
    self.slotCount = slotCount
    self.priority = priority
  }

  /// Slots that are free.
  public var freeCount: Int { slotCount - usedCount }

  /// Takes up to `count` consecutive slots: the lowest free ones.
  ///
  /// - Returns: the first slot and how many were taken, or `nil` when none is free.
  mutating func allocate(_ count: Int) -> (start: Int, count: Int)? {
    guard count > 0, usedCount < slotCount else { return nil }
    var start = 1
    var position = 0
    while position < runs.count, runs[position].start == start {
      start = runs[position].end
      position += 1
    }
    let limit = position < runs.count ? runs[position].start : slotCount + 1
    let taken = min(count, limit - start)
    runs.insert(Run(start: start, count: taken, users: 1), at: position)
    usedCount += taken
    merge(around: position)
    return (start, taken)
  }

  /// Adds a user to each slot of a range, as fork does for swapped-out pages.
  mutating func retain(_ range: Range<Int>) { change(range, by: 1) }

  /// Takes a user from each slot of a range; slots without users are free again.
  ///
  /// - Returns: how many slots became free.
  @discardableResult
  mutating func release(_ range: Range<Int>) -> Int {
    let before = usedCount
    change(range, by: -1)
    return before - usedCount
  }

  /// How many page-table entries refer to a slot; 0 when it is free.
  func users(of offset: Int) -> Int {
    let position = firstRun(endingAfter: offset)
    guard position < runs.count, runs[position].start <= offset else { return 0 }
    return runs[position].users
  }

  /// The parts of a range that are free, in ascending order.
  func freeRanges(in range: Range<Int>) -> [Range<Int>] {
    var free: [Range<Int>] = []
    var next = range.lowerBound
    for run in runs[firstRun(endingAfter: range.lowerBound)...] where next < range.upperBound {
      if run.start >= range.upperBound { break }
      if run.start > next { free.append(next..<run.start) }
      next = run.end
    }
    if next < range.upperBound { free.append(next..<range.upperBound) }
    return free
  }

  private mutating func change(_ range: Range<Int>, by difference: Int) {
    guard !range.isEmpty else { return }
    split(at: range.lowerBound)
    split(at: range.upperBound)
    let first = firstRun(endingAfter: range.lowerBound)
    var position = first
    while position < runs.count, runs[position].start < range.upperBound {
      runs[position].users += difference
      position += 1
    }
    let touched = first..<position
    usedCount -= runs[touched].reduce(0) { $1.users <= 0 ? $0 + $1.count : $0 }
    let survivors = runs[touched].filter { $0.users > 0 }
    if survivors.count < touched.count {
      runs.replaceSubrange(touched, with: survivors)
      merge(around: first)
    } else {
      for position in touched.reversed() { merge(around: position) }
    }
  }

  private mutating func split(at offset: Int) {
    let position = firstRun(endingAfter: offset)
    guard position < runs.count, runs[position].start < offset else { return }
    let run = runs[position]
    runs[position].count = offset - run.start
    runs.insert(Run(start: offset, count: run.end - offset, users: run.users), at: position + 1)
  }

  /// Joins the run at a position with its neighbours where they touch and have the same users.
  private mutating func merge(around position: Int) {
    for left in [position, position - 1] where left >= 0 && left + 1 < runs.count {
      if runs[left].end == runs[left + 1].start, runs[left].users == runs[left + 1].users {
        runs[left].count += runs[left + 1].count
        runs.remove(at: left + 1)
      }
    }
  }

  /// The position of the first run that ends above an offset.
  func firstRun(endingAfter offset: Int) -> Int {
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].end <= offset { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
