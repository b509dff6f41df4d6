// All swap areas of the machine and which one takes the next page.

/// The swap areas (mm/swapfile.c).
///
/// A page goes to the area of the highest priority that has room; areas of the same priority take turns.
/// Within an area the lowest free slots are given, in runs, so that a large swap-out costs one run.
package struct SwapSpace: Sendable, Equatable, Codable {
  /// The areas by number; `nil` where one was switched off, until another takes the number.
  package private(set) var areas: [SwapArea?] = []
  /// The areas in the order in which they are tried.
  private var order: [Int] = []
  /// The kernel gives areas without a priority −2, −3 and so on.
  private var leastPriority = -1
  /// The group that is charged for each slot, where one is.
  var owners = ExtentMap<SlotGroup>()
  /// Slots that came free and whose groups have not been told.
  var freed: [FreedSlots] = []
  /// The most areas that may be on at a time (`MAX_SWAPFILES` with its reserved types taken off).
  package static let areaLimit = 28

  /// Makes a machine's swap with no area on.
  package init() {}

  /// Slots of all areas, used or not: `SwapTotal` in pages. An area that is being switched off no longer counts.
  package var totalSlots: Int {
    areas.reduce(0) { sum, area in
      guard let area, !area.isClosing else { return sum }
      return sum + area.slotCount
    }
  }

  /// Free slots of all areas: `SwapFree` in pages.
  ///
  /// An area that is being switched off counts as what it still holds, below 0, as in the kernel's own reports
  /// during swapoff.
  package var freeSlots: Int {
    areas.reduce(0) { sum, area in
      guard let area else { return sum }
      return area.isClosing ? sum - area.usedCount : sum + area.freeCount
    }
  }

  /// The areas that are on, in the order of their numbers, as `/proc/swaps` lists them.
  package var active: [SwapArea] { areas.compactMap { $0 } }

  /// Slots that hold a page, in areas that are being switched off too.
  package var usedSlots: Int { areas.reduce(0) { $0 + ($1?.usedCount ?? 0) } }

  /// Switches an area on.
  ///
  /// - Parameters:
  ///   - path: what names it; must not be on already.
  ///   - kind: partition or file.
  ///   - pages: its whole size; one page of it is the header.
  ///   - priority: 0 … 32767, or `nil` for the next lower one.
  /// - Returns: the number of the area; `EBUSY` when it is on, `EINVAL` when it is too small, `EPERM` when there
  ///   are too many areas.
  package mutating func switchOn(
    path: String, kind: SwapArea.Kind, pages: Int, priority: Int? = nil
  ) -> Result<Int, ErrorNumber> {
    guard areas.allSatisfy({ $0?.path != path }) else { return .failure(.EBUSY) }
    guard pages >= 2 else { return .failure(.EINVAL) }
    let number = areas.firstIndex { $0 == nil } ?? areas.count
    guard number < Self.areaLimit else { return .failure(.EPERM) }
    if priority == nil { leastPriority -= 1 }
    let area = SwapArea(
      path: path, kind: kind, slotCount: pages - 1,
      priority: priority.map { min(max($0, 0), 32767) } ?? leastPriority)
    if number == areas.count { areas.append(area) } else { areas[number] = area }
    let position = order.firstIndex { (areas[$0]?.priority ?? Int.min) < area.priority } ?? order.count
    order.insert(number, at: position)
    return .success(number)
  }

  /// The number of the area that a path names, or `nil` when it is not on.
  package func number(of path: String) -> Int? { areas.firstIndex { $0?.path == path } }

  /// Begins to switch an area off: it takes no new pages and no longer counts as swap.
  package mutating func close(_ number: Int) {
    guard areas.indices.contains(number) else { return }
    areas[number]?.isClosing = true
    order.removeAll { $0 == number }
  }

  /// Takes an area that could not be emptied back into use.
  package mutating func reopen(_ number: Int) {
    guard areas.indices.contains(number), let area = areas[number], area.isClosing else { return }
    areas[number]?.isClosing = false
    let position = order.firstIndex { (areas[$0]?.priority ?? Int.min) < area.priority } ?? order.count
    order.insert(number, at: position)
  }

  /// Forgets an area that is empty now. Areas of lower automatic priority move up one.
  package mutating func remove(_ number: Int) {
    guard areas.indices.contains(number), let area = areas[number] else { return }
    order.removeAll { $0 == number }
    areas[number] = nil
    if area.priority < 0 {
      for other in areas.indices {
        if let priority = areas[other]?.priority, priority < area.priority { areas[other]?.priority += 1 }
      }
      leastPriority += 1
    }
    while let last = areas.last, last == nil { areas.removeLast() }
  }

  /// Whether more than half of swap is in use, from where on pages that come back give up their slots
  /// (`vm_swap_full`).
  var isHalfFull: Bool { freeSlots * 2 < totalSlots }

  /// Takes slots for pages that leave memory.
  ///
  /// - Parameter count: how many pages.
  /// - Returns: a run of 1 to `count` slots, or `nil` when swap is full; call again for the rest.
  package mutating func allocate(_ count: Int) -> SwapSlotRange? {
    for (position, number) in order.enumerated() {
      guard let taken = areas[number]?.allocate(count) else { continue }
      rotate(position)
      return SwapSlotRange(start: SwapSlot(area: number, offset: taken.start), count: taken.count)
    }
    return nil
  }

  /// Adds a user to each slot, as fork does for swapped-out pages.
  package mutating func retain(_ range: SwapSlotRange) {
    guard areas.indices.contains(range.start.area) else { return }
    areas[range.start.area]?.retain(range.start.offset..<range.end.offset)
  }

  /// Takes a user from each slot; slots without users are free again.
  package mutating func release(_ range: SwapSlotRange) {
    guard areas.indices.contains(range.start.area) else { return }
    areas[range.start.area]?.release(range.start.offset..<range.end.offset)
    if hasGroups { noteFreed(range) }
  }

  /// The parts of a run of slots that are free.
  func freeParts(of range: SwapSlotRange) -> [SwapSlotRange] {
    let number = range.start.area
    guard areas.indices.contains(number), let area = areas[number] else { return [range] }
    return area.freeRanges(in: range.start.offset..<range.end.offset).map {
      SwapSlotRange(start: SwapSlot(area: number, offset: $0.lowerBound), count: $0.count)
    }
  }

  /// How many page-table entries refer to a slot; 0 when it is free.
  package func users(of slot: SwapSlot) -> Int {
    areas.indices.contains(slot.area) ? areas[slot.area]?.users(of: slot.offset) ?? 0 : 0
  }

  /// Moves an area behind the others of its priority.
  private mutating func rotate(_ position: Int) {
    let number = order[position]
    let priority = areas[number]?.priority
    var end = position + 1
    while end < order.count, areas[order[end]]?.priority == priority { end += 1 }
    order.insert(number, at: end)
    order.remove(at: position)
  }
}
