// The lists of pages in the order in which reclaim looks at them.

import DequeModule

/// The lists that reclaim works through, oldest page first (mm/vmscan.c, classic LRU of Linux 6.1).
///
/// The lists hold runs of pages of an owner rather than frames, so that they cost by how memory was touched, not
/// by how much. An index by owner holds the truth; the queues may lag behind it and are checked when read.
package struct PageLists: Sendable, Equatable, Codable {
  /// Where a page stands: on which list, and when it came there.
  private struct Placement: ExtentValue, Codable {
    var list: PageListKind
    var age: PageAge
    /// The number of the group that is charged for the page.
    var group: UInt16
    var stamp: UInt64
    func advanced(by distance: UInt64) -> Placement {
      Placement(list: list, age: age, group: group, stamp: stamp + distance)
    }
    /// Whether a touch of the page would change anything.
    func waitsForTouch(of owner: PageOwner) -> Bool {
      guard case .process = owner else { return false }
      return age == .kept || age == .demoted
    }
  }

  /// A run in a queue; its first page came at `stamp`, the next one right behind.
  private struct QueueEntry: Sendable, Equatable, Codable {
    var owner: PageOwner
    var start: UInt64
    var count: UInt64
    var stamp: UInt64
  }

  @InKeyOrder private var index: [PageOwner: ExtentMap<Placement>] = [:]
  /// The queues of each group, kind by kind; so are the counts and lengths.
  private var queues: [Deque<QueueEntry>] = Array(repeating: [], count: PageListKind.allCases.count)
  private var counts: [Int] = Array(repeating: 0, count: PageListKind.allCases.count)
  /// How many pages each list holds over all groups.
  private var totals: [Int] = Array(repeating: 0, count: PageListKind.allCases.count)
  private var nextStamp: UInt64 = 0
  /// Who got pages of an owner without their losing their places: what a queue says of that owner may be theirs now.
  @InKeyOrder private var heirs: [PageOwner: [PageOwner]] = [:]
  /// Pages of processes of which a touch must be noted; mostly none.
  private var waitingForTouch = 0
  /// Queue lengths after the last clean-up; a queue is cleaned when it has doubled since.
  private var cleanLengths: [Int] = Array(repeating: 64, count: PageListKind.allCases.count)

  /// Makes empty lists.
  package init() {}

  /// How many pages a list holds, over all groups.
  package func count(_ kind: PageListKind) -> Int { totals[kind.rawValue] }

  /// How many pages a list of a group holds.
  package func count(_ kind: PageListKind, in group: MemoryGroup) -> Int {
    let place = Self.place(kind, group)
    return counts.indices.contains(place) ? counts[place] : 0
  }

  private static let kinds = PageListKind.allCases.count

  /// Where the queue of a list is.
  @inline(__always)
  private static func place(_ kind: PageListKind, _ group: MemoryGroup) -> Int {
    group.number &* kinds &+ kind.rawValue
  }

  private static func place(_ placement: Placement) -> Int {
    Int(placement.group) &* kinds &+ placement.list.rawValue
  }

  private mutating func addGroups(upTo group: MemoryGroup) {
    let missing = (group.number + 1) * Self.kinds - counts.count
    guard missing > 0 else { return }
    queues += Array(repeating: [], count: missing)
    counts += Array(repeating: 0, count: missing)
    cleanLengths += Array(repeating: 64, count: missing)
  }

  /// Puts pages behind all others of a list; pages that stand on a list already are moved.
  ///
  /// - Parameters:
  ///   - pages: virtual page numbers of a process, or page offsets in a file.
  ///   - owner: whose they are.
  ///   - kind: the list.
  ///   - age: what is known of their use.
  ///   - group: who is charged for them.
  package mutating func append(
    _ pages: Range<UInt64>, of owner: PageOwner, to kind: PageListKind, age: PageAge = .fresh,
    in group: MemoryGroup = .root
  ) {
    guard !pages.isEmpty else { return }
    addGroups(upTo: group)
    remove(pages, of: owner)
    let count = UInt64(pages.count)
    let stamp = nextStamp
    nextStamp &+= count
    let placement = Placement(
      list: kind, age: age, group: UInt16(truncatingIfNeeded: group.number), stamp: stamp)
    index[owner, default: ExtentMap()].set(pages, to: placement)
    if placement.waitsForTouch(of: owner) { waitingForTouch += Int(count) }
    let queue = Self.place(kind, group)
    counts[queue] += Int(count)
    totals[kind.rawValue] += Int(count)
    if let last = queues[queue].last, last.owner == owner, last.start + last.count == pages.lowerBound,
      last.stamp &+ last.count == stamp
    {
      queues[queue][queues[queue].count - 1].count += count
    } else {
      queues[queue].append(QueueEntry(owner: owner, start: pages.lowerBound, count: count, stamp: stamp))
      if queues[queue].count > 2 * cleanLengths[queue] { clean(queue) }
    }
  }

  /// Takes pages off whatever lists they stand on.
  package mutating func remove(_ pages: Range<UInt64>, of owner: PageOwner) {
    guard !pages.isEmpty, index[owner] != nil else { return }
    var removed = false
    index[owner]?.forEach(in: pages) { extent in
      counts[Self.place(extent.value)] -= Int(extent.count)
      totals[extent.value.list.rawValue] -= Int(extent.count)
      if extent.value.waitsForTouch(of: owner) { waitingForTouch -= Int(extent.count) }
      removed = true
    }
    guard removed else { return }
    index[owner]?.remove(pages)
    if index[owner]?.isEmpty == true { index[owner] = nil }
  }

  /// Takes all pages of an owner off the lists.
  package mutating func removeAll(of owner: PageOwner) { remove(0..<UInt64.max, of: owner) }

  /// Puts the pages of a range that stand on one list behind those of another, in their order of address.
  ///
  /// - Returns: how many pages moved.
  @discardableResult
  package mutating func move(
    _ pages: Range<UInt64>, of owner: PageOwner, from source: PageListKind, to target: PageListKind
  ) -> Int {
    var moving: [(pages: Range<UInt64>, group: UInt16)] = []
    index[owner]?.forEach(in: pages) { extent in
      guard extent.value.list == source else { return }
      if let last = moving.last, last.pages.upperBound == extent.start, last.group == extent.value.group {
        moving[moving.count - 1].pages = last.pages.lowerBound..<extent.end
      } else {
        moving.append((extent.range, extent.value.group))
      }
    }
    for part in moving { append(part.pages, of: owner, to: target, in: MemoryGroup(Int(part.group))) }
    return moving.reduce(0) { $0 + $1.pages.count }
  }

  /// Notes that a process touched pages that it had before: those that reclaim looked at meanwhile are in use.
  mutating func noteTouch(_ pages: Range<UInt64>, of owner: PageOwner) {
    guard waitingForTouch > 0, let map = index[owner] else { return }
    setAge(of: map.extents(in: pages).filter { $0.value.waitsForTouch(of: owner) }, owner, to: .touched)
  }

  /// Gives pages another age where they stand.
  mutating func setAge(_ pages: Range<UInt64>, of owner: PageOwner, to age: PageAge) {
    guard let map = index[owner] else { return }
    setAge(of: map.extents(in: pages), owner, to: age)
  }

  private mutating func setAge(of extents: [Extent<Placement>], _ owner: PageOwner, to age: PageAge) {
    for extent in extents {
      var placement = extent.value
      if placement.waitsForTouch(of: owner) { waitingForTouch -= Int(extent.count) }
      placement.age = age
      if placement.waitsForTouch(of: owner) { waitingForTouch += Int(extent.count) }
      index[owner]?.set(extent.range, to: placement)
    }
  }

  /// The parts of a range of pages that stand on a list, in ascending order, each of one age.
  func parts(
    of owner: PageOwner, in pages: Range<UInt64>, on kind: PageListKind
  ) -> [(pages: Range<UInt64>, age: PageAge)] {
    guard let map = index[owner] else { return [] }
    return map.extents(in: pages).filter { $0.value.list == kind }.map { ($0.range, $0.value.age) }
  }

  /// The pages of an owner that stand on a list, in ascending runs.
  package func extents(
    of owner: PageOwner, in pages: Range<UInt64> = 0..<UInt64.max, on kind: PageListKind
  ) -> [Range<UInt64>] {
    guard !pages.isEmpty, let map = index[owner] else { return [] }
    var found: [Range<UInt64>] = []
    map.forEach(in: pages) { extent in
      guard extent.value.list == kind else { return }
      if let last = found.last, last.upperBound == extent.start {
        found[found.count - 1] = last.lowerBound..<extent.end
      } else {
        found.append(extent.range)
      }
    }
    return found
  }

  /// Whether some pages of a range stand on a list.
  func hasPages(in pages: Range<UInt64>, of owner: PageOwner) -> Bool {
    index[owner]?.isEmpty(in: pages) == false
  }

  /// Whether some pages of a range stand on a certain list.
  func hasPages(in pages: Range<UInt64>, of owner: PageOwner, on kind: PageListKind) -> Bool {
    count(kind) > 0 && index[owner]?.extents(in: pages).contains { $0.value.list == kind } == true
  }

  /// Gives pages to another owner, with the same numbers; they keep their places and ages.
  mutating func bequeath(_ pages: Range<UInt64>, from owner: PageOwner, to heir: PageOwner) {
    guard owner != heir, let parts = index[owner]?.extents(in: pages), !parts.isEmpty else { return }
    index[owner]?.remove(pages)
    if index[owner]?.isEmpty == true { index[owner] = nil }
    for part in parts { index[heir, default: ExtentMap()].set(part.range, to: part.value) }
    if heirs[owner]?.contains(heir) == true { return }
    heirs[owner, default: []].append(heir)
    guard heirs.count > Self.heirLimit else { return }
    // Once every queue tells of the present owners, nobody has to be asked for.
    for queue in queues.indices { clean(queue) }
    heirs = [:]
  }

  /// How many owners may have heirs before the queues are brought up to date.
  private static let heirLimit = 64

  /// Who may have the pages of which a queue says that they are an owner's.
  private func possibleOwners(_ owner: PageOwner) -> [PageOwner] {
    guard !heirs.isEmpty, heirs[owner] != nil else { return [owner] }
    var found = [owner]
    var next = 0
    while next < found.count {
      for heir in heirs[found[next]] ?? [] where !found.contains(heir) { found.append(heir) }
      next += 1
    }
    return found
  }

  /// Whether the age of some page changes when it is touched.
  var isWaitingForTouch: Bool { waitingForTouch > 0 }

  /// The list on which a page stands, or `nil`.
  package func list(of page: UInt64, owner: PageOwner) -> PageListKind? {
    index[owner]?.extent(containing: page)?.value.list
  }

  /// Whoever has pages on the lists, in no order.
  var owners: [PageOwner] { Array(index.keys) }

  /// The pages that reclaim would look at next on a list, at most `limit` of them.
  ///
  /// They stay on the list; the caller removes or moves them. `mutating` because what the queue remembers of pages
  /// that left is forgotten on the way.
  package mutating func oldest(
    _ kind: PageListKind, limit: Int, in group: MemoryGroup = .root
  ) -> PageListExtent? {
    let queue = Self.place(kind, group)
    guard limit > 0, queues.indices.contains(queue) else { return nil }
    while let entry = queues[queue].first {
      guard let (owner, valid) = firstValid(of: entry, on: queue) else {
        queues[queue].removeFirst()
        continue
      }
      let skipped = valid.lowerBound - entry.start
      if skipped > 0 {
        queues[queue][0].start += skipped
        queues[queue][0].count -= skipped
        queues[queue][0].stamp &+= skipped
      }
      let end = min(valid.upperBound, valid.lowerBound &+ UInt64(limit))
      let age = index[owner]?.extent(containing: valid.lowerBound)?.value.age ?? .fresh
      return PageListExtent(
        owner: owner, pages: valid.lowerBound..<max(end, valid.lowerBound + 1), age: age)
    }
    return nil
  }

  /// The first run of pages of a queue entry that still stand where the entry says, and whose they are.
  private func firstValid(
    of entry: QueueEntry, on queue: Int
  ) -> (owner: PageOwner, pages: Range<UInt64>)? {
    var first: (owner: PageOwner, pages: Range<UInt64>)?
    for owner in possibleOwners(entry.owner) {
      guard let pages = firstValid(of: entry, as: owner, on: queue) else { continue }
      if first.map({ pages.lowerBound < $0.pages.lowerBound }) ?? true { first = (owner, pages) }
    }
    return first
  }

  private func firstValid(
    of entry: QueueEntry, as owner: PageOwner, on queue: Int
  ) -> Range<UInt64>? {
    guard let map = index[owner] else { return nil }
    var position = entry.start
    let end = entry.start + entry.count
    while position < end, let extent = map.firstExtent(endingAfter: position), extent.start < end {
      let part = extent.clipped(to: position..<end)
      if Self.place(part.value) == queue, part.value.stamp &- entry.stamp == part.start - entry.start {
        return part.range
      }
      position = part.end
    }
    return nil
  }

  /// Gives pages of an owner that stand on a list other numbers, so much higher; they keep their places.
  mutating func shift(
    _ pages: Range<UInt64>, of owner: PageOwner, on kind: PageListKind, by distance: UInt64
  ) {
    guard let moving = index[owner]?.extents(in: pages).filter({ $0.value.list == kind }), !moving.isEmpty
    else { return }
    let queues = stride(from: kind.rawValue, to: self.queues.count, by: Self.kinds)
    for queue in queues { clean(queue) }
    index[owner]?.shift(moving.map(\.range), by: distance)
    for queue in queues {
      for place in self.queues[queue].indices where self.queues[queue][place].owner == owner {
        if pages.contains(self.queues[queue][place].start) { self.queues[queue][place].start += distance }
      }
    }
  }

  /// Drops from a queue what no longer stands there.
  private mutating func clean(_ queue: Int) {
    var kept: Deque<QueueEntry> = []
    for entry in queues[queue] {
      var rest = entry
      while rest.count > 0, let (owner, valid) = firstValid(of: rest, on: queue) {
        let count = UInt64(valid.count)
        let stamp = rest.stamp &+ (valid.lowerBound - rest.start)
        kept.append(QueueEntry(owner: owner, start: valid.lowerBound, count: count, stamp: stamp))
        let consumed = valid.upperBound - rest.start
        rest.start += consumed
        rest.count -= consumed
        rest.stamp &+= consumed
      }
    }
    queues[queue] = kept
    cleanLengths[queue] = max(64, kept.count)
  }
}

extension PageLists {
  /// About how many bytes the lists take.
  var stateByteCount: Int {
    queues.reduce(0) { $0 + 8 + $1.count * MemoryLayout<QueueEntry>.stride }
      + index.values.reduce(0) { $0 + $1.stateByteCount }
  }

  /// The pages of an owner with the group on whose lists they stand, in ascending order.
  func groupParts(of owner: PageOwner) -> [(pages: Range<UInt64>, group: MemoryGroup)] {
    index[owner]?.all.map { ($0.range, MemoryGroup(Int($0.value.group))) } ?? []
  }

  /// The rules that the lists break: pages are counted, and each queue tells of every page that stands on its list.
  func invariantViolations() -> [String] {
    var found: [String] = []
    var sums = [Int](repeating: 0, count: counts.count)
    var waiting = 0
    for (owner, map) in index {
      found += map.invariantViolations()
      for extent in map.all {
        sums[Self.place(extent.value)] += Int(extent.count)
        if extent.value.waitsForTouch(of: owner) { waiting += Int(extent.count) }
      }
    }
    if sums != counts { found.append("\(sums) pages on the lists, \(counts) counted") }
    for kind in PageListKind.allCases {
      let sum = stride(from: kind.rawValue, to: counts.count, by: Self.kinds).reduce(0) { $0 + counts[$1] }
      if sum != count(kind) { found.append("\(kind): \(sum) pages in all groups, \(count(kind)) counted") }
    }
    if waiting != waitingForTouch {
      found.append("\(waiting) pages wait for a touch, \(waitingForTouch) counted")
    }
    for queue in queues.indices {
      let queued = queues[queue].reduce(0) { $0 + queuedPages($1, queue) }
      if queued != counts[queue] {
        found.append("queue \(queue) tells of \(queued) pages, \(counts[queue]) are on the list")
      }
    }
    return found
  }

  /// How many pages of a queue entry still stand where it says.
  private func queuedPages(_ entry: QueueEntry, _ queue: Int) -> Int {
    var count = 0
    var rest = entry
    while rest.count > 0, let (_, valid) = firstValid(of: rest, on: queue) {
      count += valid.count
      let consumed = valid.upperBound - rest.start
      rest.start += consumed
      rest.count -= consumed
      rest.stamp &+= consumed
    }
    return count
  }
}
