// Faults in memory that is not the process's own: shared objects and the program's file.

extension Machine {
  /// Serves an access to pages of a shared mapping that have no entries.
  ///
  /// - Parameter number: The object behind the mapping.
  /// - Returns: The first page that is still to be looked at.
  mutating func mapShared(
    _ pages: Range<UInt64>, of number: Int, in area: VirtualMemoryArea, _ kind: AccessKind,
    _ task: ProcessHandle
  ) throws(FatalSignal) -> UInt64 {
    let offset = pages.lowerBound - area.pages.lowerBound + area.pageOffset
    guard let object = sharedMemory.objects[number] else {
      assertionFailure("a mapping outlived the object behind it")
      throw FatalSignal(process: task.id, signal: 9)
    }
    if offset >= object.size {
      throw fatalFault(pages.lowerBound << pageShift, signal: 7, in: task)
    }
    let wanted = offset..<min(offset + UInt64(pages.count), object.size)
    let present = object.pages.firstExtent(endingAfter: offset)
    if let present, present.start <= offset {
      let part = present.clipped(to: wanted)
      let range = pages.lowerBound..<pages.lowerBound + part.count
      if kind == .read { return try mapAround(range, of: area, task) }
      try prepareTables(for: range, in: task)
      sharedMemory.markDirty(part.range, of: number)
      return mapFrames(
        [FrameRange(start: part.value.frame, count: Int(part.count))], from: range.lowerBound, kind, task)
    }
    let limit = present.map { min(wanted.upperBound, $0.start) } ?? wanted.upperBound
    let end = processes[task].addressSpace.layout.geometry.endOfPiece(
      pages.lowerBound..<pages.lowerBound + limit - offset, spare: pageAllocator.sparePages(.userPage))
    try prepareTables(for: pages.lowerBound..<end, in: task)
    let runs = try takePages(Int(end - pages.lowerBound), task, for: .shared)
    if object.chargedPages == nil { commit.chargeUnconditionally(runs.reduce(0) { $0 + $1.count }) }
    sharedMemory.fill(number, from: offset, with: runs, isDirty: kind == .write)
    let next = mapFrames(runs, from: pages.lowerBound, kind, task)
    if kind == .read {
      // Each of these faults also looked for its neighbours.
      let around = neighbourhood(of: pages.lowerBound, in: area, in: task)
      let last = neighbourhood(of: next - 1, in: area, in: task)
      mapPresent(around.lowerBound..<last.upperBound, of: area, in: task)
    }
    return next
  }

  /// Serves reads of pages of the program, all of which are in the page cache.
  mutating func mapProgram(
    _ pages: Range<UInt64>, in area: VirtualMemoryArea, _ task: ProcessHandle
  ) throws(FatalSignal) -> UInt64 {
    try mapAround(pages, of: area, task)
  }

  /// The pages that one read fault may map (`do_fault_around`, mm/memory.c).
  private func neighbourhood(of page: UInt64, in area: VirtualMemoryArea, in task: ProcessHandle) -> Range<
    UInt64
  > {
    let table = processes[task].addressSpace.layout.geometry.hugePageCount
    let start = max(page & ~(PageTable.faultAroundPages - 1), area.pages.lowerBound)
    return start..<min(start + PageTable.faultAroundPages, area.pages.upperBound, (page / table + 1) * table)
  }

  /// Serves reads of pages that are in memory and have no entries, with one fault for each neighbourhood.
  ///
  /// - Returns: The first page that is still to be looked at.
  mutating func mapAround(
    _ pages: Range<UInt64>, of area: VirtualMemoryArea, _ task: ProcessHandle
  ) throws(FatalSignal) -> UInt64 {
    let first = neighbourhood(of: pages.lowerBound, in: area, in: task)
    var end = first.upperBound
    var faults = 1
    while end < pages.upperBound {
      end = neighbourhood(of: end, in: area, in: task).upperBound
      faults += 1
    }
    try prepareTables(for: pages.lowerBound..<min(end, pages.upperBound), in: task)
    mapPresent(first.lowerBound..<end, of: area, in: task)
    countFaults(minor: faults, in: task)
    record(
      .fault(
        .sharedPage(
          process: task.id, address: pages.lowerBound << pageShift,
          pages: Int(min(end, pages.upperBound) - pages.lowerBound))))
    return min(end, pages.upperBound)
  }

  /// Maps the pages of a range that are in memory and have no entries.
  private mutating func mapPresent(_ range: Range<UInt64>, of area: VirtualMemoryArea, in task: ProcessHandle)
  {
    var missing: [Range<UInt64>] = []
    var next = range.lowerBound
    processes[task].addressSpace.pageTable.mappings.forEach(in: range) { entry in
      if entry.start > next { missing.append(next..<entry.start) }
      next = entry.end
    }
    if next < range.upperBound { missing.append(next..<range.upperBound) }
    for part in missing {
      if case .file(let file) = area.backing {
        mapCached(part, of: file, in: area, task)
        continue
      }
      guard case .sharedMemory(let number) = area.backing else {
        processes[task].addressSpace.pageTable.map(part, to: PageMapping(.program))
        continue
      }
      let distance = part.lowerBound - area.pages.lowerBound + area.pageOffset
      let wanted = distance..<distance + UInt64(part.count)
      for entry in sharedMemory.objects[number]?.pages.extents(in: wanted) ?? [] {
        let start = part.lowerBound + entry.start - distance
        processes[task].addressSpace.pageTable.map(
          start..<start + entry.count, to: PageMapping(.shared(entry.value.frame), .writable))
      }
    }
    processes[task].addressSpace.notePeaks()
  }

  private mutating func mapFrames(
    _ runs: [FrameRange], from page: UInt64, _ kind: AccessKind, _ task: ProcessHandle
  ) -> UInt64 {
    let count = runs.reduce(0) { $0 + $1.count }
    let range = page..<page + UInt64(count)
    let flags: PageMapping.Flags = kind == .write ? [.writable, .dirty] : .writable
    processes[task].addressSpace.pageTable.map(range, to: runs) { PageMapping(.shared($0), flags) }
    countFaults(minor: count, in: task)
    record(
      .fault(.sharedPage(process: task.id, address: page << pageShift, pages: count)))
    return range.upperBound
  }
}
