// Faults in memory that processes share through a mapping.

extension Machine {
  /// Serves an access to pages of a shared mapping that have no entries.
  ///
  /// - Parameter number: The object behind the mapping.
  /// - Returns: The first page that is still to be looked at.
  mutating func mapShared(
    _ pages: Range<UInt64>, of number: Int, in area: VirtualMemoryArea, _ process: ProcessID
  ) throws(FatalSignal) -> UInt64 {
    let offset = pages.lowerBound - area.pages.lowerBound + area.pageOffset
    guard let object = sharedMemory.objects[number] else { return pages.upperBound }
    if offset >= object.size {
      guard let index = processes.index(of: process) else { return pages.upperBound }
      throw fatalFault(pages.lowerBound << pageShift, signal: 7, at: index)
    }
    var wanted = offset..<min(offset + UInt64(pages.count), object.size)
    let present = object.pages.firstExtent(endingAfter: offset)
    if let present, present.start <= offset {
      let part = present.clipped(to: wanted)
      try prepareTables(for: pages.lowerBound..<pages.lowerBound + part.count, in: process)
      return mapFrames(
        [FrameRange(start: part.value.frame, count: Int(part.count))], from: pages.lowerBound, process)
    }
    if let present { wanted = wanted.lowerBound..<min(wanted.upperBound, present.start) }
    let end = chunkEnd(pages.lowerBound..<pages.lowerBound + UInt64(wanted.count), process)
    try prepareTables(for: pages.lowerBound..<end, in: process)
    let runs = try takePages(Int(end - pages.lowerBound), process)
    sharedMemory.fill(number, from: offset, with: runs)
    return mapFrames(runs, from: pages.lowerBound, process)
  }

  private mutating func mapFrames(
    _ runs: [FrameRange], from page: UInt64, _ process: ProcessID
  ) -> UInt64 {
    let count = runs.reduce(0) { $0 + $1.count }
    let range = page..<page + UInt64(count)
    guard let index = processes.index(of: process) else { return range.upperBound }
    processes[at: index].addressSpace.pageTable.map(range, to: runs) { PageMapping(.shared($0), .writable) }
    countFaults(minor: count, at: index)
    events.record(
      .fault(.sharedPage(process: process, address: page << pageShift, pages: count)))
    return range.upperBound
  }
}
