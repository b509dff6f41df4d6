// madvise(MADV_COLLAPSE): small pages become huge ones at once.

extension Machine {
  /// Makes a huge page of every block that lies in a range (`madvise_collapse`, mm/khugepaged.c), whatever the setting
  /// for faults says.
  ///
  /// - Parameters:
  ///   - range: addresses in one area.
  ///   - area: the area.
  ///   - index: where the process stands in the table.
  /// - Returns: nil when every block is huge now; `EINVAL` for an area that may have none, or when a block has no page
  ///   that can be written without a fault; `ENOMEM` when there is no huge page, and the blocks behind are left.
  mutating func collapse(_ range: Range<UInt64>, of area: VirtualMemoryArea, at index: Int) -> Errno? {
    let space = processes[at: index].addressSpace
    guard area.backing == .anonymous, !area.flags.contains(.noHugePages), !space.isHugePagesDisabled
    else { return .EINVAL }
    let size = space.layout.geometry.hugePageCount
    var next = ((range.lowerBound >> pageShift) + size - 1) / size * size
    var error: Errno?
    while next + size <= range.upperBound >> pageShift {
      let block = next..<next + size
      next = block.upperBound
      switch collapsibility(of: block, at: index) {
      case .isHuge: continue
      case .refused: error = .EINVAL
      case .possible:
        guard collapseBlock(block, at: index) else { return .ENOMEM }
      }
    }
    return error
  }

  /// What can be made of a block of pages.
  private enum Collapsibility { case isHuge, refused, possible }

  private func collapsibility(of block: Range<UInt64>, at index: Int) -> Collapsibility {
    var result = Collapsibility.refused
    processes[at: index].addressSpace.pageTable.mappings.forEach(in: block) { entry in
      if entry.value.isHuge { result = .isHuge }
      guard result == .refused, case .anonymous = entry.value.target, entry.value.isWritable else { return }
      result = .possible
    }
    return result
  }

  /// Puts a huge page in the place of a block's small ones, with what they hold; false when there is none.
  private mutating func collapseBlock(_ block: Range<UInt64>, at index: Int) -> Bool {
    let process = processes[at: index].id
    let flags = GFPFlags.GFP_TRANSHUGE
    let order = configuration.profile.pageblockOrder
    guard
      let frame = pageAllocator.allocate(order: order, flags, watermark: .low)
        ?? pageAllocator.allocate(order: order, flags, watermark: flags.slowPathWatermark)
    else { return false }
    releasePages(block, at: index)
    let run = FrameRange(start: frame, count: block.count)
    processes[at: index].addressSpace.pageTable.map(block, to: [run]) {
      PageMapping(.anonymous($0), [.writable, .huge])
    }
    noteNewPages(block, of: process)
    return true
  }
}
