// Writes to pages that are write-protected because fork shared them or swap brought them back.

extension Machine {
  /// Makes pages writable: the process's own ones as they are, shared ones as copies.
  ///
  /// - Parameters:
  ///   - pages: Pages with consecutive frames.
  ///   - frame: The first frame.
  ///   - isHuge: Whether the entries are those of huge pages.
  /// - Returns: The first page that is still to be looked at.
  mutating func breakSharing(
    _ pages: Range<UInt64>, from frame: FrameNumber, isHuge: Bool, _ task: ProcessHandle
  ) throws(FatalSignal) -> UInt64 {
    if isHuge { return breakHugeSharing(pages, task) }
    var first: (count: Int, users: Int)?
    sharedFrames.forEachPart(of: FrameRange(start: frame, count: pages.count)) { part, users in
      if first == nil { first = (part.count, users) }
    }
    let (count, users) = first ?? (pages.count, 1)
    var part = pages.lowerBound..<pages.lowerBound + UInt64(count)
    if users > 1 { return try copyShared(part, from: frame, task) }
    part = pages.lowerBound..<firstStretch(of: part, from: frame)
    if let copies = framesToCopy(FrameRange(start: frame, count: part.count)) {
      guard copies == 0 else {
        return try copyShared(part.lowerBound..<part.lowerBound + UInt64(copies), from: frame, task)
      }
      part = part.lowerBound..<part.lowerBound + 1
    }
    return makeWritable(part, frame, task)
  }

  /// Where the first of the stretches ends that lie in huge pages mapped page by page, or do not.
  private func firstStretch(of pages: Range<UInt64>, from frame: FrameNumber) -> UInt64 {
    if splitHugePages.isEmpty { return pages.upperBound }
    var length: Int?
    splitHugePages.forEachPart(of: FrameRange(start: frame, count: pages.count)) { part, _ in
      if length == nil { length = part.count }
    }
    return pages.lowerBound + UInt64(length ?? pages.count)
  }

  /// Lets a process write to pages that nobody else has.
  private mutating func makeWritable(
    _ part: Range<UInt64>, _ frame: FrameNumber, _ task: ProcessHandle
  ) -> UInt64 {
    processes[task].addressSpace.pageTable.map(part, to: PageMapping(.anonymous(frame), .writable))
    countFaults(minor: part.count, in: task)
    pageEvents.reusedPages &+= part.count
    record(
      .fault(.reused(process: task.id, address: part.lowerBound << pageShift, pages: part.count)))
    return part.upperBound
  }

  private mutating func copyShared(
    _ pages: Range<UInt64>, from frame: FrameNumber, _ task: ProcessHandle
  ) throws(FatalSignal) -> UInt64 {
    let runs = try takePages(pages.count, task, for: .anonymous)
    let given = runs.reduce(0) { $0 + $1.count }
    let copied = pages.lowerBound..<pages.lowerBound + UInt64(given)
    // Reclaim may have taken the old pages meanwhile; then the new ones are looked at again.
    guard processes[task].addressSpace.mapping(ofPage: copied.lowerBound)?.frame == frame,
      processes[task].addressSpace.mapping(ofPage: copied.upperBound - 1)?.frame == frame + (given - 1)
    else {
      ledger.givePages(runs, of: .anonymous)
      return copied.lowerBound
    }
    // What was there stays with the others who map it; the copies are new.
    let old = processes[task].addressSpace.pageTable.mappings.extents(in: copied)
    noteLostPages(copied, of: task, entries: old)
    processes[task].addressSpace.pageTable.map(copied, to: runs) {
      PageMapping(.anonymous($0), .writable)
    }
    noteNewPages(copied, of: task)
    _ = releaseFrames(FrameRange(start: frame, count: given))
    countFaults(minor: given, in: task)
    record(
      .fault(.copied(process: task.id, address: copied.lowerBound << pageShift, pages: given)))
    return copied.upperBound
  }

  /// A write to a shared huge page splits it; one that is the process's own becomes writable at once
  /// (`do_huge_pmd_wp_page`, mm/huge_memory.c).
  private mutating func breakHugeSharing(_ pages: Range<UInt64>, _ task: ProcessHandle) -> UInt64 {
    let size = processes[task].addressSpace.layout.geometry.hugePageCount
    let start = pages.lowerBound & ~(size - 1)
    let block = start..<start + size
    guard let entry = processes[task].addressSpace.mapping(ofPage: start), let frame = entry.frame
    else { return pages.upperBound }
    var isShared = false
    sharedFrames.forEachPart(of: FrameRange(start: frame, count: Int(size))) { _, users in
      if users > 1 { isShared = true }
    }
    if isShared {
      splitHugeEntries(in: block, in: task)
      return pages.lowerBound
    }
    processes[task].addressSpace.pageTable.map(
      block, to: PageMapping(.anonymous(frame), [.writable, .huge]))
    countFaults(minor: 1, in: task)
    record(.fault(.reused(process: task.id, address: start << pageShift, pages: Int(size))))
    return min(block.upperBound, pages.upperBound)
  }

  /// How many of the first frames of a run, each mapped once, a write must copy because other entries refer to their
  /// huge page still (`do_wp_page`, mm/memory.c); the one after these becomes writable as it is.
  ///
  /// - Parameter run: Frames that one entry each points to.
  /// - Returns: nil when they are no part of such a huge page.
  private func framesToCopy(_ run: FrameRange) -> Int? {
    guard let block = splitHugePages.block(of: run.start) else { return nil }
    var entries = -splitHugePages.unusedCount(in: block)
    sharedFrames.forEachPart(of: block) { part, users in entries += part.count * users }
    return min(run.count, block.end.rawValue - run.start.rawValue, max(entries - 1, 0))
  }
}
