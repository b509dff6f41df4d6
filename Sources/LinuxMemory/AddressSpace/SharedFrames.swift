// Frames that more than one page-table entry points to.

/// How many entries point to a frame; the same for all frames of an extent.
struct ReferenceCount: ExtentValue, Codable {
  var count: Int

  func advanced(by distance: UInt64) -> ReferenceCount { self }
}

/// The frames with more than one user, as extents of frames with like counts (the kernel's
/// `_refcount` of each page). A frame in use that is not in here has one user.
struct SharedFrames: Equatable, Sendable, Codable {
  private var counts = ExtentMap<ReferenceCount>()

  /// Whether no frame is shared.
  var isEmpty: Bool { counts.isEmpty }

  /// About how many bytes the counts take.
  var stateByteCount: Int { counts.stateByteCount }

  /// Visits the frames with more than one user, ascending.
  func forEachShared(_ body: (_ frames: FrameRange, _ users: Int) -> Void) {
    for extent in counts.all { body(frames(extent.range), extent.value.count) }
  }

  /// How many users a frame in use has.
  func users(of frame: FrameNumber) -> Int {
    counts.extent(containing: UInt64(frame.rawValue))?.value.count ?? 1
  }

  /// Adds a user to each frame of a run.
  mutating func retain(_ run: FrameRange) {
    let range = keys(run)
    var entries: [Extent<ReferenceCount>] = []
    forEachPart(of: run) { part, users in
      entries.append(
        Extent(start: keys(part).lowerBound, end: keys(part).upperBound, value: .init(count: users + 1)))
    }
    counts.replace(range, with: entries)
  }

  /// Adds a user to each frame of many runs, neighbours in one go.
  mutating func retain(_ runs: [FrameRange]) {
    var joined: FrameRange?
    for run in runs.sorted(by: { $0.start < $1.start }) {
      if let last = joined, last.end == run.start {
        joined = FrameRange(start: last.start, count: last.count + run.count)
      } else {
        if let last = joined { retain(last) }
        joined = run
      }
    }
    if let last = joined { retain(last) }
  }

  /// Takes a user from each frame of a run.
  ///
  /// - Returns: The parts of the run that have no user left.
  mutating func release(_ run: FrameRange) -> [FrameRange] {
    if counts.isEmpty(in: keys(run)) { return [run] }
    var unused: [FrameRange] = []
    var entries: [Extent<ReferenceCount>] = []
    forEachPart(of: run) { part, users in
      if users == 1 {
        unused.append(part)
      } else if users > 2 {
        entries.append(
          Extent(start: keys(part).lowerBound, end: keys(part).upperBound, value: .init(count: users - 1)))
      }
    }
    counts.replace(keys(run), with: entries)
    return unused
  }

  /// Gives the frames from another one on the users that the frames of a run had; the run is free then.
  mutating func move(_ run: FrameRange, to target: FrameNumber) {
    if counts.isEmpty(in: keys(run)) { return }
    for entry in counts.extents(in: keys(run)) {
      let start = UInt64(target.rawValue) + entry.start - UInt64(run.start.rawValue)
      counts.set(start..<start + entry.count, to: entry.value)
    }
    counts.remove(keys(run))
  }

  /// Visits a run in parts whose frames have the same number of users.
  func forEachPart(of run: FrameRange, _ body: (FrameRange, Int) -> Void) {
    let range = keys(run)
    var next = range.lowerBound
    counts.forEach(in: range) { extent in
      if extent.start > next { body(frames(next..<extent.start), 1) }
      body(frames(extent.range), extent.value.count)
      next = extent.end
    }
    if next < range.upperBound { body(frames(next..<range.upperBound), 1) }
  }

  private func keys(_ run: FrameRange) -> Range<UInt64> {
    UInt64(run.start.rawValue)..<UInt64(run.end.rawValue)
  }

  private func frames(_ range: Range<UInt64>) -> FrameRange {
    FrameRange(start: FrameNumber(Int(range.lowerBound)), count: range.count)
  }
}
