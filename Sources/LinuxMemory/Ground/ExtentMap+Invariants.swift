// What must hold for a map of extents at every moment.

extension ExtentMap {
  /// The rules that the map breaks: extents are not empty, rise, do not overlap and are joined where they continue
  /// each other; the chunks' first keys and the count are those of the extents.
  func invariantViolations() -> [String] {
    var found: [String] = []
    var previous: Entry?
    var count = 0
    for entry in all {
      if entry.start >= entry.end { found.append("the extent at \(entry.start) is empty") }
      if let last = previous {
        if last.end > entry.start { found.append("the extent at \(entry.start) overlaps the one before") }
        if last.isContinued(by: entry) {
          found.append("the extent at \(entry.start) continues the one before")
        }
      }
      previous = entry
      count += 1
    }
    if count != extentCount { found.append("\(count) extents, \(extentCount) counted") }
    if chunks.contains(where: \.isEmpty) || chunks.map({ $0.first?.start }) != firstKeys.map({ $0 }) {
      found.append("the chunks do not begin where their keys say")
    }
    return found
  }
}
