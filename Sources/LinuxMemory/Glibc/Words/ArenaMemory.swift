// The simulated words that the allocator reads and writes: heap pages, bin heads, and words elsewhere.

/// Words at real addresses. Each access touches its page through the kernel unless the page is known to be
/// present, so page residency and faults come out as for the real allocator.
///
/// `@unchecked`: `entries` are those of `owned`, which only the value writes that has the only reference to it.
struct ArenaMemory: @unchecked Sendable {
  let layout: MallocLayout
  /// The C library's own data with the bins; the heap below the break, once it is known; regions that
  /// replaced a refused break.
  private(set) var areas: ContiguousArray<PagedWords>
  /// Which area a heap of another arena than the main one is, by its address.
  private(set) var heapAreas: [UInt64: Int] = [:]
  /// The one of them that was asked for last, which a thread mostly asks for again; `.max` for none.
  private var lastHeap: (start: UInt64, area: Int) = (.max, 0)
  /// Which areas are regions that replaced a refused break, oldest first: of heaps there may be thousands.
  private var regionAreas: [Int] = []
  /// Words of mapped chunks that are not zero, by address.
  var distantWords: [UInt64: UInt64] = [:]
  /// Flat pages touched lately, and its entries: pages that this value owns alone.
  private var owned: OwnedPages
  private var entries: UnsafeMutablePointer<OwnedPages.Entry>
  private var mask: UInt64
  /// Whether the program wrote words itself.
  var hasForeignWords = false

  /// Who owns what it may write; another number once it was copied.
  var owner: UInt64 { owned.number }
  /// What making tables for a new owner is worth: they take some 20 KiB.
  static let stepsOfOwnership = 96

  /// About how many bytes of the host's memory the words take.
  var stateByteCount: Int {
    areas.reduce(distantWords.count * 32 + owned.stateByteCount) { $0 + $1.stateByteCount }
  }

  init(layout: MallocLayout) {
    self.layout = layout
    let bins = 2 * MallocLayout.pageSize
    owned = .none
    areas = [
      PagedWords(
        base: layout.binsAddress, length: bins, layout: layout, owner: owned.number, isPresent: true),
      PagedWords(base: 0, length: 0, layout: layout, owner: owned.number),
    ]
    (entries, mask) = (owned.entries, owned.mask)
  }

  /// Takes over words that were read.
  ///
  /// - Returns: whether they can be.
  mutating func restore(_ records: [RegionRecord]) -> Bool {
    renewOwnership()
    let read = records.compactMap { PagedWords($0, layout: layout, owner: owned.number) }
    guard read.count == records.count else { return false }
    areas = ContiguousArray(read)
    lastHeap.start = .max
    for area in areas.indices.dropFirst(2) where areas[area].length > 0 {
      if areas[area].length == layout.arenaAlignment {
        heapAreas[areas[area].base] = area
      } else {
        regionAreas.append(area)
      }
    }
    return true
  }

  /// Says where the heap begins, once.
  mutating func anchorHeap(at start: UInt64, key: UInt64) {
    guard areas[1].length == 0 else { return }
    areas[1] = PagedWords(base: start, length: .max, layout: layout, owner: owned.number, key: key)
    // With 32 bits everything above the heap lies in its area, chunks too that were mapped before there was one.
    for (address, value) in distantWords where area(of: address) == 1 {
      distantWords[address] = nil
      setWord(address, value)
    }
  }

  /// Says that the arena has a region apart from the heap.
  mutating func addRegion(at start: UInt64, length: UInt64, key: UInt64) {
    regionAreas.append(areas.count)
    addArea(at: start, length: length, key: key)
  }

  private mutating func addArea(at start: UInt64, length: UInt64, key: UInt64) {
    lastHeap.start = .max
    areas.append(PagedWords(base: start, length: length, layout: layout, owner: owned.number, key: key))
  }

  /// Says that an arena has a heap at an address that is aligned to its length.
  mutating func addHeap(at start: UInt64, length: UInt64, key: UInt64) {
    heapAreas[start] = areas.count
    addArea(at: start, length: length, key: key)
  }

  /// Forgets a heap that was unmapped.
  mutating func removeHeap(at start: UInt64, length: UInt64) {
    dropPages(start, length: length)
    guard let area = heapAreas.removeValue(forKey: start) else { return }
    lastHeap.start = .max
    areas[area] = PagedWords(base: 0, length: 0, layout: layout, owner: owned.number)
  }

  // MARK: The cache

  /// Prepares for a call: what was cached before the state was copied does not count any more.
  @inline(__always)
  mutating func beginCall() {
    if !isKnownUniquelyReferenced(&owned) || owned.wasShared { renewOwnership() }
    assert(owned.number > 0)
  }

  @inline(never)
  private mutating func renewOwnership() {
    if owned !== OwnedPages.none { owned.abandon() }
    owned = OwnedPages()
    useEntries()
    for area in areas.indices { areas[area].owner = owned.number }
  }

  private mutating func useEntries() { (entries, mask) = (owned.entries, owned.mask) }

  /// Where the page of an address is cached, if it is.
  @inline(__always)
  private func entry(_ address: UInt64) -> UnsafeMutablePointer<OwnedPages.Entry> {
    entries + OwnedPages.place(of: address >> 12, mask)
  }

  /// Caches the page of a slot that this value owns alone, if it is flat.
  @inline(__always)
  private mutating func remember(_ address: UInt64, _ slot: UnsafeMutablePointer<PageSlot>) {
    guard let words = slot.pointee.page?._withUnsafeGuaranteedRef({ $0.isFlat ? $0.words : nil }) else {
      return
    }
    let number = address >> 12
    if entry(address).pointee.isOther(than: number), owned.grow() { useEntries() }
    entry(address).pointee = OwnedPages.Entry(
      readable: number, writable: slot.pointee.seen & 1 != 0 ? number : .max,
      generation: slot.pointee.seen >> 1, words: words)
  }

  // MARK: Words

  /// The word at an aligned address, as a load by the process.
  @inline(__always)
  mutating func load(_ address: UInt64, _ kernel: inout some MallocKernel) throws(FatalSignal) -> UInt64 {
    let entry = entry(address)
    let isOther =
      (entry.pointee.readable ^ address >> 12) | (entry.pointee.generation ^ kernel.residencyGeneration)
    if isOther == 0 {
      return entry.pointee.words.unsafelyUnwrapped[wordIndex(address)]
    }
    return try loadSlowly(address, &kernel)
  }

  /// Puts a word at an aligned address, as a store by the process.
  @inline(__always)
  mutating func store(
    _ address: UInt64, _ value: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let entry = entry(address)
    let isOther =
      (entry.pointee.writable ^ address >> 12) | (entry.pointee.generation ^ kernel.residencyGeneration)
    if isOther == 0 {
      entry.pointee.words.unsafelyUnwrapped[wordIndex(address)] = value & layout.addressMask
    } else {
      try storeSlowly(address, value & layout.addressMask, marksStart: false, &kernel)
    }
  }

  /// Two words in a row, as loads by the process.
  @inline(__always)
  mutating func loadPair(
    _ address: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> (UInt64, UInt64) {
    if let words = writableWords(address, count: 2, kernel.residencyGeneration) {
      return (words[0], words[1])
    }
    return (try load(address, &kernel), try load(address &+ layout.wordSize, &kernel))
  }

  /// Puts two words in a row, as stores by the process.
  @inline(__always)
  mutating func storePair(
    _ address: UInt64, _ first: UInt64, _ second: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    if let words = writableWords(address, count: 2, kernel.residencyGeneration) {
      words[0] = first & layout.addressMask
      words[1] = second & layout.addressMask
    } else {
      try store(address, first, &kernel)
      try store(address &+ layout.wordSize, second, &kernel)
    }
  }

  /// Puts the size of a chunk at an aligned address, as a store by the process.
  @inline(__always)
  mutating func storeSize(
    _ address: UInt64, _ value: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let entry = entry(address)
    let isOther =
      (entry.pointee.writable ^ address >> 12) | (entry.pointee.generation ^ kernel.residencyGeneration)
    if isOther == 0 {
      let words = entry.pointee.words.unsafelyUnwrapped
      words[wordIndex(address)] = value & layout.addressMask
      WordPage.markStart(words, address)
    } else {
      try storeSlowly(address, value & layout.addressMask, marksStart: true, &kernel)
    }
  }

  /// The words at an aligned address, when they can be read and written without touching their page.
  ///
  /// - Parameters:
  ///   - count: How many words; they may not go beyond the page.
  ///   - generation: The kernel's residency generation.
  @inline(__always)
  func writableWords(
    _ address: UInt64, count: UInt64, _ generation: UInt64
  ) -> UnsafeMutablePointer<UInt64>? {
    let entry = entry(address)
    let isOther =
      (entry.pointee.writable ^ address >> 12) | (entry.pointee.generation ^ generation)
    let last = address &+ (count &- 1) &<< layout.wordShift
    guard isOther | (last >> 12 ^ address >> 12) == 0 else { return nil }
    return entry.pointee.words.unsafelyUnwrapped + wordIndex(address)
  }

  @inline(__always)
  private func wordIndex(_ address: UInt64) -> Int {
    Int(truncatingIfNeeded: (address & (MallocLayout.pageSize - 1)) &>> layout.wordShift)
  }

  @inline(never)
  private mutating func loadSlowly(
    _ address: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    guard let area = areaOfAccess(address) else {
      try kernel.touch(address, length: layout.wordSize, write: false)
      return distantWords[address] ?? 0
    }
    let offset = address &- areas[area].base
    let slot = slot(offset, in: area)
    if slot.pointee.seen | 1 != kernel.residencyGeneration << 1 | 1 {
      if !areas[area].isPresent { try kernel.touch(address, length: layout.wordSize, write: false) }
      slot.pointee.seen = kernel.residencyGeneration << 1
    }
    if areas[area].isOwned(slot) {
      if areas[area].noteUse(slot) { flatten(slot, offset, in: area) }
      remember(address, slot)
    }
    return areas[area].word(in: slot, offset)
  }

  @inline(never)
  private mutating func storeSlowly(
    _ address: UInt64, _ value: UInt64, marksStart: Bool, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    guard let area = areaOfAccess(address) else {
      try kernel.touch(address, length: layout.wordSize, write: true)
      distantWords[address] = value == 0 ? nil : value
      return
    }
    let offset = address &- areas[area].base
    let slot = slot(offset, in: area)
    if slot.pointee.seen != kernel.residencyGeneration << 1 | 1 {
      if !areas[area].isPresent { try kernel.touch(address, length: layout.wordSize, write: true) }
      slot.pointee.seen = kernel.residencyGeneration << 1 | 1
    }
    guard ownPage(slot, offset, in: area, isNeeded: value != 0) else { return }
    areas[area].setWord(in: slot, offset, value, marksStart: marksStart)
    remember(address, slot)
  }

  /// The same as ``area(of:)``, remembering the heap for the next time.
  @inline(__always)
  private mutating func areaOfAccess(_ address: UInt64) -> Int? {
    let start = address & ~(layout.arenaAlignment - 1)
    if start == lastHeap.start { return lastHeap.area }
    let area = area(of: address)
    if let area, areas[area].base == start, areas[area].length == layout.arenaAlignment {
      lastHeap = (start, area)
    }
    return area
  }

  /// The slot of a page for writing.
  @inline(__always)
  mutating func slot(_ offset: UInt64, in area: Int) -> UnsafeMutablePointer<PageSlot> {
    let leaf = Int(truncatingIfNeeded: offset >> (12 + PageLeaf.placeBits))
    if area == 1, leaf < owned.leaves.count, let slots = owned.leaves[leaf] {
      return slots + PageLeaf.place(of: offset >> 12)
    }
    let slot = areas[area].mutableSlot(offset)
    if area == 1 { owned.remember(leaf: leaf, slot - PageLeaf.place(of: offset >> 12)) }
    return slot
  }

  /// Makes the page of a slot this value's own, where there is none if it is needed, and flat if it is used
  /// much.
  ///
  /// - Returns: Whether there is a page.
  private mutating func ownPage(
    _ slot: UnsafeMutablePointer<PageSlot>, _ offset: UInt64, in area: Int, isNeeded: Bool
  ) -> Bool {
    if !areas[area].isOwned(slot) {
      let (base, owned) = (areas[area].base, owned)
      let page = areas[area].ownedPage(slot, offset, isNeeded: isNeeded) { owned.forget(base &+ $0) }
      if page == nil { return false }
    }
    if areas[area].noteUse(slot) { flatten(slot, offset, in: area) }
    return true
  }

  @inline(never)
  private mutating func flatten(
    _ slot: UnsafeMutablePointer<PageSlot>, _ offset: UInt64, in area: Int
  ) {
    let (base, owned) = (areas[area].base, owned)
    areas[area].flatten(slot, offset) { owned.forget(base &+ $0) }
  }

  /// The word at an address without an access by the process, for views and checks; 0 where none is known.
  func peek(_ address: UInt64) -> UInt64 {
    guard let area = area(of: address) else { return distantWords[address] ?? 0 }
    let offset = address &- areas[area].base
    return areas[area].slot(offset).map { areas[area].word(in: $0, offset) } ?? 0
  }

  /// Puts a word at an address without an access by the process.
  mutating func setWord(_ address: UInt64, _ value: UInt64) {
    guard let area = area(of: address) else {
      distantWords[address] = value == 0 ? nil : value
      return
    }
    let offset = address &- areas[area].base
    let slot = slot(offset, in: area)
    if ownPage(slot, offset, in: area, isNeeded: value != 0) {
      areas[area].setWord(in: slot, offset, value, marksStart: false)
    }
  }

  // MARK: Chunk starts

  /// Notes that no chunk begins at an address any more.
  @inline(__always)
  mutating func clearStart(_ chunk: UInt64) {
    let entry = entry(chunk)
    if entry.pointee.writable == chunk >> 12, let words = entry.pointee.words {
      WordPage.clearStart(words, chunk)
    } else {
      clearStartSlowly(chunk)
    }
  }

  @inline(never)
  private mutating func clearStartSlowly(_ chunk: UInt64) {
    guard let area = area(of: chunk) else { return }
    areas[area].clearStart(chunk &- areas[area].base)
  }

  // MARK: Areas

  /// The area that contains an address: the C library's data, or the newest where they overlap.
  @inline(__always)
  func area(of address: UInt64) -> Int? {
    if address &- areas[0].base < areas[0].length { return 0 }
    if !heapAreas.isEmpty, let area = heapAreas[address & ~(layout.arenaAlignment - 1)] { return area }
    if !regionAreas.isEmpty,
      let region = regionAreas.last(where: { address &- areas[$0].base < areas[$0].length })
    {
      return region
    }
    return address &- areas[1].base < areas[1].length ? 1 : nil
  }

  /// Whether an address lies in the heap below the break, not in a region that replaced it.
  func isHeap(_ address: UInt64) -> Bool { area(of: address) == 1 }

  /// Changes the area that contains an address.
  mutating func withArea(of address: UInt64, _ body: (inout PagedWords, UInt64) -> Void) {
    guard let area = area(of: address) else { return }
    body(&areas[area], address &- areas[area].base)
  }

  /// Forgets the words of whole pages in a range.
  mutating func dropPages(_ address: UInt64, length: UInt64) {
    guard let area = area(of: address) else { return }
    owned.forget(address, length: length)
    areas[area].forgetPages(address &- areas[area].base, length: length)
  }
}

extension ArenaMemory: Equatable {
  /// Compares the words; what is cached does not count.
  static func == (left: ArenaMemory, right: ArenaMemory) -> Bool {
    left.areas == right.areas && left.distantWords == right.distantWords
  }
}
