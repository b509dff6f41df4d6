// Pages that lie in memory and in swap alike.

/// The frames that still hold what was written to swap slots (mm/swap_state.c).
///
/// A page stays here after it was written out until its frame is needed; a fault on its slot meanwhile needs no
/// reading. It is also how processes that share a page after fork come to share its slot.
public struct SwapCache: Sendable, Equatable {
  /// The first frame of a run of slots.
  struct CachedFrame: ExtentValue {
    var frame: FrameNumber
    func advanced(by distance: UInt64) -> CachedFrame { CachedFrame(frame: frame + Int(distance)) }
  }
  /// The first slot of a run of frames.
  struct CachedSlot: ExtentValue {
    var slot: SwapSlot
    func advanced(by distance: UInt64) -> CachedSlot { CachedSlot(slot: slot + Int(distance)) }
  }

  private var frames = ExtentMap<CachedFrame>()
  private var slots = ExtentMap<CachedSlot>()
  /// How many pages are in the cache (`SwapCached` in pages).
  public private(set) var count = 0

  /// Makes an empty cache.
  public init() {}

  /// Remembers that slots and frames hold the same pages.
  mutating func insert(_ slot: SwapSlot, frames run: FrameRange) {
    let keys = key(slot)..<key(slot) + UInt64(run.count)
    frames.set(keys, to: CachedFrame(frame: run.start))
    slots.set(frameKeys(run), to: CachedSlot(slot: slot))
    count += run.count
  }

  /// The cached parts of a range of slots.
  func cached(in range: SwapSlotRange) -> [(slots: SwapSlotRange, frames: FrameRange)] {
    frames.extents(in: key(range.start)..<key(range.end)).map { extent in
      let slot = SwapSlot(area: range.start.area, offset: Int(extent.start & Self.offsetMask))
      let run = FrameRange(start: extent.value.frame, count: Int(extent.count))
      return (SwapSlotRange(start: slot, count: run.count), run)
    }
  }

  /// The slots that the frames of a run are cached for, in parts.
  func slots(of run: FrameRange) -> [(slots: SwapSlotRange, frames: FrameRange)] {
    slots.extents(in: frameKeys(run)).map { extent in
      let part = FrameRange(start: FrameNumber(Int(extent.start)), count: Int(extent.count))
      return (SwapSlotRange(start: extent.value.slot, count: part.count), part)
    }
  }

  /// The lowest cached slots, at most `limit` of them.
  func first(limit: Int) -> (slots: SwapSlotRange, frames: FrameRange)? {
    guard let extent = frames.first, limit > 0 else { return nil }
    let slot = SwapSlot(
      area: Int(extent.start >> Self.offsetBits), offset: Int(extent.start & Self.offsetMask))
    let run = FrameRange(start: extent.value.frame, count: min(limit, Int(extent.count)))
    return (SwapSlotRange(start: slot, count: run.count), run)
  }

  /// Forgets slots; their frames are the caller's from now on.
  ///
  /// - Returns: the frames that were cached for them.
  mutating func remove(_ range: SwapSlotRange) -> [FrameRange] {
    let parts = cached(in: range)
    for part in parts {
      frames.remove(key(part.slots.start)..<key(part.slots.end))
      slots.remove(frameKeys(part.frames))
      count -= part.frames.count
    }
    return parts.map(\.frames)
  }

  private static var offsetBits: UInt64 { 48 }
  private static var offsetMask: UInt64 { (1 << offsetBits) - 1 }

  private func key(_ slot: SwapSlot) -> UInt64 {
    UInt64(slot.area) << Self.offsetBits | UInt64(slot.offset)
  }

  private func frameKeys(_ run: FrameRange) -> Range<UInt64> {
    UInt64(run.start.rawValue)..<UInt64(run.end.rawValue)
  }
}
