// The words of one region of simulated memory, page by page.

/// Words of a region that starts at a page boundary: a table of pages that grows with what is written.
///
/// A copy shares the pages until one side writes.
struct PagedWords: Sendable {
  /// Where the region begins.
  let base: UInt64
  /// How far it reaches, at most 128 GiB.
  let length: UInt64
  private(set) var codec: WordCodec
  private let wordShift: UInt64
  /// Pages by distance from `base`, 512 at a time.
  private var leaves: ContiguousArray<PageLeaf?> = []
  /// How many pages there are, and how many of them are flat.
  private var pageCount = 0
  private var flatPageCount = 0

  private static let leafShift: UInt64 = 21
  private static let pageShift: UInt64 = 12
  /// The first pages are flat, which is faster; and one in this many later ones.
  private static let firstFlatPages = 16
  private static let flatShare = 32

  init(base: UInt64, length: UInt64, layout: MallocLayout, key: UInt64) {
    self.base = base & ~(MallocLayout.pageSize - 1)
    self.length = min(length, 1 << 37)
    wordShift = layout.wordShift
    codec = WordCodec(base: self.base, layout: layout, key: key)
  }

  /// About how many bytes of the host's memory the pages and their table take.
  var stateByteCount: Int {
    flatPageCount * 4096 + (pageCount - flatPageCount) * 768 + leaves.count * 64
  }

  // MARK: Slots

  /// The slot of the page at a distance from `base`, for reading.
  @inline(__always)
  func slot(_ offset: UInt64) -> UnsafePointer<PageSlot>? {
    guard offset >> Self.leafShift < UInt64(leaves.count),
      let leaf = leaves[Int(offset >> Self.leafShift)]
    else { return nil }
    return UnsafePointer(leaf.slots + Int((offset >> Self.pageShift) & 511))
  }

  /// The slot of the page at a distance from `base` below the reach, for writing.
  @inline(__always)
  mutating func mutableSlot(_ offset: UInt64) -> UnsafeMutablePointer<PageSlot> {
    let index = Int(offset >> Self.leafShift)
    if index < leaves.count, isKnownUniquelyReferenced(&leaves[index]), let leaf = leaves[index] {
      return leaf.slots + Int((offset >> Self.pageShift) & 511)
    }
    return makeSlot(offset)
  }

  @inline(never)
  private mutating func makeSlot(_ offset: UInt64) -> UnsafeMutablePointer<PageSlot> {
    let index = Int(offset >> Self.leafShift)
    if index >= leaves.count {
      leaves.append(contentsOf: repeatElement(nil, count: index + 1 - leaves.count))
    }
    let leaf = leaves[index].map(PageLeaf.init(copying:)) ?? PageLeaf()
    leaves[index] = leaf
    return leaf.slots + Int((offset >> Self.pageShift) & 511)
  }

  // MARK: Words

  @inline(__always)
  private func wordIndex(_ offset: UInt64) -> Int {
    Int((offset & (MallocLayout.pageSize - 1)) >> wordShift)
  }

  /// The word of a page at a distance from `base`.
  @inline(__always)
  func word(in page: WordPage, _ offset: UInt64) -> UInt64 {
    if page.isFlat { return page[wordIndex(offset)] }
    return codec.decode(page.code(wordIndex(offset)), at: base &+ offset)
  }

  /// Sets a word of a page that nobody else has.
  ///
  /// - Parameter marksStart: Whether the word is the size of a chunk.
  @inline(__always)
  mutating func setWord(in page: WordPage, _ offset: UInt64, _ value: UInt64, marksStart: Bool) {
    if page.isFlat {
      page[wordIndex(offset)] = value
    } else {
      page.setCode(wordIndex(offset), codec.encode(value, at: base &+ offset))
    }
    if marksStart { page.markStart(Int(offset >> 4) & 255) }
  }

  /// The page of a slot, made or copied first when nobody or somebody else has it too.
  ///
  /// - Parameter isNeeded: Whether a page is made where there is none.
  mutating func ownedPage(_ slot: UnsafeMutablePointer<PageSlot>, isNeeded: Bool) -> WordPage? {
    if !isKnownUniquelyReferenced(&slot.pointee.page) {
      guard isNeeded || slot.pointee.page != nil else { return nil }
      ownPage(slot)
    }
    return slot.pointee.page
  }

  /// Gives a slot a page of its own.
  @inline(never)
  private mutating func ownPage(_ slot: UnsafeMutablePointer<PageSlot>) {
    if let shared = slot.pointee.page {
      slot.pointee.page = WordPage(copying: shared)
      return
    }
    let isFlat = flatPageCount < Self.firstFlatPages + pageCount / Self.flatShare
    slot.pointee.page = WordPage(wordCount: Int(MallocLayout.pageSize >> wordShift), isFlat: isFlat)
    pageCount += 1
    if isFlat { flatPageCount += 1 }
  }

  private mutating func dropPage(_ slot: UnsafeMutablePointer<PageSlot>) {
    guard let page = slot.pointee.page else { return }
    pageCount -= 1
    if page.isFlat { flatPageCount -= 1 }
    slot.pointee.page = nil
  }

  /// Tells the codec the key of the thread cache.
  mutating func setKey(_ key: UInt64) { codec.key = key }

  // MARK: Chunk starts

  /// Notes that no chunk begins at a distance from `base` any more.
  @inline(__always)
  mutating func clearStart(_ offset: UInt64) {
    guard slot(offset)?.pointee.page != nil else { return }
    let slot = mutableSlot(offset)
    if !isKnownUniquelyReferenced(&slot.pointee.page) { ownPage(slot) }
    slot.pointee.page?.clearStart(Int(offset >> 4) & 255)
  }

  /// The last chunk start at or below a distance from `base`.
  func lastStart(upTo offset: UInt64) -> UInt64? {
    var page = offset >> Self.pageShift
    var unit = Int(offset >> 4) & 255
    while true {
      if page >> 9 >= UInt64(leaves.count) {
        guard let last = leaves.indices.last else { return nil }
        page = UInt64(last) << 9 | 511
        unit = 255
      }
      if let leaf = leaves[Int(page >> 9)] {
        if let found = leaf.slots[Int(page & 511)].page?.lastStart(upTo: unit) {
          return page << Self.pageShift | UInt64(found) << 4
        }
        guard page > 0 else { return nil }
        page -= 1
      } else {
        guard page >> 9 > 0 else { return nil }
        page = (page >> 9) << 9 - 1
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
      if !isKnownUniquelyReferenced(&slot.pointee.page) { words.ownPage(slot) }
      let start = page << Self.pageShift
      let from = max(start, offset) - start
      let to = min(start + MallocLayout.pageSize, end) - start
      guard from < to else { return }
      slot.pointee.page?.clear(Int(from >> shift)..<Int(to >> shift))
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
      if let page = slot.pointee.page {
        for place in stride(from: position, to: pageEnd, by: 1 << Int(wordShift)) {
          let value = word(in: page, place)
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
    while page < end, page >> 9 < UInt64(leaves.count) {
      guard let slot = slot(page << Self.pageShift) else {
        page = (page >> 9 + 1) << 9
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
        if one?.slots[page].page !== other?.slots[page].page,
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
