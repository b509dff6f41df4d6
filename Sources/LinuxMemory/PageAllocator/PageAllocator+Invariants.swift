// What must hold for the page allocator at every moment, for tests and for debugging.

extension PageAllocator {
  /// The rules that the free lists break; empty when all is well.
  ///
  /// Every free page lies in exactly one place and inside its zone, blocks are aligned, no two free
  /// buddies lie side by side, and the counts equal the lists.
  package func invariantViolations() -> [String] {
    zones.flatMap { zone in zone.invariantViolations().map { "\(zone.name): \($0)" } }
  }

  /// All pages that the allocator holds, free lists and per-CPU lists, by address.
  func heldRanges() -> [FrameRange] {
    zones.flatMap { $0.heldRanges().map(\.range) }.sorted { $0.start < $1.start }
  }
}

extension MemoryZone {
  /// A free block or run of blocks, and where it is.
  struct HeldRange {
    var range: FrameRange
    var order: Int
    var isPerCPU: Bool
  }

  func heldRanges() -> [HeldRange] {
    var result: [HeldRange] = []
    for type in MigrateType.allCases {
      for order in 0..<Self.largestOrder {
        for frame in index.blocks(order: order, type: type) {
          result.append(held(frame, count: 1, order: order))
        }
      }
      for run in largest[Int(type.rawValue)].runsFromHead {
        result.append(held(run.lowest << Self.largestOrder, count: run.count, order: Self.largestOrder))
      }
    }
    for list in 0..<PerCPUPages.listCount {
      let order = PerCPUPages.order(ofList: list, pageblockOrder: pageblockOrder)
      for run in perCPU[list].runsFromHead {
        var range = held(run.lowest << order, count: run.count, order: order)
        range.isPerCPU = true
        result.append(range)
      }
    }
    for range in otherCPUs.joined() {
      result.append(HeldRange(range: range, order: 0, isPerCPU: true))
    }
    return result
  }

  private func held(_ frame: Int, count: Int, order: Int) -> HeldRange {
    HeldRange(
      range: FrameRange(start: FrameNumber(frame), count: count << order), order: order, isPerCPU: false)
  }

  func invariantViolations() -> [String] {
    var problems: [String] = []
    let held = heldRanges().sorted { $0.range.start < $1.range.start }
    for (left, right) in zip(held, held.dropFirst()) where right.range.start < left.range.end {
      problems.append("frame \(right.range.start.rawValue) is free twice")
    }
    for range in held {
      let start = range.range.start.rawValue
      if start & ((1 << range.order) - 1) != 0 { problems.append("block \(start) is not aligned") }
      if start < self.start.rawValue || start + range.range.count > self.start.rawValue + spanned {
        problems.append("block \(start) lies outside the zone")
      }
      if !range.isPerCPU, range.order < Self.largestOrder,
        index.isFree(start ^ (1 << range.order), order: range.order),
        range.order < pageblockOrder
      {
        problems.append("block \(start) and its buddy are free unmerged, order \(range.order)")
      }
    }
    let free = held.reduce(0) { $0 + ($1.isPerCPU ? 0 : $1.range.count) }
    if free != freePages { problems.append("\(free) pages on the lists, \(freePages) counted") }
    let perCPUPages = held.reduce(0) { $0 + ($1.isPerCPU ? $1.range.count : 0) }
    if perCPUPages != allCPUsCount {
      problems.append("\(perCPUPages) per-CPU pages on the lists, \(allCPUsCount) counted")
    }
    return problems
  }
}
