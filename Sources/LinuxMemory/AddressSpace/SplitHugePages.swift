// Huge pages that page tables map page by page: their frames stay together until the last is unused.

/// The huge pages whose entries were split while the page itself stayed whole.
///
/// Splitting entries does not split the page: what nobody maps any more stays taken until the whole huge page is
/// unused, or until the kernel runs short and takes it apart (`deferred_split_huge_page`, mm/huge_memory.c).
struct SplitHugePages: Equatable, Sendable, Codable {
  /// An extent that says nothing but that it is there.
  struct Mark: ExtentValue, Codable {
    func advanced(by distance: UInt64) -> Mark { self }
  }

  /// The base-2 logarithm of a huge page's frames.
  let order: Int
  /// The huge pages, by frame number shifted by the order.
  private var blocks = ExtentMap<Mark>()
  /// Those of their frames that nobody maps.
  private var unused = ExtentMap<Mark>()

  init(order: Int) { self.order = order }

  /// Whether there are none.
  var isEmpty: Bool { blocks.isEmpty }

  /// All frames that nobody maps.
  var unusedFrames: [FrameRange] { unused.all.map { frames($0.range) } }

  /// Notes huge pages whose entries were split in some page table.
  mutating func note(_ run: FrameRange) { blocks.set(blockNumbers(run), to: Mark()) }

  /// Visits a run of frames in parts that lie in such huge pages or do not.
  func forEachPart(of run: FrameRange, _ body: (_ part: FrameRange, _ isOfHugePage: Bool) -> Void) {
    let keys = frameKeys(run)
    var next = keys.lowerBound
    blocks.forEach(in: blockNumbers(run)) { extent in
      let part = (extent.start << order..<extent.end << order).clamped(to: keys)
      if part.lowerBound > next { body(frames(next..<part.lowerBound), false) }
      body(frames(part), true)
      next = part.upperBound
    }
    if next < keys.upperBound { body(frames(next..<keys.upperBound), false) }
  }

  /// The huge page that a frame lies in; nil when it lies in none of these.
  func block(of frame: FrameNumber) -> FrameRange? {
    let number = UInt64(frame.rawValue) >> order
    guard blocks.extent(containing: number) != nil else { return nil }
    return frames(number << order..<(number + 1) << order)
  }

  /// How many frames of a run nobody maps.
  func unusedCount(in run: FrameRange) -> Int {
    var count = 0
    unused.forEach(in: frameKeys(run)) { count += Int($0.count) }
    return count
  }

  /// Notes that nobody maps frames of these huge pages any more.
  ///
  /// - Returns: The huge pages that are unused as a whole, and are forgotten.
  mutating func release(_ run: FrameRange) -> [FrameRange] {
    unused.set(frameKeys(run), to: Mark())
    var whole: [FrameRange] = []
    for number in blockNumbers(run) {
      let block = frames(number << order..<(number + 1) << order)
      guard unusedCount(in: block) == block.count else { continue }
      blocks.remove(number..<number + 1)
      unused.remove(frameKeys(block))
      if let last = whole.last, last.end == block.start {
        whole[whole.count - 1].count += block.count
      } else {
        whole.append(block)
      }
    }
    return whole
  }

  /// Takes the huge pages apart that frames of a run lie in; nil for all.
  ///
  /// - Returns: The frames that nobody maps.
  mutating func takeApart(_ run: FrameRange?) -> [FrameRange] {
    guard let run else {
      let parts = unused.all.map { frames($0.range) }
      self = SplitHugePages(order: order)
      return parts
    }
    var parts: [FrameRange] = []
    for extent in blocks.extents(in: blockNumbers(run)) {
      let keys = extent.start << order..<extent.end << order
      parts += unused.extents(in: keys).map { frames($0.range) }
      unused.remove(keys)
    }
    blocks.remove(blockNumbers(run))
    return parts
  }

  private func frameKeys(_ run: FrameRange) -> Range<UInt64> {
    UInt64(run.start.rawValue)..<UInt64(run.end.rawValue)
  }

  private func blockNumbers(_ run: FrameRange) -> Range<UInt64> {
    guard run.count > 0 else { return 0..<0 }
    return UInt64(run.start.rawValue) >> order..<(UInt64(run.end.rawValue - 1) >> order) + 1
  }

  private func frames(_ range: Range<UInt64>) -> FrameRange {
    FrameRange(start: FrameNumber(Int(range.lowerBound)), count: range.count)
  }
}
