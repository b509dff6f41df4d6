// madvise(MADV_COLLAPSE): small pages become huge ones at once.

extension Machine {
  /// Makes a huge page of every block that lies in a range (`madvise_collapse`, mm/khugepaged.c), whatever the setting
  /// for faults says.
  ///
  /// - Parameters:
  ///   - range: addresses in one area.
  ///   - area: the area.
  ///   - task: the process.
  /// - Returns: nil when every block is huge now; `EINVAL` for an area that may have none, or when a block has no page
  ///   that can be written without a fault; `ENOMEM` when there is no huge page, and the blocks behind are left.
  mutating func collapse(_ range: Range<UInt64>, of area: VirtualMemoryArea, in task: ProcessHandle) -> Errno?
  {
    let space = processes[task].addressSpace
    guard area.backing == .anonymous, !area.flags.contains(.noHugePages), !space.isHugePagesDisabled
    else { return .EINVAL }
    let size = space.layout.geometry.hugePageCount
    var next = ((range.lowerBound >> pageShift) + size - 1) / size * size
    var error: Errno?
    while next + size <= range.upperBound >> pageShift {
      let block = next..<next + size
      next = block.upperBound
      switch collapsibility(of: block, in: task) {
      case .isHuge: continue
      case .refused: error = .EINVAL
      case .possible:
        guard collapseBlock(block, in: task) else { return .ENOMEM }
      }
    }
    return error
  }

  /// What can be made of a block of pages.
  private enum Collapsibility { case isHuge, refused, possible }

  private func collapsibility(of block: Range<UInt64>, in task: ProcessHandle) -> Collapsibility {
    var result = Collapsibility.refused
    processes[task].addressSpace.pageTable.mappings.forEach(in: block) { entry in
      if entry.value.isHuge { result = .isHuge }
      guard result == .refused, case .anonymous = entry.value.target, entry.value.isWritable else { return }
      result = .possible
    }
    return result
  }

  /// Puts a huge page in the place of a block's small ones, with what they hold; false when there is none.
  private mutating func collapseBlock(_ block: Range<UInt64>, in task: ProcessHandle) -> Bool {
    let flags = GFPFlags.GFP_TRANSHUGE
    let order = configuration.profile.pageblockOrder
    guard
      let frame = ledger.take(order: order, flags, watermark: .low, for: .anonymous)
        ?? ledger.take(order: order, flags, watermark: flags.slowPathWatermark, for: .anonymous)
    else { return false }
    releasePages(block, in: task)
    let run = FrameRange(start: frame, count: block.count)
    processes[task].addressSpace.pageTable.map(block, to: [run]) {
      PageMapping(.anonymous($0), [.writable, .huge])
    }
    noteNewPages(block, of: task)
    return true
  }
}
