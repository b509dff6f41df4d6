// Which frames hold pages that can move, and who refers to them.

/// The frames that compaction may empty, ascending, with everybody who refers to them (the kernel's reverse
/// mapping, mm/rmap.c).
struct MovablePages {
  /// Who refers to a run of frames.
  enum Owner {
    /// The page table of a process: the process, the first virtual page, and its entry.
    case process(ProcessHandle, page: UInt64, PageMapping)
    /// A shared object.
    case object(Int, page: UInt64)
    /// The page cache of a file.
    case file(FileIdentifier, page: UInt64)
    /// The swap cache.
    case swapCache(SwapSlot)
  }

  /// One reference to a run of frames.
  struct Reference {
    var frames: Range<Int>
    var owner: Owner
  }

  private let references: [Reference]
  /// How many of them are in `active` or were.
  private var next = 0
  /// Those that reach beyond what was passed, by their first frame.
  private var active: [Reference] = []

  init(_ references: [Reference]) {
    self.references = references.sorted { $0.frames.lowerBound < $1.frames.lowerBound }
  }

  /// Forgets what lies below a frame.
  ///
  /// - Returns: the lowest frame from there on that holds a movable page; nil when there is none.
  mutating func advance(to frame: Int) -> Int? {
    active.removeAll { $0.frames.upperBound <= frame }
    while next < references.count, active.isEmpty || references[next].frames.lowerBound <= frame {
      if references[next].frames.upperBound > frame { active.append(references[next]) }
      next += 1
    }
    return active.first.map { Swift.max($0.frames.lowerBound, frame) }
  }

  /// The movable frames of a range in ascending runs, at most `limit` pages.
  mutating func runs(in range: Range<Int>, limit: Int) -> [FrameRange] {
    while next < references.count, references[next].frames.lowerBound < range.upperBound {
      active.append(references[next])
      next += 1
    }
    var result: [FrameRange] = []
    var left = limit
    var position = range.lowerBound
    for reference in active where reference.frames.upperBound > position {
      let start = Swift.max(position, reference.frames.lowerBound)
      guard left > 0, start < range.upperBound else { break }
      let stop = Swift.min(reference.frames.upperBound, range.upperBound, start + left)
      result.appendJoined(FrameRange(start: FrameNumber(start), count: stop - start))
      left -= stop - start
      position = stop
    }
    return result
  }

  /// Everybody who refers to frames of a run that `runs` returned last.
  func references(to run: FrameRange) -> [Reference] {
    let frames = run.start.rawValue..<run.end.rawValue
    return active.filter { $0.frames.overlaps(frames) }
  }
}
