// Which pages of files have blocks on the file system, and how many blocks are left.

extension FileStore {
  /// Gives pages of a file blocks on the disk.
  mutating func addBlocks(_ pages: Range<UInt64>, of file: FileIdentifier) {
    guard let kind = record(file)?.file.kind, kind != .temporary else { return }
    if kind == .regular { usedBlocks += UInt64(pages.count) - blockPages(in: pages, of: file) }
    records[file.rawValue]?.blocks.set(pages, to: FilePart())
  }

  /// Takes the blocks of pages of a file away.
  mutating func removeBlocks(_ pages: Range<UInt64>, of file: FileIdentifier) {
    guard let kind = record(file)?.file.kind else { return }
    if kind == .regular { usedBlocks -= blockPages(in: pages, of: file) }
    records[file.rawValue]?.blocks.remove(pages)
  }

  /// How many pages of a range have blocks, and so are read from the disk.
  func blockPages(in pages: Range<UInt64>, of file: FileIdentifier) -> UInt64 {
    var count: UInt64 = 0
    record(file)?.blocks.forEach(in: pages) { count += $0.count }
    return count
  }

  /// Where a write of pages in ascending order finds the file system full: the first page that gets no block, or
  /// the end of the range.
  func endOfRoom(for pages: Range<UInt64>, of file: FileIdentifier) -> UInt64 {
    guard let record = record(file), record.file.kind != .blockDevice else { return pages.upperBound }
    let isTemporary = record.file.kind == .temporary
    var left = isTemporary ? temporaryRoom(for: record.file) : freeBlocks
    var next = pages.lowerBound
    func hole() -> Range<UInt64>? {
      let rest = next..<pages.upperBound
      return isTemporary ? record.cache.firstGap(in: rest) : record.blocks.firstGap(in: rest)
    }
    while let hole = hole() {
      let count = UInt64(hole.count)
      if count > left { return hole.lowerBound + left }
      left -= count
      next = hole.upperBound
    }
    return pages.upperBound
  }
}
