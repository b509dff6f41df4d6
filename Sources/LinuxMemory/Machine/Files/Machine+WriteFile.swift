// Writing simulated files into the page cache, and from there to the disk.

extension Machine {
  /// Writes a part of a file: its pages come into the page cache and are dirty there (mm/filemap.c,
  /// `generic_perform_write`).
  ///
  /// Writing does not count as a use of the page, so that what is only written stays inactive.
  ///
  /// - Parameters:
  ///   - path: the file, which grows where it is shorter.
  ///   - offset: the first byte.
  ///   - length: how many bytes.
  ///   - process: who writes.
  /// - Returns: the bytes written, fewer where a limit comes on the way; `ENOENT` for no such file, `ENOSPC` at the end
  ///   of a disk or on a full file system, `ETXTBSY` for swap that is on, `EFBIG` at `SimulatedFile/largestSize`.
  /// - Throws: SIGKILL when the process was killed for want of memory.
  public mutating func writeFile(
    _ path: String, from offset: UInt64, length: UInt64, by process: ProcessID
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    guard let file = files.file(at: path) else { return .failure(.ENOENT) }
    guard swap.number(of: path) == nil else { return .failure(.ETXTBSY) }
    guard length > 0 else { return .success(0) }
    let isDisk = file.kind == .blockDevice
    let limit = isDisk ? file.size : SimulatedFile.largestSize
    guard offset < limit else { return .failure(isDisk ? .ENOSPC : .EFBIG) }
    let wanted = offset / 4096..<SimulatedFile.pages(offset + min(length, limit - offset))
    let end = files.endOfRoom(for: wanted, of: file.identifier)
    guard end > wanted.lowerBound else { return .failure(.ENOSPC) }
    let count = min(length, min(limit, end * 4096) - offset)
    let opener = chargeOpenFile(path, by: process)
    defer { dischargeOpenFile(of: opener) }
    let before = reclaim.counters.written
    defer { tellOfWriteback(since: before) }
    let pages = wanted.lowerBound..<end
    do {
      try dirty(pages, of: file.identifier, for: process)
    } catch {
      // Each page that was written made the file longer (`shmem_write_end`, mm/shmem.c; `generic_write_end`, fs/buffer.c).
      let reached = (files.firstMissing(in: pages, of: file.identifier)?.lowerBound ?? end) * 4096
      if reached > offset { noteWritten(file.identifier, upTo: min(reached, offset + count)) }
      throw error
    }
    record(.pageCache(.dirtied(path: path, pages: Int(end - wanted.lowerBound))), by: process)
    noteWritten(file.identifier, upTo: offset + count)
    if offset < 4096 { files.modify(file.identifier) { $0.isSwap = false } }
    return .success(count)
  }

  /// Notes that unknown bytes were written to a file up to a distance from its beginning.
  private mutating func noteWritten(_ file: FileIdentifier, upTo end: UInt64) {
    let now = clock
    files.setContents(nil, of: file)
    files.modify(file) {
      $0.size = max($0.size, end)
      $0.modificationTime = now
    }
  }

  /// Brings pages of a file into the page cache and makes them dirty.
  private mutating func dirty(
    _ pages: Range<UInt64>, of file: FileIdentifier, for process: ProcessID
  ) throws(FatalSignal) {
    var next = pages.lowerBound
    var stream = SteadyStream()
    while next < pages.upperBound {
      guard mayGoOn(32) else { throw FatalSignal(process: process, signal: 9) }
      let gap = files.firstMissing(in: next..<pages.upperBound, of: file)
      var stop = gap?.lowerBound ?? pages.upperBound
      if let gap, gap.lowerBound == next {
        stop = try cache(gap, of: file, for: process, age: .kept, isWritten: true)
      }
      if files.record(file)?.file.kind == .temporary {
        next = stop
        continue
      }
      reclaim.counters.dirtied += files.markDirty(next..<stop, of: file, at: clock)
      files.addBlocks(next..<stop, of: file)
      writeInBackground()
      next = stop
      if let gap, gap.contains(next) {
        next += skipAhead(&stream, [FilePass(file: file, kind: .writes, ahead: next..<gap.upperBound)])
      }
    }
  }

  /// Writes all dirty pages to the disk (sync(2)). The simulated disk takes no time: they are clean at once, and
  /// none is ever seen under writeback.
  ///
  /// - Parameter path: one file alone (fsync(2)), or nil for all.
  /// - Returns: how many pages were written.
  @discardableResult
  public mutating func synchronize(_ path: String? = nil) -> Int {
    var written = 0
    for file in files.files where path == nil || file.path == path {
      written += files.clean(0..<UInt64.max, of: file.identifier)
    }
    reclaim.counters.written += written
    if written > 0 { record(.pageCache(.writtenBack(pages: written))) }
    return written
  }

  /// Tells of pages that the flusher wrote meanwhile.
  func tellOfWriteback(since written: Int) {
    let pages = reclaim.counters.written - written
    if pages > 0 { record(.pageCache(.writtenBack(pages: pages))) }
  }

  /// Pages that may be dirty before the flusher starts (`nr_dirty_background_threshold`) and before writers must
  /// wait (`nr_dirty_threshold`): shares of what could be cache (`global_dirty_limits`, mm/page-writeback.c).
  public var dirtyLimits: (background: Int, writer: Int) {
    let available = dirtyablePages
    let share = { (bytes: UInt64, percent: Int) -> Int in
      // Rounding the largest numbers up wraps around, as in the kernel.
      if bytes > 0 { return Int((bytes &+ 4095) / 4096) }
      return available.multipliedReportingOverflow(by: percent * 4096 / 100).partialValue / 4096
    }
    let writer = share(tunables.dirtyBytes, tunables.dirtyRatio)
    let background = share(tunables.dirtyBackgroundBytes, tunables.dirtyBackgroundRatio)
    return (background >= writer ? writer / 2 : background, writer)
  }

  /// Pages that could be cache (`global_dirtyable_memory`): free ones above the reserves, and those of files.
  ///
  /// Highmem does not count (`vm_highmem_is_dirtyable` is 0).
  private var dirtyablePages: Int {
    let zones = pageAllocator.zones
    var pages = pageAllocator.freePageCount + pageLists.count(.activeFile) + pageLists.count(.inactiveFile)
    pages -= min(pages, zones.reduce(0) { $0 + $1.marks.totalReserve })
    for zone in zones where zone.kind == .highMem {
      let free = max(0, zone.freePages - zone.highWatermark - zone.watermarkBoost)
      pages -= min(pages, free + files.highMemoryPages)
    }
    return pages + 1
  }

  /// The flusher's work in the background: it writes the files that have been dirty longest until no more than the
  /// background threshold is dirty (`wb_over_bg_thresh`, fs/fs-writeback.c). It keeps up with any writer, because
  /// the simulated disk takes no time.
  private mutating func writeInBackground() {
    guard files.dirtyPages > 0 else { return }
    let limit = dirtyLimits.background
    while files.dirtyPages > limit, mayGoOn(), let oldest = files.longestDirty,
      let pages = files.firstDirty(of: oldest.file, limit: files.dirtyPages - limit)
    {
      reclaim.counters.written += files.clean(pages, of: oldest.file)
    }
  }
}
