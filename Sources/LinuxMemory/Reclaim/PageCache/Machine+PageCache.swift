// Reading simulated files through the page cache, and dropping it.

extension Machine {
  /// Makes a file of a given size without contents.
  ///
  /// - Parameters:
  ///   - path: its absolute path.
  ///   - size: its size in bytes.
  ///   - isSwap: whether it holds the signature of a swap area.
  /// - Returns: `EEXIST` when there is one, `EFBIG` when it is too large.
  public mutating func createFile(
    _ path: String, size: UInt64, isSwap: Bool = false
  ) -> Result<SimulatedFile, Errno> {
    files.create(path, size: size, isSwap: isSwap)
  }

  /// Reads a whole file, as `cat FILE > /dev/null` does: pages that are not in memory are read into the page cache,
  /// the others become active (mm/filemap.c, `mark_page_accessed`).
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - process: who reads.
  /// - Returns: the bytes read; `ENOENT` for no such file.
  /// - Throws: SIGKILL when the process was killed for want of memory.
  public mutating func readFile(
    _ path: String, by process: ProcessID
  ) throws(FatalSignal) -> Result<UInt64, Errno> {
    guard let file = files.file(at: path) else { return .failure(.ENOENT) }
    let owner = PageOwner.file(file.identifier)
    var next: UInt64 = 0
    while next < file.pageCount {
      let rest = next..<file.pageCount
      let gap = files.missing(in: rest, of: file.identifier).first ?? file.pageCount..<file.pageCount
      if gap.lowerBound > next {
        reclaim.counters.activated += pageLists.move(
          next..<gap.lowerBound, of: owner, from: .inactiveFile, to: .activeFile)
        next = gap.lowerBound
        continue
      }
      next = try readPages(gap, of: file, for: process)
    }
    return .success(file.size)
  }

  /// Reads some of the pages of a gap.
  ///
  /// - Returns: the page behind the last one read.
  private mutating func readPages(
    _ gap: Range<UInt64>, of file: SimulatedFile, for process: ProcessID
  ) throws(FatalSignal) -> UInt64 {
    var runs: [FrameRange] = []
    let flags: GFPFlags = .GFP_HIGHUSER_MOVABLE
    guard case .allocated = allocateUserPages(gap.count, for: process, flags: flags, into: &runs) else {
      throw FatalSignal(process: process, signal: 9)
    }
    var next = gap.lowerBound
    for run in runs {
      files.insert(run, at: next, of: file.identifier)
      let end = next + UInt64(run.count)
      pageLists.append(next..<end, of: .file(file.identifier), to: .inactiveFile)
      next = end
    }
    return next
  }

  /// Drops clean file pages from memory (`echo 1 > /proc/sys/vm/drop_caches`).
  ///
  /// - Returns: how many pages came free.
  @discardableResult
  public mutating func dropPageCache() -> Int {
    var freed = 0
    for file in files.files {
      pageLists.removeAll(of: .file(file.identifier))
      for run in files.evict(0..<UInt64.max, of: file.identifier) {
        pageAllocator.freePages(run)
        freed += run.count
      }
    }
    reclaim.counters.cacheDrops += 1
    if freed > 0 { events.record(.reclaim(.droppedFilePages(freed))) }
    return freed
  }
}
