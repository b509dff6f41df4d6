// Page frames: their numbers and runs of them.

/// The number of a page frame: its physical address divided by the page size (the kernel's PFN).
public struct FrameNumber: Hashable, Comparable, Sendable, Codable {
  /// The number.
  public var rawValue: Int

  /// Makes a frame number.
  public init(_ rawValue: Int) { self.rawValue = rawValue }

  /// Orders by number.
  public static func < (left: FrameNumber, right: FrameNumber) -> Bool { left.rawValue < right.rawValue }

  /// The frame `distance` frames above.
  public static func + (frame: FrameNumber, distance: Int) -> FrameNumber {
    FrameNumber(frame.rawValue + distance)
  }
}

/// A run of consecutive page frames.
public struct FrameRange: Hashable, Sendable, Codable {
  /// The lowest frame.
  public var start: FrameNumber
  /// How many pages, at least 1.
  public var count: Int

  /// Makes a run.
  public init(start: FrameNumber, count: Int) {
    self.start = start
    self.count = count
  }

  /// The frame behind the last.
  public var end: FrameNumber { start + count }
}
