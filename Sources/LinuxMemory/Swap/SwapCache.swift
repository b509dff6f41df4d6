// Pages that lie in memory and in swap alike.

/// The frames that hold the same as swap slots (mm/swap_state.c).
///
/// A page stays here after it was written out until reclaim comes round to it again, or when it was read ahead of
/// the process that owns it; no page table refers to its frame then. A page that a process has read back stays too
/// while swap is not half full, so that it need not be written again.
package struct SwapCache: Sendable, Equatable, Codable {
  /// The frame behind the first slot of a run.
  struct CachedFrame: ExtentValue, Codable {
    var frame: FrameNumber
    func advanced(by distance: UInt64) -> CachedFrame { CachedFrame(frame: frame + Int(distance)) }
  }

  /// The slot behind the first frame of a run.
  struct CachedSlot: ExtentValue, Codable {
    var slot: SwapSlot
    func advanced(by distance: UInt64) -> CachedSlot { CachedSlot(slot: slot + Int(distance)) }
  }

  /// A run of slots and the frames that hold the same.
  typealias Part = (slots: SwapSlotRange, frames: FrameRange)

  /// What no page table refers to, by slot.
  private var frames = ExtentMap<CachedFrame>()
  /// What page tables refer to, by slot and by frame.
  private var mappedFrames = ExtentMap<CachedFrame>()
  private var mappedSlots = ExtentMap<CachedSlot>()
  /// How many pages are in the cache (`SwapCached` in pages).
  package private(set) var count = 0
  /// Those of them that no page table refers to.
  package private(set) var unmappedCount = 0

  /// Makes an empty cache.
  package init() {}

  /// About how many bytes the cache takes.
  var stateByteCount: Int {
    frames.stateByteCount + mappedFrames.stateByteCount + mappedSlots.stateByteCount
  }

  /// Whether some page is in a page table too.
  var hasMapped: Bool { !mappedSlots.isEmpty }

  /// Remembers that slots, which are not in the cache yet, and frames hold the same pages.
  ///
  /// - Parameter isMapped: whether page tables refer to the frames.
  mutating func insert(_ slot: SwapSlot, frames run: FrameRange, isMapped: Bool = false) {
    let keys = key(slot)..<key(slot) + UInt64(run.count)
    count += run.count
    guard isMapped else {
      unmappedCount += run.count
      return frames.set(keys, to: CachedFrame(frame: run.start))
    }
    mappedFrames.set(keys, to: CachedFrame(frame: run.start))
    mappedSlots.set(Self.range(run), to: CachedSlot(slot: slot))
  }

  /// The cached parts of a range of slots that no page table refers to, in ascending order.
  func cached(in range: SwapSlotRange) -> [Part] { parts(of: frames, in: range) }

  /// The first cached part of a range of slots that no page table refers to; the rest is not looked at.
  func firstCached(in range: SwapSlotRange) -> Part? {
    let keys = key(range.start)..<key(range.end)
    guard let extent = frames.firstExtent(endingAfter: keys.lowerBound), extent.start < keys.upperBound else {
      return nil
    }
    return part(extent.clipped(to: keys))
  }

  /// The cached parts of a range of slots that page tables refer to, in ascending order.
  func mapped(in range: SwapSlotRange) -> [Part] { parts(of: mappedFrames, in: range) }

  /// The parts of a run of frames that page tables refer to and that are in swap too, in ascending order.
  func mapped(in run: FrameRange) -> [Part] { mappedSlots.extents(in: Self.range(run)).map(Self.mappedPart) }

  /// The first of these parts; the rest is not looked at.
  func firstMapped(in run: FrameRange) -> Part? {
    let range = Self.range(run)
    guard let extent = mappedSlots.firstExtent(endingAfter: range.lowerBound), extent.start < range.upperBound
    else { return nil }
    return Self.mappedPart(extent.clipped(to: range))
  }

  private static func mappedPart(_ extent: Extent<CachedSlot>) -> Part {
    let run = FrameRange(start: FrameNumber(Int(extent.start)), count: Int(extent.count))
    return (SwapSlotRange(start: extent.value.slot, count: run.count), run)
  }

  /// Forgets slots that no page table refers to; their frames are the caller's from now on.
  ///
  /// - Returns: the frames that were cached for them.
  mutating func remove(_ range: SwapSlotRange) -> [FrameRange] {
    let parts = cached(in: range)
    for part in parts {
      frames.remove(key(part.slots.start)..<key(part.slots.end))
      count -= part.frames.count
      unmappedCount -= part.frames.count
    }
    return parts.map(\.frames)
  }

  /// Forgets that frames in page tables are in swap too.
  ///
  /// - Returns: their slots.
  mutating func removeMapped(_ run: FrameRange) -> [SwapSlotRange] {
    let parts = mapped(in: run)
    for part in parts {
      mappedSlots.remove(Self.range(part.frames))
      mappedFrames.remove(key(part.slots.start)..<key(part.slots.end))
      count -= part.frames.count
    }
    return parts.map(\.slots)
  }

  /// Visits the cached slots that no page table refers to: the first one and the frames of each run.
  func forEachRun(_ body: (SwapSlot, FrameRange) -> Void) {
    for extent in frames.all {
      body(slot(extent.start), FrameRange(start: extent.value.frame, count: Int(extent.count)))
    }
  }

  /// Visits the cached slots that page tables refer to, as frames of that many slots.
  func forEachMappedRun(_ body: (SwapSlotRange, FrameRange) -> Void) {
    for extent in mappedSlots.all {
      let run = FrameRange(start: FrameNumber(Int(extent.start)), count: Int(extent.count))
      body(SwapSlotRange(start: extent.value.slot, count: run.count), run)
    }
  }

  /// Remembers other frames for slots that are in the cache and that no page table refers to.
  mutating func relocate(_ slot: SwapSlot, to run: FrameRange) {
    frames.set(key(slot)..<key(slot) + UInt64(run.count), to: CachedFrame(frame: run.start))
  }

  /// Remembers other frames for pages of page tables that moved.
  mutating func relocateMapped(_ run: FrameRange, to target: FrameNumber) {
    guard hasMapped else { return }
    for part in mapped(in: run) {
      _ = removeMapped(part.frames)
      let start = target + (part.frames.start.rawValue - run.start.rawValue)
      insert(part.slots.start, frames: FrameRange(start: start, count: part.frames.count), isMapped: true)
    }
  }

  private static var offsetBits: UInt64 { 48 }
  private static var offsetMask: UInt64 { (1 << offsetBits) - 1 }

  private static func range(_ run: FrameRange) -> Range<UInt64> {
    UInt64(run.start.rawValue)..<UInt64(run.end.rawValue)
  }

  private func key(_ slot: SwapSlot) -> UInt64 {
    UInt64(slot.area) << Self.offsetBits | UInt64(slot.offset)
  }

  private func slot(_ key: UInt64) -> SwapSlot {
    SwapSlot(area: Int(key >> Self.offsetBits), offset: Int(key & Self.offsetMask))
  }

  private func parts(of map: ExtentMap<CachedFrame>, in range: SwapSlotRange) -> [Part] {
    map.extents(in: key(range.start)..<key(range.end)).map(part)
  }

  private func part(_ extent: Extent<CachedFrame>) -> Part {
    let run = FrameRange(start: extent.value.frame, count: Int(extent.count))
    return (SwapSlotRange(start: slot(extent.start), count: run.count), run)
  }
}
