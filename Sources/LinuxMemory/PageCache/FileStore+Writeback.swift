// Which pages of files the disk does not have yet.

extension FileStore {
  /// The parts of a range of pages that are in memory and as on the disk, in ascending order.
  func cleanParts(in pages: Range<UInt64>, of file: FileIdentifier) -> [Range<UInt64>] {
    record(file)?.dirty.gaps(in: pages) ?? []
  }

  /// Notes that pages in memory were written.
  ///
  /// - Returns: how many of them were clean before.
  mutating func markDirty(_ pages: Range<UInt64>, of file: FileIdentifier, at time: UInt64) -> Int {
    let fresh = cleanParts(in: pages, of: file).reduce(0) { $0 + $1.count }
    records[file.rawValue]?.dirty.set(pages, to: FilePart())
    if records[file.rawValue]?.dirtiedAt == nil { records[file.rawValue]?.dirtiedAt = time }
    dirtyPages += fresh
    return fresh
  }

  /// Notes that pages are as on the disk, or that nobody wants them there any more.
  ///
  /// - Returns: how many of them were dirty.
  mutating func clean(_ pages: Range<UInt64>, of file: FileIdentifier) -> Int {
    guard let record = record(file), !record.dirty.isEmpty(in: pages) else { return 0 }
    let count = record.dirty.extents(in: pages).reduce(0) { $0 + Int($1.count) }
    records[file.rawValue]?.dirty.remove(pages)
    if records[file.rawValue]?.dirty.isEmpty == true { records[file.rawValue]?.dirtiedAt = nil }
    dirtyPages -= count
    return count
  }

  /// The file whose oldest dirty page is the oldest of all, and that time.
  var longestDirty: (file: FileIdentifier, since: UInt64)? {
    var found: (file: FileIdentifier, since: UInt64)?
    for case let record? in records {
      guard let time = record.dirtiedAt, time < found?.since ?? .max else { continue }
      found = (record.file.identifier, time)
    }
    return found
  }

  /// Visits the frames of a file's dirty pages.
  func forEachDirtyRun(of file: FileIdentifier, _ body: (FrameRange) -> Void) {
    guard let record = record(file) else { return }
    for pages in record.dirty.all { for run in frames(in: pages.range, of: file) { body(run) } }
  }

  /// The lowest dirty pages of a file, at most `limit` of them.
  func firstDirty(of file: FileIdentifier, limit: Int) -> Range<UInt64>? {
    guard limit > 0, let first = record(file)?.dirty.first else { return nil }
    return first.start..<min(first.end, first.start &+ UInt64(limit))
  }
}

extension ExtentMap {
  /// The first part of a range without a value, or nil.
  func firstGap(in range: Range<UInt64>) -> Range<UInt64>? {
    var next = range.lowerBound
    while next < range.upperBound {
      guard let extent = firstExtent(endingAfter: next), extent.start < range.upperBound else {
        return next..<range.upperBound
      }
      if extent.start > next { return next..<extent.start }
      next = extent.end
    }
    return nil
  }

  /// The parts of a range without a value, in ascending order.
  func gaps(in range: Range<UInt64>) -> [Range<UInt64>] {
    var gaps: [Range<UInt64>] = []
    var next = range.lowerBound
    forEach(in: range) { extent in
      if extent.start > next { gaps.append(next..<extent.start) }
      next = extent.end
    }
    if next < range.upperBound { gaps.append(next..<range.upperBound) }
    return gaps
  }
}
