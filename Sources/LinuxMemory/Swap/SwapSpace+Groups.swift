// Which group is charged for a slot (the kernel's swap_cgroup).

/// The group that is charged for a run of slots.
struct SlotGroup: ExtentValue, Codable {
  var number: UInt16
  func advanced(by distance: UInt64) -> SlotGroup { self }
}

/// Slots that came free, of a group.
struct FreedSlots: Sendable, Equatable, Codable {
  let group: MemoryGroup
  let count: Int
}

extension SwapSpace {
  /// Takes note of what came free since this was last asked.
  ///
  /// - Returns: how many slots of which group.
  mutating func takeFreed() -> [FreedSlots] {
    guard !freed.isEmpty else { return [] }
    defer { freed = [] }
    return freed
  }

  /// Whether groups are charged for slots.
  var hasGroups: Bool { !owners.isEmpty }

  /// Notes that a group is charged for slots.
  mutating func assign(_ slots: SwapSlotRange, to group: MemoryGroup) {
    owners.set(Self.keys(slots), to: SlotGroup(number: UInt16(group.number)))
  }

  /// The parts of a run of slots with the group that is charged for each, in ascending order.
  func groupParts(of slots: SwapSlotRange) -> [(slots: SwapSlotRange, group: MemoryGroup)] {
    var parts: [(slots: SwapSlotRange, group: MemoryGroup)] = []
    var next = slots.start
    func add(_ end: Int, _ group: MemoryGroup) {
      guard end > next.offset else { return }
      parts.append((SwapSlotRange(start: next, count: end - next.offset), group))
      next = SwapSlot(area: slots.start.area, offset: end)
    }
    for extent in owners.extents(in: Self.keys(slots)) {
      add(Int(extent.start & Self.offsetMask), .root)
      add(Int(((extent.end - 1) & Self.offsetMask) + 1), MemoryGroup(Int(extent.value.number)))
    }
    add(slots.end.offset, .root)
    return parts
  }

  /// How many slots a group is charged for.
  func slotCount(of group: MemoryGroup) -> Int {
    owners.all.reduce(0) { $0 + (Int($1.value.number) == group.number ? Int($1.count) : 0) }
  }

  /// Notes whose slots of a run are free now.
  mutating func noteFreed(_ range: SwapSlotRange) {
    for part in freeParts(of: range) {
      for owned in groupParts(of: part) where owned.group != .root {
        freed.append(FreedSlots(group: owned.group, count: owned.slots.count))
      }
      owners.remove(Self.keys(part))
    }
  }

  private static var offsetMask: UInt64 { (1 << 48) - 1 }

  private static func keys(_ slots: SwapSlotRange) -> Range<UInt64> {
    let start = UInt64(slots.start.area) << 48 | UInt64(slots.start.offset)
    return start..<start + UInt64(slots.count)
  }
}
