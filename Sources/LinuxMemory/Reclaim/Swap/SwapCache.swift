// Pages that lie in memory and in swap alike.

/// The frames that still hold what was written to swap slots (mm/swap_state.c).
///
/// A page stays here after it was written out until reclaim comes round to it again, or when it was read ahead of
/// the process that owns it. A fault on its slot meanwhile needs no reading. No page table refers to these frames.
public struct SwapCache: Sendable, Equatable {
  /// The frame behind the first slot of a run.
  struct CachedFrame: ExtentValue {
    var frame: FrameNumber
    func advanced(by distance: UInt64) -> CachedFrame { CachedFrame(frame: frame + Int(distance)) }
  }

  private var frames = ExtentMap<CachedFrame>()
  /// How many pages are in the cache (`SwapCached` in pages).
  public private(set) var count = 0

  /// Makes an empty cache.
  public init() {}

  /// Remembers that slots, which are not in the cache yet, and frames hold the same pages.
  mutating func insert(_ slot: SwapSlot, frames run: FrameRange) {
    frames.set(key(slot)..<key(slot) + UInt64(run.count), to: CachedFrame(frame: run.start))
    count += run.count
  }

  /// The cached parts of a range of slots, in ascending order.
  func cached(in range: SwapSlotRange) -> [(slots: SwapSlotRange, frames: FrameRange)] {
    frames.extents(in: key(range.start)..<key(range.end)).map { extent in
      let slot = SwapSlot(area: range.start.area, offset: Int(extent.start & Self.offsetMask))
      let run = FrameRange(start: extent.value.frame, count: Int(extent.count))
      return (SwapSlotRange(start: slot, count: run.count), run)
    }
  }

  /// The lowest cached slots, at most `limit` of them.
  func first(limit: Int) -> SwapSlotRange? {
    guard let extent = frames.first, limit > 0 else { return nil }
    let slot = SwapSlot(
      area: Int(extent.start >> Self.offsetBits), offset: Int(extent.start & Self.offsetMask))
    return SwapSlotRange(start: slot, count: min(limit, Int(extent.count)))
  }

  /// Forgets slots; their frames are the caller's from now on.
  ///
  /// - Returns: the frames that were cached for them.
  mutating func remove(_ range: SwapSlotRange) -> [FrameRange] {
    let parts = cached(in: range)
    for part in parts {
      frames.remove(key(part.slots.start)..<key(part.slots.end))
      count -= part.frames.count
    }
    return parts.map(\.frames)
  }

  /// Visits the cached slots: the first one and the frames of each run.
  func forEachRun(_ body: (SwapSlot, FrameRange) -> Void) {
    for extent in frames.all {
      let slot = SwapSlot(
        area: Int(extent.start >> Self.offsetBits), offset: Int(extent.start & Self.offsetMask))
      body(slot, FrameRange(start: extent.value.frame, count: Int(extent.count)))
    }
  }

  /// Remembers other frames for slots that are in the cache.
  mutating func relocate(_ slot: SwapSlot, to run: FrameRange) {
    frames.set(key(slot)..<key(slot) + UInt64(run.count), to: CachedFrame(frame: run.start))
  }

  private static var offsetBits: UInt64 { 48 }
  private static var offsetMask: UInt64 { (1 << offsetBits) - 1 }

  private func key(_ slot: SwapSlot) -> UInt64 {
    UInt64(slot.area) << Self.offsetBits | UInt64(slot.offset)
  }
}
