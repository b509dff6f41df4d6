// How many page-table entries refer to each of many slots.

extension SwapSpace {
  /// Visits a run of slots in parts that have equally many users; free slots have none.
  func forEachPart(of range: SwapSlotRange, _ body: (_ count: Int, _ users: Int) -> Void) {
    guard areas.indices.contains(range.start.area), let area = areas[range.start.area] else { return }
    var next = range.start.offset
    let end = next + range.count
    var position = area.firstRun(endingAfter: next)
    while next < end {
      guard position < area.runs.count, area.runs[position].start < end else {
        body(end - next, 0)
        return
      }
      let run = area.runs[position]
      if run.start > next { body(run.start - next, 0) }
      let first = max(next, run.start)
      let last = min(run.end, end)
      body(last - first, run.users)
      next = last
      position += 1
    }
  }
}
