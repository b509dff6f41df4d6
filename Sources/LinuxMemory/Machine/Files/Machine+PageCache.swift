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
    let opener = chargeOpenFile(path, by: process)
    defer { dischargeOpenFile(of: opener) }
    beginReading(path, from: offset)
    let result = try readPart(of: path, from: offset, length: length, by: process)
    if case .success(let count) = result { try readAhead(path, behind: offset, count, by: process) }
    return result
  }

  /// Notes where a reader begins.
  mutating func beginReading(_ path: String, from offset: UInt64) {
    guard let file = files.file(at: path) else { return }
    let page = offset / 4096
    let before = page - min(page, 16)..<page
    let hasHistory = !before.isEmpty && files.firstMissing(in: before, of: file.identifier) == nil
    files.modifyReadahead(of: file.identifier) { $0.begin(at: page, hasHistory: hasHistory) }
  }

  /// Brings the pages into memory that a sequential reader has read ahead of it.
  mutating func readAhead(
    _ path: String, behind offset: UInt64, _ count: UInt64, by process: ProcessID
  ) throws(FatalSignal) {
    guard count > 0, let file = files.file(at: path), file.kind != .temporary else { return }
    var next = SimulatedFile.pages(offset + count)
    let end = min(
      files.modifyReadahead(of: file.identifier) { $0.end(at: next) } ?? next, file.pageCount)
    while next < end, let gap = files.firstMissing(in: next..<end, of: file.identifier) {
      guard mayGoOn(32) else { return }
      next = try cache(gap, of: file.identifier, for: process, age: .kept)
      reclaim.counters.readFromDisk += Int(
        files.blockPages(in: gap.lowerBound..<next, of: file.identifier))
    }
  }

  /// Reads a part of a file and nothing else.
  mutating func readPart(
    of path: String, from offset: UInt64, length: UInt64, by process: ProcessID
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
      if file.kind == .temporary, gap.lowerBound == next {
        // A hole of a tmpfs is read as zeros, and takes no memory.
        next = gap.upperBound
        continue
      }
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
    let isTemporary = files.record(file)?.file.kind == .temporary
    let inactive: PageListKind = isTemporary ? .inactiveAnonymous : .inactiveFile
    for part in pageLists.parts(of: .file(file), in: pages, on: inactive) {
      guard part.age == .fresh else {
        setAge(part.pages, of: .file(file), to: .fresh)
        continue
      }
      list(part.pages, of: .file(file), on: isTemporary ? .activeAnonymous : .activeFile)
      noteActivation(part.pages, of: .file(file))
    }
  }

  /// Reads some of the pages of a gap.
  ///
  /// - Returns: the page behind the last one read.
  private mutating func fill(
    _ gap: Range<UInt64>, of file: SimulatedFile, for process: ProcessID
  ) throws(FatalSignal) -> UInt64 {
    var wanted = gap
    if let task = processes.living(process), kernelGroup(of: task) != nil,
      let window = files.record(file.identifier)?.readahead.endOfWindow(from: gap.lowerBound)
    {
      // Where a group has a limit it matters what is read at once.
      wanted = gap.lowerBound..<min(gap.upperBound, window)
    }
    let end = try cache(wanted, of: file.identifier, for: process, age: .fresh)
    reclaim.counters.readFromDisk += Int(files.blockPages(in: gap.lowerBound..<end, of: file.identifier))
    return end
  }

  /// Takes memory for some of the pages of a gap of the page cache.
  ///
  /// - Parameters:
  ///   - age: whether the pages are read, which counts as a use, or only read ahead or written.
  ///   - isWritten: whether they are written whole, so that nothing has to be read.
  /// - Returns: the page behind the last one that got a frame.
  mutating func cache(
    _ gap: Range<UInt64>, of file: FileIdentifier, for process: ProcessID, age: PageAge,
    isWritten: Bool = false
  ) throws(FatalSignal) -> UInt64 {
    var next = gap.lowerBound
    while next < gap.upperBound {
      let part = partAtOnce(of: next..<gap.upperBound, in: file, for: process)
      next = try cacheAtOnce(part, of: file, for: process, age: age, isWritten: isWritten)
      if next < part.upperBound { return next }
    }
    if let task = processes.living(process) { returnToUserMode(task) }
    return next
  }

  /// The part of a gap that is charged at once: where a group has little room, only what needs no new node of the
  /// file's index, as each node is charged behind the first page under it (`filemap_add_folio`).
  private func partAtOnce(
    of gap: Range<UInt64>, in file: FileIdentifier, for process: ProcessID
  ) -> Range<UInt64> {
    guard let task = processes.living(process), kernelGroup(of: task) != nil,
      sparePages(for: task) < gap.count + gap.count / 32 + 2 * ChargeStock.batch
    else { return gap }
    let rest = gap.upperBound - gap.lowerBound
    return gap.lowerBound..<gap.lowerBound
      + min(rest, files.pagesUnderNode(of: gap.lowerBound, of: file) ?? 1)
  }

  private mutating func cacheAtOnce(
    _ gap: Range<UInt64>, of file: FileIdentifier, for process: ProcessID, age: PageAge, isWritten: Bool
  ) throws(FatalSignal) -> UInt64 {
    var runs: [FrameRange] = []
    // A disk's own pages are used by file systems as they are, so they lie in low memory and do not move.
    let kind = files.record(file)?.file.kind ?? .regular
    let flags: GFPFlags = kind == .blockDevice ? .GFP_USER : .GFP_HIGHUSER_MOVABLE
    let owner: FrameOwner = kind == .temporary ? .shared : .file
    guard let task = processes.living(process),
      case .allocated(let given) = allocateUserPages(
        gap.count, for: task, owner: owner, flags: flags, into: &runs)
    else {
      throw FatalSignal(process: process, signal: 9)
    }
    if kind == .temporary { commit.chargeUnconditionally(given) }
    var next = gap.lowerBound
    for run in runs {
      let end = next + UInt64(run.count)
      let nodes = indexNodes(for: next..<end, of: file, by: task)
      files.insert(run, at: next, of: file)
      // What is written to a tmpfs counts as used; its pages stand with the anonymous ones.
      list(
        next..<end, of: .file(file), on: kind == .temporary ? .inactiveAnonymous : .inactiveFile,
        age: kind == .temporary ? .fresh : age)
      if isWritten {
        _ = files.forgetEviction(next..<end, of: file)
      } else {
        noteRefault(next..<end, of: file)
      }
      next = end
      chargeIndexNodes(nodes, for: task)
    }
    return next
  }

  /// Drops clean file pages from memory (`echo 1 > /proc/sys/vm/drop_caches`); dirty ones stay.
  ///
  /// - Returns: how many pages came free.
  @discardableResult
  public mutating func dropPageCache() -> Int {
    var freed = 0
    for file in files.files where file.kind != .temporary && mayGoOn() {
      for pages in files.cleanParts(in: 0..<file.pageCount, of: file.identifier) {
        for part in unmappedParts(of: pages, in: file.identifier) {
          freed += forgetPages(part, of: file.identifier)
        }
      }
      // What remains of pages that reclaim took goes too, and the nodes that hold nothing any more
      // (`invalidate_exceptional_entry`, mm/truncate.c).
      _ = files.forgetEviction(0..<UInt64.max, of: file.identifier)
      releaseIndexNodes(of: 0..<UInt64.max, in: file.identifier)
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
    unmapPages(pages, of: file)
    unlist(pages, of: .file(file))
    let isTemporary = files.record(file)?.file.kind == .temporary
    var freed = 0
    for run in files.evict(pages, of: file) {
      ledger.givePages(run, of: isTemporary ? .shared : .file)
      freed += run.count
    }
    if isTemporary { unchargeCommit(freed) }
    return freed
  }
}
