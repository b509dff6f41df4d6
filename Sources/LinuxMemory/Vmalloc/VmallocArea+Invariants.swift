// What must hold for the vmalloc area at every moment.

extension VmallocArea {
  /// The frames of the mapped areas and of the page tables made since boot.
  var heldFrames: [FrameRange] { areas.flatMap(\.frames) + pageTables.frames }

  /// The rules that the area breaks: mapped, unmapped and free ranges fill it without overlap, and pages are counted.
  func invariantViolations() -> [String] {
    var found: [String] = []
    let pages = areas.reduce(0) { $0 + $1.pages }
    if pages != mappedPages { found.append("vmalloc has \(pages) pages, \(mappedPages) counted") }
    for area in areas where area.frames.reduce(0, { $0 + $1.count }) != area.pages {
      found.append("the area at \(area.start) has other frames than its \(area.pages) pages")
    }
    let inside = areas.filter { $0.start >= start && $0.end <= end }.map { $0.start..<$0.end }
    var next = start
    for range in (inside + unpurged + freeRanges).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound != next { found.append("the vmalloc area is not filled at \(next)") }
      next = range.upperBound
    }
    if next != end & ~4095 { found.append("the vmalloc area ends at \(next)") }
    return found
  }
}
