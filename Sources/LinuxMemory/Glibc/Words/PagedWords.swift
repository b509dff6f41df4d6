// The words of one region of simulated memory, page by page.

/// Words of a region that starts at a page boundary: a table of pages that grows with what is written.
///
/// A copy shares the pages until one side writes. Pages are packed, except for some that are used much.
struct PagedWords: Sendable {
  /// Where the region begins.
  let base: UInt64
  /// How far it reaches, at most 128 GiB.
  let length: UInt64
  /// Whether its pages are always there, so that nobody need touch them.
  let isPresent: Bool
  /// The ``OwnedPages/number`` of the value that these words belong to.
  var owner: UInt64
  private var codec: WordCodec
  private let wordShift: UInt64
  /// Pages by distance from `base`, a leaf at a time.
  private var leaves: ContiguousArray<PageLeaf?> = []
  /// The flat ones.
  private var flatPages = FlatPages()

  private static let pageShift: UInt64 = 12
  private static let leafShift = pageShift + PageLeaf.placeBits

  init(
    base: UInt64, length: UInt64, layout: MallocLayout, owner: UInt64, key: UInt64 = 0,
    isPresent: Bool = false
  ) {
    self.owner = owner
    self.base = base & ~(MallocLayout.pageSize - 1)
    self.length = min(length, 1 << 37)
    self.isPresent = isPresent
    wordShift = layout.wordShift
    codec = WordCodec(base: self.base, layout: layout, key: key)
  }

  /// About how many bytes of the host's memory the pages and their table take.
  var stateByteCount: Int {
    var bytes = leaves.count * 8
    for case let leaf? in leaves {
      bytes += PageLeaf.pageCount * MemoryLayout<PageSlot>.stride
      for index in 0..<PageLeaf.pageCount { bytes += leaf.page(index)?.stateByteCount ?? 0 }
    }
    return bytes
  }

  // MARK: Slots

  /// The slot of the page at a distance from `base`, for reading.
  @inline(__always)
  func slot(_ offset: UInt64) -> UnsafePointer<PageSlot>? {
    guard offset >> Self.leafShift < UInt64(leaves.count),
      let leaf = leaves[Int(offset >> Self.leafShift)]
    else { return nil }
    return UnsafePointer(leaf.slots + PageLeaf.place(of: offset >> Self.pageShift))
  }

  /// The slot of the page at a distance from `base` below the reach, for writing.
  @inline(__always)
  mutating func mutableSlot(_ offset: UInt64) -> UnsafeMutablePointer<PageSlot> {
    let index = Int(offset >> Self.leafShift)
    if index < leaves.count, let leaf = leaves[index], leaf.owner == owner {
      return leaf.slots + PageLeaf.place(of: offset >> Self.pageShift)
    }
    return makeSlot(offset)
  }

  @inline(never)
  private mutating func makeSlot(_ offset: UInt64) -> UnsafeMutablePointer<PageSlot> {
    let index = Int(offset >> Self.leafShift)
    if index >= leaves.count {
      leaves.append(contentsOf: repeatElement(nil, count: index + 1 - leaves.count))
    }
    let leaf = leaves[index].map { PageLeaf(copying: $0, owner: owner) } ?? PageLeaf(owner: owner)
    leaves[index] = leaf
    return leaf.slots + PageLeaf.place(of: offset >> Self.pageShift)
  }

  /// What marks chunks of the thread cache, for the codes of words.
  var key: UInt64 { codec.key }

  /// Calls a body with each slot that there is, by the number of its page.
  func forEachSlot(_ body: (UInt64, PageSlot) -> Void) {
    for (number, leaf) in leaves.enumerated() {
      guard let leaf else { continue }
      for index in 0..<PageLeaf.pageCount {
        body(UInt64(number) << PageLeaf.placeBits | UInt64(index), leaf.slots[index])
      }
    }
  }

  /// Puts a page in place that was written, see ``RegionRecord``.
  ///
  /// - Returns: whether it can be.
  mutating func restore(_ page: [UInt64]) -> Bool {
    let offset = page[0] << Self.pageShift
    let slot = mutableSlot(offset)
    slot.pointee.seen = page[1]
    let starts = Array(page[2..<RegionRecord.headLength])
    guard page.count > RegionRecord.headLength || starts.contains(where: { $0 != 0 }) else { return true }
    let words = WordPage(wordCount: Int(MallocLayout.pageSize >> wordShift), isFlat: false, owner: owner)
    words.startBits = starts
    for place in stride(from: RegionRecord.headLength, to: page.count, by: 2) {
      guard page[place] < MallocLayout.pageSize else { return false }
      words.setWord(wordIndex(page[place]), page[place + 1], at: base &+ offset &+ page[place], &codec)
    }
    slot.pointee.replace(by: words)
    return true
  }

  // MARK: Words

  @inline(__always)
  private func wordIndex(_ offset: UInt64) -> Int {
    Int((offset & (MallocLayout.pageSize - 1)) >> wordShift)
  }

  /// The word of a page at a distance from `base`.
  @inline(__always)
  func word(in slot: UnsafePointer<PageSlot>, _ offset: UInt64) -> UInt64 {
    slot.pointee.page?._withUnsafeGuaranteedRef { $0.word(wordIndex(offset), at: base &+ offset, codec) } ?? 0
  }

  /// Sets a word of the page of a slot, which this value owns.
  ///
  /// - Parameter marksStart: Whether the word is the size of a chunk.
  @inline(__always)
  mutating func setWord(
    in slot: UnsafeMutablePointer<PageSlot>, _ offset: UInt64, _ value: UInt64, marksStart: Bool
  ) {
    slot.pointee.page?._withUnsafeGuaranteedRef {
      $0.setWord(wordIndex(offset), value, at: base &+ offset, &codec)
      if marksStart { $0.markStart(Int(offset >> 4) & 255) }
    }
  }

  /// The page of a slot, made or copied first when nobody or somebody else has it too.
  ///
  /// - Parameters:
  ///   - offset: The page's distance from `base`, or that of a word in it.
  ///   - isNeeded: Whether a page is made where there is none.
  ///   - packed: Told the distance of a page that was packed on the way; who holds its words lets go of them.
  /// - Returns: The page, if there is one.
  mutating func ownedPage(
    _ slot: UnsafeMutablePointer<PageSlot>, _ offset: UInt64, isNeeded: Bool, packed: (UInt64) -> Void
  ) -> Unmanaged<WordPage>? {
    if !isOwned(slot), isNeeded || slot.pointee.page != nil { ownPage(slot, offset, packed: packed) }
    return slot.pointee.page
  }

  /// Whether a slot has a page that this value may write.
  @inline(__always)
  func isOwned(_ slot: UnsafeMutablePointer<PageSlot>) -> Bool {
    slot.pointee.page?._withUnsafeGuaranteedRef { $0.owner == owner } ?? false
  }

  /// Gives a slot a page of its own.
  private mutating func ownPage(
    _ slot: UnsafeMutablePointer<PageSlot>, _ offset: UInt64, packed: (UInt64) -> Void
  ) {
    if let shared = slot.pointee.page {
      slot.pointee.replace(by: WordPage(copying: shared.takeUnretainedValue(), owner: owner))
      return
    }
    // New pages are about to be filled, which is faster while they are flat.
    let wordCount = Int(MallocLayout.pageSize >> wordShift)
    slot.pointee.replace(by: WordPage(wordCount: wordCount, isFlat: true, owner: owner))
    addFlatPage(offset, isHot: slot.pointee.uses >= FlatPages.muchUse, packed: packed)
  }

  private mutating func dropPage(_ slot: UnsafeMutablePointer<PageSlot>) {
    slot.pointee.replace(by: nil)
  }

  // MARK: Flat and packed pages

  /// Counts a use of a packed page.
  ///
  /// - Returns: Whether it is used so much that it should be flat.
  @inline(__always)
  func noteUse(_ slot: UnsafeMutablePointer<PageSlot>) -> Bool {
    guard slot.pointee.page?._withUnsafeGuaranteedRef({ !$0.isFlat }) == true else { return false }
    slot.pointee.uses &+= 1
    return slot.pointee.uses >= FlatPages.muchUse
  }

  /// Makes the packed page of a slot flat.
  mutating func flatten(
    _ slot: UnsafeMutablePointer<PageSlot>, _ offset: UInt64, packed: (UInt64) -> Void
  ) {
    convert(slot, offset & ~(MallocLayout.pageSize - 1))
    addFlatPage(offset, isHot: true, packed: packed)
  }

  @inline(never)
  private mutating func convert(_ slot: UnsafeMutablePointer<PageSlot>, _ offset: UInt64) {
    guard let page = slot.pointee.page?.takeUnretainedValue() else { return }
    slot.pointee.replace(by: WordPage(converting: page, at: base &+ offset, owner: owner, &codec))
  }

  /// Notes a flat page and packs the oldest one when there are too many.
  private mutating func addFlatPage(_ offset: UInt64, isHot: Bool, packed: (UInt64) -> Void) {
    flatPages.add(offset >> Self.pageShift, isHot: isHot)
    while let oldest = flatPages.oldestInExcess() {
      let slot = mutableSlot(oldest << Self.pageShift)
      guard slot.pointee.page?.takeUnretainedValue().isFlat == true else { continue }
      convert(slot, oldest << Self.pageShift)
      if slot.pointee.uses >= FlatPages.muchUse { slot.pointee.uses = 0 }
      packed(oldest << Self.pageShift)
    }
  }

  // MARK: Chunk starts

  /// Notes that no chunk begins at a distance from `base` any more.
  @inline(__always)
  mutating func clearStart(_ offset: UInt64) {
    guard slot(offset)?.pointee.page != nil else { return }
    let slot = mutableSlot(offset)
    ownedPage(slot, offset, isNeeded: false) { _ in }?.takeUnretainedValue()
      .clearStart(Int(offset >> 4) & 255)
  }

  /// The last chunk start at or below a distance from `base`.
  func lastStart(upTo offset: UInt64) -> UInt64? {
    var page = offset >> Self.pageShift
    var unit = Int(offset >> 4) & 255
    while true {
      if page >> PageLeaf.placeBits >= UInt64(leaves.count) {
        guard let last = leaves.indices.last else { return nil }
        page = UInt64(last) << PageLeaf.placeBits | UInt64(PageLeaf.pageCount - 1)
        unit = 255
      }
      if let leaf = leaves[Int(page >> PageLeaf.placeBits)] {
        if let found = leaf.page(PageLeaf.place(of: page))?.lastStart(upTo: unit) {
          return page << Self.pageShift | UInt64(found) << 4
        }
        guard page > 0 else { return nil }
        page -= 1
      } else {
        guard page >> PageLeaf.placeBits > 0 else { return nil }
        page = (page >> PageLeaf.placeBits) << PageLeaf.placeBits - 1
      }
      unit = 255
    }
  }

  // MARK: Ranges

  /// Drops the words of pages wholly inside a range.
  mutating func forgetPages(_ offset: UInt64, length: UInt64) {
    let first = (offset &+ MallocLayout.pageSize - 1) >> Self.pageShift
    forEachPage(from: first, to: (offset &+ length) >> Self.pageShift) { words, page in
      words.dropPage(words.mutableSlot(page << Self.pageShift))
    }
  }

  /// Sets the whole words of a range to zero.
  mutating func clear(_ offset: UInt64, length: UInt64) {
    let end = offset &+ length
    let last = (end &+ MallocLayout.pageSize - 1) >> Self.pageShift
    let shift = wordShift
    forEachPage(from: offset >> Self.pageShift, to: last) { words, page in
      let slot = words.mutableSlot(page << Self.pageShift)
      let owned = words.ownedPage(slot, page << Self.pageShift, isNeeded: false) { _ in }
      let start = page << Self.pageShift
      let from = max(start, offset) - start
      let to = min(start + MallocLayout.pageSize, end) - start
      guard from < to else { return }
      owned?.takeUnretainedValue().clear(Int(from >> shift)..<Int(to >> shift))
    }
  }

  /// Calls a body with each word of a range that is not zero, by distance from `base`.
  func visit(_ offset: UInt64, length: UInt64, _ body: (UInt64, UInt64) -> Void) {
    let end = offset &+ length
    var position = offset
    while position < end, position < UInt64(leaves.count) << Self.leafShift {
      guard let slot = slot(position) else {
        position = (position >> Self.leafShift + 1) << Self.leafShift
        continue
      }
      let pageEnd = min(end, (position >> Self.pageShift + 1) << Self.pageShift)
      if slot.pointee.page != nil {
        for place in stride(from: position, to: pageEnd, by: 1 << Int(wordShift)) {
          let value = word(in: slot, place)
          if value != 0 { body(place, value) }
        }
      }
      position = pageEnd
    }
  }

  /// Calls a body with the number of each page that has words.
  private mutating func forEachPage(
    from first: UInt64, to end: UInt64, _ body: (inout PagedWords, UInt64) -> Void
  ) {
    var page = first
    while page < end, page >> PageLeaf.placeBits < UInt64(leaves.count) {
      guard let slot = slot(page << Self.pageShift) else {
        page = (page >> PageLeaf.placeBits + 1) << PageLeaf.placeBits
        continue
      }
      if slot.pointee.page != nil { body(&self, page) }
      page += 1
    }
  }
}

extension PagedWords: Equatable {
  /// Whether the same words are in the same places.
  static func == (left: PagedWords, right: PagedWords) -> Bool {
    guard left.base == right.base else { return false }
    let leafCount = max(left.leaves.count, right.leaves.count)
    for index in 0..<leafCount {
      let one = index < left.leaves.count ? left.leaves[index] : nil
      let other = index < right.leaves.count ? right.leaves[index] : nil
      if one === other { continue }
      for page in 0..<PageLeaf.pageCount {
        let offset = UInt64(index) << leafShift + UInt64(page) << pageShift
        if one?.page(page) !== other?.page(page),
          left.words(ofPage: offset) != right.words(ofPage: offset)
        {
          return false
        }
      }
    }
    return true
  }

  private func words(ofPage offset: UInt64) -> [UInt64: UInt64] {
    var words: [UInt64: UInt64] = [:]
    visit(offset, length: MallocLayout.pageSize) { words[$0] = $1 }
    return words
  }
}
