// The page table of an address space, kept as extents of pages with like entries.

/// Which virtual pages have entries and what these say, the counters over them, and the tables that
/// hold them.
struct PageTable: Equatable, Sendable, Codable {
  /// The entries by virtual page number.
  private(set) var mappings = ExtentMap<PageMapping>()
  /// The tables that hold them.
  var directory: PageTableDirectory
  /// The counters over the entries.
  private(set) var resident = ResidentPages()

  /// How many pages a piece has at most, a quarter of it where more than four times as many are free: memory that is
  /// scattered makes that many extents before somebody looks whether to go on.
  static let largestPiece: UInt64 = 1 << 22

  /// How many pages around the one that was read a fault maps (`fault_around_bytes`).
  static let faultAroundPages: UInt64 = 16

  init(geometry: PageTableGeometry) {
    directory = PageTableDirectory(geometry: geometry)
  }

  /// The entry of a page.
  func mapping(of page: UInt64) -> PageMapping? {
    guard let extent = mappings.extent(containing: page) else { return nil }
    return extent.value.advanced(by: page - extent.start)
  }

  /// Writes entries that go on like the first one, in place of whatever was there.
  ///
  /// The range must not cut a huge page.
  mutating func map(_ pages: Range<UInt64>, to mapping: PageMapping) {
    count(pages, sign: -1)
    mappings.set(pages, to: mapping)
    resident.count(mapping, pages: pages.count)
  }

  /// Writes entries for a range in which consecutive frames come in runs.
  ///
  /// - Parameters:
  ///   - pages: The pages, as many as the runs have frames.
  ///   - runs: The frames in the order of the pages.
  ///   - entry: The entry for a frame.
  mutating func map(_ pages: Range<UInt64>, to runs: [FrameRange], _ entry: (FrameNumber) -> PageMapping) {
    var next = pages.lowerBound
    let entries = runs.map { run in
      defer { next += UInt64(run.count) }
      return Extent(start: next, end: next + UInt64(run.count), value: entry(run.start))
    }
    count(pages, sign: -1)
    mappings.replace(pages, with: entries)
    count(pages, sign: 1)
  }

  /// Writes other entries over a range.
  ///
  /// - Parameters:
  ///   - pages: The range; it must not cut a huge page.
  ///   - entries: Disjoint, ascending, within the range.
  mutating func replace(_ pages: Range<UInt64>, with entries: [Extent<PageMapping>]) {
    count(pages, sign: -1)
    mappings.replace(pages, with: entries)
    for entry in entries { resident.count(entry.value, pages: Int(entry.count)) }
  }

  /// Removes the entries of a range, which must not cut a huge page.
  ///
  /// - Returns: What they were.
  mutating func unmap(_ pages: Range<UInt64>) -> [Extent<PageMapping>] {
    let entries = mappings.extents(in: pages)
    if entries.isEmpty { return [] }
    for entry in entries { resident.count(entry.value, pages: -Int(entry.count)) }
    mappings.remove(pages)
    return entries
  }

  /// Turns huge pages that a boundary would cut into entries for each of their pages.
  ///
  /// - Returns: The frames of the huge page that was split, if it has some of its own.
  @discardableResult
  mutating func splitHugePage(at page: UInt64) -> [FrameRange] {
    let size = directory.geometry.hugePageCount
    if page.isMultiple(of: size) { return [] }
    guard let extent = mappings.extent(containing: page), extent.value.isHuge else { return [] }
    return splitHugePages(in: page & ~(size - 1)..<(page & ~(size - 1)) + size)
  }

  /// Turns the huge pages of a range into entries for each of their pages.
  ///
  /// - Returns: The frames of those that have some of their own.
  @discardableResult
  mutating func splitHugePages(in pages: Range<UInt64>) -> [FrameRange] {
    var frames: [FrameRange] = []
    for extent in mappings.extents(in: pages) where extent.value.isHuge {
      var mapping = extent.value
      mapping.flags.remove(.huge)
      map(extent.range, to: mapping)
      if let frame = mapping.frame { frames.append(FrameRange(start: frame, count: Int(extent.count))) }
    }
    return frames
  }

  private mutating func count(_ pages: Range<UInt64>, sign: Int) {
    mappings.forEach(in: pages) { resident.count($0.value, pages: sign * Int($0.count)) }
  }
}
