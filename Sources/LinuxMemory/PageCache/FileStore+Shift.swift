// Moving what is known of a file's pages on, when a stream of them passes at once.

extension FileStore {
  /// How many pages ahead are alike in what is remembered of them: all were in memory before, or none was.
  func uniformPages(ahead: Range<UInt64>, of file: FileIdentifier) -> UInt64 {
    guard let next = record(file)?.evicted.firstExtent(endingAfter: ahead.lowerBound) else {
      return UInt64(ahead.count)
    }
    let end = next.start <= ahead.lowerBound ? next.end : next.start
    return min(end, ahead.upperBound) - ahead.lowerBound
  }

  /// Makes pages in memory, dirty or not, those that are so many pages further on, where none are.
  mutating func shift(_ parts: [Range<UInt64>], of file: FileIdentifier, by distance: UInt64) {
    guard record(file) != nil else { return }
    records[file.rawValue]?.cache.shift(parts, by: distance)
    records[file.rawValue]?.dirty.shift(parts, by: distance)
  }

  /// Moves what remains of evicted pages on, and remembers those between as evicted one after the other before.
  ///
  /// - Parameter aged: how much later the moved ones are evicted now.
  mutating func shiftEvictions(
    _ trace: Range<UInt64>, of file: FileIdentifier, by distance: UInt64, aged: UInt64
  ) {
    guard var evicted = record(file)?.evicted else { return }
    let moving = evicted.extents(in: trace)
    evicted.remove(trace.lowerBound..<trace.upperBound + distance)
    if let first = moving.first {
      let age = first.value.age &+ aged &- (first.start - trace.lowerBound) &- distance
      evicted.set(
        trace.lowerBound..<trace.lowerBound + distance, to: EvictedPage(age: age, group: 0, wasActive: false))
    }
    for extent in moving {
      var value = extent.value
      value.age &+= aged
      evicted.set(extent.start + distance..<extent.end + distance, to: value)
    }
    records[file.rawValue]?.evicted = evicted
  }
}
