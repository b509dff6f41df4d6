// The mappings of an address space in ascending order: finding, adding, removing and changing them.

/// Disjoint mappings in the order of their addresses, with the kernel's rules for merging them.
package struct VirtualMemoryAreas: Sendable, Equatable, Codable {
  /// The mappings.
  package private(set) var list = AreaList()
  /// Sums over them, in pages.
  package private(set) var totals = AreaTotals()
  /// From here up to the end of the area that was highest among its neighbours there is no gap, so that
  /// the search for one may start below.
  private(set) var gaplessFrom: UInt64 = .max

  /// The index of the first area that ends above an address (`find_vma`).
  func index(endingAfter address: UInt64) -> Int {
    var low = 0
    var high = list.count
    while low < high {
      let middle = (low + high) / 2
      if list[middle].end > address { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The area that contains an address.
  package func area(containing address: UInt64) -> VirtualMemoryArea? {
    let index = index(endingAfter: address)
    return index < list.count && list[index].start <= address ? list[index] : nil
  }

  /// The areas that overlap a range.
  func areas(in range: Range<UInt64>) -> Slice<AreaList> {
    list[indices(in: range)]
  }

  private func indices(in range: Range<UInt64>) -> Range<Int> {
    let first = index(endingAfter: range.lowerBound)
    if range.isEmpty { return first..<first }
    var last = first
    while last < list.count, list[last].start < range.upperBound { last += 1 }
    return first..<last
  }

  /// Adds a mapping that is new where nothing is, and merges it with its neighbours as `mmap_region` does:
  /// where only one of them can be had, the upper one.
  mutating func insert(_ area: VirtualMemoryArea) {
    let index = add(area)
    let after = index + 1 < list.count && canMerge(list[index], list[index + 1], existing: 1)
    let group = after ? list[index + 1].anonymousGroup : 0
    let before = index > 0 && list[index - 1].isContinued(by: area) && list[index - 1].accepts(group: group)
    if before || after { join(before ? index - 1 : index, after ? index + 1 : index) }
  }

  /// Adds a mapping that was somewhere else, and merges it with its neighbours as `vma_merge` does.
  mutating func insertMoved(_ area: VirtualMemoryArea) {
    merge(at: add(area))
  }

  private mutating func add(_ area: VirtualMemoryArea) -> Int {
    let index = index(endingAfter: area.start)
    totals.count(area, sign: 1)
    if area.end == gaplessFrom { gaplessFrom = area.start }
    list.insert(area, at: index)
    return index
  }

  /// Declares that there is no gap between an area that is mapped and the top of the mappings.
  mutating func startGapless(from address: UInt64) { gaplessFrom = address }

  /// Adds an area without merging it (`insert_vm_struct`).
  mutating func insertSeparate(_ area: VirtualMemoryArea) {
    totals.count(area, sign: 1)
    list.insert(area, at: index(endingAfter: area.start))
  }

  /// Adds areas, ascending and above all others, without merging them.
  mutating func appendSeparate(_ areas: [VirtualMemoryArea]) {
    for area in areas { totals.count(area, sign: 1) }
    list.append(contentsOf: areas)
  }

  /// Takes a range out of the mappings.
  ///
  /// - Returns: What was there.
  @discardableResult
  mutating func remove(_ range: Range<UInt64>) -> [VirtualMemoryArea] {
    let indices = indices(in: range)
    if indices.isEmpty { return [] }
    var removed: [VirtualMemoryArea] = []
    var rest: [VirtualMemoryArea] = []
    for area in list[indices] {
      if area.start < range.lowerBound { rest.append(area.part(area.start, range.lowerBound)) }
      let part = area.part(max(area.start, range.lowerBound), min(area.end, range.upperBound))
      totals.count(part, sign: -1)
      removed.append(part)
      if area.end > range.upperBound { rest.append(area.part(range.upperBound, area.end)) }
    }
    list.replaceSubrange(indices, with: rest)
    if let highest = removed.last?.end, highest > gaplessFrom { gaplessFrom = highest }
    return removed
  }

  /// Cuts the area around an address in two there (`split_vma`).
  ///
  /// - Parameter limit: How many areas there may be (`max_map_count`).
  /// - Returns: `ENOMEM` when there are as many already, `EINVAL` for an area that the kernel made; nil when the
  ///   address is a boundary now.
  mutating func split(at address: UInt64, limit: Int) -> ErrorNumber? {
    let index = index(endingAfter: address)
    guard index < list.count, list[index].start < address else { return nil }
    if list.count >= limit { return .ENOMEM }
    let area = list[index]
    if area.isSpecial { return .EINVAL }
    list.replaceSubrange(
      index...index, with: [area.part(area.start, address), area.part(address, area.end)])
    return nil
  }

  /// Changes the part of one area that lies in a range, and merges it with what it then continues.
  ///
  /// - Parameters:
  ///   - range: Addresses within one area.
  ///   - limit: How many areas there may be (`max_map_count`).
  ///   - change: The change to make; it keeps the addresses.
  /// - Returns: Why the area could not be cut. The lower cut stays where only the upper one is refused.
  mutating func modify(
    _ range: Range<UInt64>, limit: Int, _ change: (inout VirtualMemoryArea) -> Void
  ) -> ErrorNumber? {
    let index = index(endingAfter: range.lowerBound)
    guard index < list.count else { return nil }
    let old = list[index]
    let unchanged = old.part(range.lowerBound, range.upperBound)
    var middle = unchanged
    change(&middle)
    if middle == unchanged { return nil }
    let isFirst = old.start == range.lowerBound
    let isLast = old.end == range.upperBound
    let mergesBefore = isFirst && index > 0 && canMerge(list[index - 1], middle, existing: 0)
    let mergesAfter = isLast && index + 1 < list.count && canMerge(middle, list[index + 1], existing: 1)
    // A part that a neighbour takes in leaves no more areas than there were.
    let allowed = mergesBefore || mergesAfter ? Int.max : limit
    if let error = split(at: range.lowerBound, limit: allowed) { return error }
    if let error = split(at: range.upperBound, limit: allowed) { return error }
    let position = isFirst ? index : index + 1
    totals.count(unchanged, sign: -1)
    totals.count(middle, sign: 1)
    list[position] = middle
    if mergesBefore || mergesAfter { merge(at: position) }
    return nil
  }

  /// Moves the end of an area up, into addresses where nothing is.
  mutating func extend(at index: Int, to end: UInt64) {
    let added = VirtualMemoryArea(
      start: list[index].end, end: end, permissions: list[index].permissions,
      flags: list[index].flags, backing: list[index].backing)
    totals.count(added, sign: 1)
    list[index].end = end
  }

  /// Moves the end of an area up and joins it with what then continues it.
  mutating func extendMerging(at index: Int, to end: UInt64) {
    extend(at: index, to: end)
    merge(at: index)
  }

  /// Moves the start of an area down, into addresses where nothing is.
  mutating func extendDown(at index: Int, to start: UInt64) {
    let added = VirtualMemoryArea(
      start: start, end: list[index].start, permissions: list[index].permissions,
      flags: list[index].flags, backing: list[index].backing)
    totals.count(added, sign: 1)
    list[index].pageOffset -= UInt64(added.pageCount)
    list[index].start = start
  }

  /// Takes the lock from an area whose pages moved to a copy, without merging it.
  ///
  /// - Parameter locked: What counts as locked afterwards: what did before the copy was made, for the kernel leaves
  ///   its counter alone even where the area was larger than what moved.
  mutating func unlock(at index: Int, keeping locked: Int) {
    list[index].flags.subtract([.locked, .lockOnFault])
    totals.locked = locked
  }

  /// Changes what no rule of merging looks at before the next change of the area.
  mutating func setHistory(at index: Int, group: UInt32, isInherited: Bool) {
    list[index].anonymousGroup = group
    list[index].isInherited = isInherited
  }

  /// Joins the area at an index with the ones around it where the kernel would.
  private mutating func merge(at index: Int) {
    let before = index > 0 && canMerge(list[index - 1], list[index], existing: 0)
    let after = index + 1 < list.count && canMerge(list[index], list[index + 1], existing: 1)
    if before, after {
      let first = list[index - 1].anonymousGroup
      let last = list[index + 1].anonymousGroup
      if first == 0 || last == 0 || first == last {
        join(index - 1, index + 1)
        return
      }
    }
    if before {
      join(index - 1, index)
    } else if after {
      join(index, index + 1)
    }
  }

  private mutating func join(_ first: Int, _ last: Int) {
    // The history of the first that has one counts for all.
    var source = list[first]
    for index in first...last where source.anonymousGroup == 0 { source = list[index] }
    list[first].end = list[last].end
    list[first].anonymousGroup = source.anonymousGroup
    list[first].isInherited = source.isInherited
    list.removeSubrange((first + 1)...last)
  }

  /// Whether two neighbours may become one.
  ///
  /// - Parameter existing: Which of them was there before: 0 the lower, 1 the upper.
  private func canMerge(
    _ lower: VirtualMemoryArea, _ upper: VirtualMemoryArea, existing: Int
  ) -> Bool {
    guard lower.isContinued(by: upper) else { return false }
    return existing == 0
      ? lower.accepts(group: upper.anonymousGroup) : upper.accepts(group: lower.anonymousGroup)
  }
}
