// Passing whole periods of a steady stream of file pages at once.

extension Machine {
  /// Passes whole periods of a steady stream at once: what is counted goes on as in the period that was seen, and
  /// the pages in memory become those that would be there then.
  ///
  /// - Parameter passes: the files that are read and written side by side, each as far in its part as the others.
  /// - Returns: by how many pages every pass has moved on.
  mutating func skipAhead(_ stream: inout SteadyStream, _ passes: [FilePass]) -> UInt64 {
    guard let period = stream.period(on: self, passes) else { return 0 }
    let room = passes.reduce(UInt64.max) { min($0, files.uniformPages(ahead: $1.ahead, of: $1.file)) }
    let times = room / period.pages
    guard times > 0 else { return 0 }
    stream.reset()
    let distance = times * period.pages
    countAgain(period, times: Int(times))
    let aged = (reclaim[.root].evictionAge &- period.evictionAge) / (times + 1) &* times
    for pass in passes { move(pass, by: distance, period: period.pages, aged: aged) }
    return distance
  }

  /// Counts what happens in a period so many times more.
  private mutating func countAgain(_ period: StreamPeriod, times: Int) {
    let stolen = reclaim.counters.stolenFile
    let activated = reclaim.counters.activatedByRefault
    reclaim.counters.repeatSteps(since: period.counters, times: times)
    reclaim[.root].activatedByRefault += reclaim.counters.activatedByRefault - activated
    reclaim[.root].evictionAge &+= (reclaim[.root].evictionAge &- period.evictionAge) &* UInt64(times)
    for (index, before) in period.zones.enumerated() where pageAllocator.zones.indices.contains(index) {
      let zone = pageAllocator.zones[index]
      ledger.noteServed(
        inZone: index, pages: (zone.allocatedPages - before.pages) * times,
        requests: (zone.servedRequests - before.requests) * times)
    }
    record(.reclaim(.droppedFilePages(reclaim.counters.stolenFile - stolen)))
  }

  /// Makes the pages of a pass that are in memory those that are so many pages further on.
  private mutating func move(_ pass: FilePass, by distance: UInt64, period: UInt64, aged: UInt64) {
    let owner = PageOwner.file(pass.file)
    let end = pass.ahead.lowerBound
    let passed = end..<end + distance
    let window = pageLists.extents(of: owner, in: 0..<end, on: .inactiveFile)
    switch pass.kind {
    case .reads:
      // The period may have had other blocks than what is passed.
      reclaim.counters.readFromDisk += Int(files.blockPages(in: passed, of: pass.file))
    case .writes: files.addBlocks(passed, of: pass.file)
    }
    renumber(0..<end, of: owner, on: .inactiveFile, by: distance)
    files.shift(window, of: pass.file, by: distance)
    let first = window.first?.lowerBound ?? end
    let trace = first - min(first, period)..<first
    files.shiftEvictions(trace, of: pass.file, by: distance, aged: aged)
  }
}

extension ExtentMap {
  /// Moves what is in some parts to keys so much higher, where nothing else is.
  mutating func shift(_ parts: [Range<UInt64>], by distance: UInt64) {
    let moving = parts.flatMap { extents(in: $0) }
    for extent in moving { remove(extent.range) }
    for extent in moving { set(extent.start + distance..<extent.end + distance, to: extent.value) }
  }
}

extension ReclaimCounters {
  /// Adds what was counted since an earlier state so many times more; reads from the disk are left to the caller.
  mutating func repeatSteps(since earlier: ReclaimCounters, times: Int) {
    for path in Self.repeatable {
      self[keyPath: path] += (self[keyPath: path] - earlier[keyPath: path]) * times
    }
    for index in directReclaimsByClass.indices {
      let before =
        earlier.directReclaimsByClass.indices.contains(index) ? earlier.directReclaimsByClass[index] : 0
      directReclaimsByClass[index] += (directReclaimsByClass[index] - before) * times
    }
  }

  /// What reading and writing files can change.
  private static var repeatable: [WritableKeyPath<ReclaimCounters, Int>] {
    [
      \.swappedIn, \.swappedOut, \.directReclaims, \.scannedByKswapd, \.scannedDirectly, \.scannedAnonymous,
      \.scannedFile, \.refilled, \.rotated, \.lowMarkHitQuickly, \.refaultedAnonymous, \.refaultedFile,
      \.activatedByRefault, \.restoredFile, \.kswapdRuns, \.stolenByKswapd, \.stolenDirectly,
      \.stolenAnonymous,
      \.stolenFile, \.activated, \.deactivated, \.dirtied, \.written,
    ]
  }
}
