// Reading simulated files through the page cache, and dropping it.

extension Machine {
  /// Reads a whole file, as `cat FILE > /dev/null` does.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - process: who reads.
  /// - Returns: the bytes read; `ENOENT` for no such file.
  /// - Throws: SIGKILL when the process was killed for want of memory.
  public mutating func readFile(
    _ path: String, by process: ProcessID
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    try readFile(path, from: 0, length: .max, by: process)
  }

  /// Reads a part of a file: pages that are not in memory are read into the page cache, the others count as used
  /// once more (mm/filemap.c, `mark_page_accessed`).
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - offset: the first byte.
  ///   - length: how many bytes; what lies behind the end is not read.
  ///   - process: who reads.
  /// - Returns: the bytes read, 0 behind the end; `ENOENT` for no such file.
  /// - Throws: SIGKILL when the process was killed for want of memory.
  public mutating func readFile(
    _ path: String, from offset: UInt64, length: UInt64, by process: ProcessID
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    guard let file = files.file(at: path) else { return .failure(.ENOENT) }
    guard offset < file.size, length > 0 else { return .success(0) }
    let count = min(length, file.size - offset)
    let end = SimulatedFile.pages(offset + count)
    var next = offset / 4096
    var stream = SteadyStream()
    var found = 0
    let all = Int(end - next)
    defer { tellOfReading(path, found: found, of: all - Int(end - min(next, end)), by: process) }
    while next < end {
      guard mayGoOn(32) else { throw FatalSignal(process: process, signal: 9) }
      let gap = files.firstMissing(in: next..<end, of: file.identifier) ?? end..<end
      if gap.lowerBound > next {
        markAccessed(next..<gap.lowerBound, of: file.identifier)
        found += Int(gap.lowerBound - next)
        next = gap.lowerBound
        continue
      }
      next = try fill(gap, of: file, for: process)
      next += skipAhead(
        &stream, [FilePass(file: file.identifier, kind: .reads, ahead: next..<gap.upperBound)])
    }
    return .success(count)
  }

  /// Tells how many pages of a file were in memory, and how many came from the disk.
  private func tellOfReading(_ path: String, found: Int, of pages: Int, by process: ProcessID) {
    guard events.isObserved else { return }
    if found > 0 { record(.pageCache(.found(path: path, pages: found)), by: process) }
    if pages > found { record(.pageCache(.filled(path: path, pages: pages - found)), by: process) }
  }

  /// Notes a use of cached pages: the second one makes an inactive page active (`mark_page_accessed`, mm/swap.c).
  private mutating func markAccessed(_ pages: Range<UInt64>, of file: FileIdentifier) {
    for part in pageLists.parts(of: .file(file), in: pages, on: .inactiveFile) {
      guard part.age == .fresh else {
        setAge(part.pages, of: .file(file), to: .fresh)
        continue
      }
      list(part.pages, of: .file(file), on: .activeFile)
      reclaim.counters.activated += part.pages.count
      reclaim.evictionAge &+= UInt64(part.pages.count)
    }
  }

  /// Reads some of the pages of a gap.
  ///
  /// - Returns: the page behind the last one read.
  private mutating func fill(
    _ gap: Range<UInt64>, of file: SimulatedFile, for process: ProcessID
  ) throws(FatalSignal) -> UInt64 {
    let end = try cache(gap, of: file.identifier, for: process, age: .fresh)
    reclaim.counters.readFromDisk += Int(files.blockPages(in: gap.lowerBound..<end, of: file.identifier))
    return end
  }

  /// Takes memory for some of the pages of a gap of the page cache.
  ///
  /// - Parameter age: whether the pages are read, which counts as a use, or only written.
  /// - Returns: the page behind the last one that got a frame.
  mutating func cache(
    _ gap: Range<UInt64>, of file: FileIdentifier, for process: ProcessID, age: PageAge
  ) throws(FatalSignal) -> UInt64 {
    var runs: [FrameRange] = []
    // A disk's own pages are used by file systems as they are, so they lie in low memory and do not move.
    let isDisk = files.record(file)?.file.kind == .blockDevice
    let flags: GFPFlags = isDisk ? .GFP_USER : .GFP_HIGHUSER_MOVABLE
    guard let task = processes.living(process),
      case .allocated = allocateUserPages(gap.count, for: task, owner: .file, flags: flags, into: &runs)
    else {
      throw FatalSignal(process: process, signal: 9)
    }
    var next = gap.lowerBound
    for run in runs {
      files.insert(run, at: next, of: file)
      let end = next + UInt64(run.count)
      list(next..<end, of: .file(file), on: .inactiveFile, age: age)
      if age == .fresh {
        noteRefault(next..<end, of: file)
      } else {
        _ = files.forgetEviction(next..<end, of: file)
      }
      next = end
    }
    return next
  }

  /// Drops clean file pages from memory (`echo 1 > /proc/sys/vm/drop_caches`); dirty ones stay.
  ///
  /// - Returns: how many pages came free.
  @discardableResult
  public mutating func dropPageCache() -> Int {
    var freed = 0
    for file in files.files where mayGoOn() {
      for pages in files.cleanParts(in: 0..<file.pageCount, of: file.identifier) {
        freed += forgetPages(pages, of: file.identifier)
      }
    }
    reclaim.counters.cacheDrops += 1
    if freed > 0 { record(.reclaim(.droppedFilePages(freed))) }
    return freed
  }

  /// Takes pages of a file out of memory, written to the disk or not.
  ///
  /// - Returns: how many pages came free.
  @discardableResult
  mutating func forgetPages(_ pages: Range<UInt64>, of file: FileIdentifier) -> Int {
    unlist(pages, of: .file(file))
    var freed = 0
    for run in files.evict(pages, of: file) {
      ledger.givePages(run, of: .file)
      freed += run.count
    }
    return freed
  }
}
