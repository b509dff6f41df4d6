// Where a swapped-out page lies.

/// One page-sized slot of a swap area (the kernel's `swp_entry_t`).
package struct SwapSlot: Hashable, Comparable, Sendable, Codable {
  /// The number of the area (its "type"), as ``SwapSpace/areas`` numbers them.
  package var area: Int
  /// The slot within the area; 0 is the header, so pages begin at 1.
  package var offset: Int

  /// Makes a slot.
  package init(area: Int, offset: Int) {
    self.area = area
    self.offset = offset
  }

  /// Orders by area, then by offset.
  package static func < (left: SwapSlot, right: SwapSlot) -> Bool {
    (left.area, left.offset) < (right.area, right.offset)
  }

  /// The slot `distance` further in the same area.
  package static func + (slot: SwapSlot, distance: Int) -> SwapSlot {
    SwapSlot(area: slot.area, offset: slot.offset + distance)
  }
}

/// A run of consecutive slots of one area.
package struct SwapSlotRange: Hashable, Sendable {
  /// The lowest slot.
  package var start: SwapSlot
  /// How many slots, at least 1.
  package var count: Int

  /// Makes a run.
  package init(start: SwapSlot, count: Int) {
    self.start = start
    self.count = count
  }

  /// The slot behind the last.
  package var end: SwapSlot { start + count }
}
