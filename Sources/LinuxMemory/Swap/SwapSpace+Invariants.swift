// What must hold for swap areas and the swap cache at every moment.

extension SwapArea {
  /// The rules that the runs of slots break: they rise, do not overlap, have users, and are counted.
  func invariantViolations() -> [String] {
    var found: [String] = []
    var end = 1
    for run in runs {
      if run.start < end || run.count <= 0 || run.end > slotCount + 1 || run.users <= 0 {
        found.append("\(path) has a run of \(run.count) slots at \(run.start) with \(run.users) users")
      }
      end = run.end
    }
    let used = runs.reduce(0) { $0 + $1.count }
    if used != usedCount { found.append("\(path) has \(used) slots in use, \(usedCount) counted") }
    return found
  }
}

extension SwapCache {
  /// The rules that the cache breaks: both views of mapped pages agree, and pages are counted.
  func invariantViolations() -> [String] {
    var found: [String] = []
    var unmapped = 0
    forEachRun { _, run in unmapped += run.count }
    if unmapped != unmappedCount {
      found.append("\(unmapped) pages in the swap cache alone, \(unmappedCount) counted")
    }
    var mapped = 0
    forEachMappedRun { slots, run in
      mapped += run.count
      let back = self.mapped(in: slots)
      if back.reduce(0, { $0 + $1.frames.count }) != run.count || back.first?.frames.start != run.start {
        found.append("frame \(run.start.rawValue) is cached for a slot that knows another frame")
      }
    }
    if mapped + unmapped != count {
      found.append("\(mapped + unmapped) pages in the swap cache, \(count) counted")
    }
    return found
  }
}
