// Where a new mapping goes.

extension VirtualMemoryAreas {
  /// The end of the highest gap that takes a length, the way `vm_unmapped_area` looks top-down.
  ///
  /// - Parameters:
  ///   - length: In bytes, a multiple of the page size, at least one page.
  ///   - limits: The addresses that may be used.
  /// - Returns: The address of the mapping, or nil when no gap is large enough.
  func highestGap(length: UInt64, in limits: Range<UInt64>) -> UInt64? {
    guard limits.upperBound >= limits.lowerBound, length <= limits.upperBound - limits.lowerBound else {
      return nil
    }
    var top = min(limits.upperBound, max(gaplessFrom, limits.lowerBound))
    if top == 0 { return nil }
    var index = index(endingAfter: top - 1)
    if index < list.count { top = min(top, list[index].lowest) }
    while true {
      index -= 1
      let bottom = index >= 0 ? list[index].end : 0
      let floor = max(bottom, limits.lowerBound)
      if top > floor, top - floor >= length { return top - length }
      if bottom <= limits.lowerBound { return nil }
      let chunk = list.chunk(containing: index)
      if chunk.largestGap < length, index == chunk.indices.upperBound - 1 {
        top = min(top, chunk.lowest)
        index = chunk.indices.lowerBound
      } else {
        top = min(top, list[index].lowest)
      }
    }
  }

  /// The highest multiple of `alignment`, a power of two, at which a length fits into the highest gap that
  /// has room for both (`__thp_get_unmapped_area`): a gap that would just do by luck is passed over.
  func highestAlignedGap(
    length: UInt64, in limits: Range<UInt64>, alignment: UInt64
  ) -> UInt64? {
    let (padded, overflow) = length.addingReportingOverflow(alignment)
    guard !overflow, let bottom = highestGap(length: padded, in: limits) else {
      return nil
    }
    return (bottom + alignment) & ~(alignment - 1)
  }

  /// The lowest gap that takes a length, for when there is none below the usual top.
  func lowestGap(length: UInt64, in limits: Range<UInt64>) -> UInt64? {
    var bottom = limits.lowerBound
    var index = index(endingAfter: bottom)
    while index < list.count {
      let top = min(list[index].lowest, limits.upperBound)
      if top > bottom, top - bottom >= length { return bottom }
      let chunk = list.chunk(containing: index)
      index =
        chunk.largestGap < length && index == chunk.indices.lowerBound ? chunk.indices.upperBound : index + 1
      bottom = max(bottom, list[index - 1].end)
    }
    return limits.upperBound > bottom && limits.upperBound - bottom >= length ? bottom : nil
  }

  /// Whether a range is free of mappings.
  func isFree(_ range: Range<UInt64>) -> Bool {
    areas(in: range).isEmpty
  }
}

extension VirtualMemoryArea {
  /// The lowest address that belongs to it, with the gap it needs to grow into (`vm_start_gap`).
  var lowest: UInt64 {
    let guardGap = flags.contains(.growsDown) ? AddressSpaceLayout.stackGuardGap : 0
    return start > guardGap ? start - guardGap : 0
  }
}
