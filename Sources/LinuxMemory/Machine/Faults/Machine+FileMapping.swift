// Faults in mappings of files, and what becomes of the entries when the page cache loses pages.

extension Machine {
  /// How many pages a fault reads around the one that is not in memory (`ra_pages`, 128 KiB).
  private static let readAroundPages: UInt64 = 32

  /// Serves an access to pages of a mapped file that have no entries (`filemap_fault`, mm/filemap.c).
  ///
  /// - Returns: The first page that is still to be looked at.
  mutating func mapFile(
    _ pages: Range<UInt64>, of file: FileIdentifier, in area: VirtualMemoryArea, _ kind: AccessKind,
    _ task: ProcessHandle
  ) throws(FatalSignal) -> UInt64 {
    let offset = pages.lowerBound - area.pages.lowerBound + area.pageOffset
    let size = files.record(file)?.file.pageCount ?? 0
    guard offset < size else { throw fatalFault(pages.lowerBound << pageShift, signal: 7, in: task) }
    if files.firstMissing(in: offset..<offset + 1, of: file) != nil {
      try readAround(offset, of: file, size: size, in: area, task)
      guard processes.isLiving(task) else { throw FatalSignal(process: task.id, signal: 9) }
    }
    let wanted = offset..<min(offset + UInt64(pages.count), size)
    let present = files.firstMissing(in: wanted, of: file).map { wanted.lowerBound..<$0.lowerBound } ?? wanted
    // Reclaim may have taken the page again for what was read with it.
    if present.isEmpty { return pages.lowerBound }
    let range = pages.lowerBound..<pages.lowerBound + UInt64(present.count)
    if kind == .write, area.isPrivate { return try copyIn(range, task) }
    let end = try mapAround(range, of: area, task)
    if kind == .write { noteWritten(range.lowerBound..<min(end, range.upperBound), in: area) }
    return end
  }

  /// Brings the pages around one into memory that is not there, which is one major fault (`do_sync_mmap_readahead`).
  private mutating func readAround(
    _ page: UInt64, of file: FileIdentifier, size: UInt64, in area: VirtualMemoryArea, _ task: ProcessHandle
  ) throws(FatalSignal) {
    let half = Self.readAroundPages / 2
    let start = area.flags.contains(.randomRead) ? page : page - min(page, half)
    let length = area.flags.contains(.randomRead) ? 1 : Self.readAroundPages
    var window = start..<min(start + length, size)
    if files.record(file)?.file.kind == .temporary { window = page..<page + 1 }
    var next = window.lowerBound
    while next < window.upperBound, let gap = files.firstMissing(in: next..<window.upperBound, of: file) {
      guard mayGoOn(32) else { throw FatalSignal(process: task.id, signal: 9) }
      next = try cache(gap, of: file, for: task.id, age: gap.contains(page) ? .fresh : .kept)
      reclaim.counters.readFromDisk += Int(files.blockPages(in: gap.lowerBound..<next, of: file))
    }
    countFaults(minor: 0, major: 1, in: task)
  }

  /// Visits the parts of a mapping's pages whose pages of the file are in memory.
  func forEachCached(
    _ pages: Range<UInt64>, of file: FileIdentifier, in area: VirtualMemoryArea,
    _ body: (Range<UInt64>) -> Void
  ) {
    let offset = area.pages.lowerBound &- area.pageOffset
    let wanted = pages.lowerBound &- offset..<pages.upperBound &- offset
    for entry in files.record(file)?.cache.extents(in: wanted) ?? [] {
      body(entry.start &+ offset..<entry.end &+ offset)
    }
  }

  /// Maps those pages of a range without entries that are in memory.
  mutating func mapCached(
    _ pages: Range<UInt64>, of file: FileIdentifier, in area: VirtualMemoryArea, _ task: ProcessHandle
  ) {
    var parts: [Range<UInt64>] = []
    forEachCached(pages, of: file, in: area) { parts.append($0) }
    let isTemporary = files.record(file)?.file.kind == .temporary
    let mapping = PageMapping(.program, isTemporary ? .temporary : [])
    for part in parts { processes[task].addressSpace.pageTable.map(part, to: mapping) }
  }

  /// Notes that a process wrote to pages of a file through a shared mapping.
  mutating func noteWritten(_ pages: Range<UInt64>, in area: VirtualMemoryArea) {
    guard case .file(let file) = area.backing, files.record(file)?.file.kind != .temporary else { return }
    let first = pages.lowerBound - area.pages.lowerBound + area.pageOffset
    let written = first..<first + UInt64(pages.count)
    reclaim.counters.dirtied += files.markDirty(written, of: file, at: clock)
    files.addBlocks(written, of: file)
    files.setContents(nil, of: file)
  }

  /// Takes pages of a file out of all page tables, because they leave memory (`try_to_unmap`, mm/rmap.c).
  mutating func unmapPages(_ pages: Range<UInt64>, of file: FileIdentifier) {
    guard files.mappedPages > 0, files.record(file)?.mappedPages ?? 0 > 0 else { return }
    for task in processes.allHandles where processes.isLiving(task) {
      let space = processes[task].addressSpace
      guard space.filePaths[file] != nil else { continue }
      for area in space.areas.list where area.backing == .file(file) {
        let part = (area.pageOffset..<area.pageOffset + UInt64(area.pageCount)).clamped(to: pages)
        if part.isEmpty { continue }
        let start = area.pages.lowerBound + part.lowerBound - area.pageOffset
        let entries = processes[task].addressSpace.pageTable.mappings.extents(
          in: start..<start + UInt64(part.count))
        for entry in entries where entry.value.target == .program {
          _ = processes[task].addressSpace.pageTable.unmap(entry.range)
        }
        if !entries.isEmpty { processes[task].addressSpace.noteLoss() }
      }
    }
  }

  /// The parts of pages of a file that are in no page table: what drop_caches may take (`mapping_evict_folio`, mm/truncate.c).
  func unmappedParts(of pages: Range<UInt64>, in file: FileIdentifier) -> [Range<UInt64>] {
    guard files.record(file)?.mappedPages ?? 0 > 0, let mapped = mappedParts.files[file] else {
      return [pages]
    }
    return mapped.gaps(in: pages)
  }

  /// Takes the copies out of private mappings that were made of pages behind a file's end (`unmap_mapping_range`).
  mutating func discardCopies(of file: FileIdentifier, from page: UInt64) {
    guard files.record(file)?.mappedPages ?? 0 > 0 else { return }
    for task in processes.allHandles where processes.isLiving(task) {
      for area in processes[task].addressSpace.areas.list where area.backing == .file(file) {
        let first = area.pages.lowerBound + (page > area.pageOffset ? page - area.pageOffset : 0)
        if first < area.pages.upperBound { discardPages(first..<area.pages.upperBound, in: task) }
      }
    }
  }

  /// Lets mappings of a file that has no name any more say so.
  mutating func noteUnlinked(_ file: FileIdentifier) {
    for task in processes.allHandles {
      guard let path = processes[task].addressSpace.filePaths[file] else { continue }
      processes[task].addressSpace.filePaths[file] = path + " (deleted)"
    }
  }

  /// Where what lies behind a part of a mapping ends, at most the end of the part: touching more gives SIGBUS.
  func endOfBacking(_ part: Range<UInt64>, in area: VirtualMemoryArea) -> UInt64 {
    guard case .file(let file) = area.backing else { return sharedMemory.endOfObject(behind: part, in: area) }
    let size = files.record(file)?.file.pageCount ?? 0
    let pages = min(size > area.pageOffset ? size - area.pageOffset : 0, UInt64(area.pageCount))
    return min(part.upperBound, max(area.start + pages << pageShift, part.lowerBound))
  }

  /// How many pages of files are in some page table (`NR_FILE_MAPPED`, as far as files of the machine are mapped), and how
  /// many entries there are for those of tmpfs.
  var mappedFilePages: (pages: Int, temporaryEntries: Int) {
    let mapped = mappedParts
    let pages = mapped.files.values.reduce(0) { sum, parts in parts.all.reduce(sum) { $0 + Int($1.count) } }
    return (pages, mapped.temporaryEntries)
  }

  /// The pages of each file that are in some page table, and how many entries there are for those of tmpfs.
  private var mappedParts: (files: [FileIdentifier: ExtentMap<FilePart>], temporaryEntries: Int) {
    var temporaryEntries = 0
    var mapped: [FileIdentifier: ExtentMap<FilePart>] = [:]
    for process in processes.live where !process.addressSpace.filePaths.isEmpty && mayGoOn() {
      for area in process.addressSpace.areas.list {
        guard case .file(let file) = area.backing else { continue }
        process.addressSpace.pageTable.mappings.forEach(in: area.pages) { entry in
          guard case .program = entry.value.target else { return }
          let first = entry.start - area.pages.lowerBound + area.pageOffset
          if entry.value.flags.contains(.temporary) { temporaryEntries += Int(entry.count) }
          mapped[file, default: ExtentMap()].set(first..<first + entry.count, to: FilePart())
        }
      }
    }
    return (mapped, temporaryEntries)
  }
}
