// The simulated words that the allocator reads and writes: heap pages, bin heads, and words elsewhere.

/// Words at real addresses. Each access touches its page through the kernel unless the page is known to be
/// present, so page residency and faults come out as for the real allocator.
struct ArenaMemory: Sendable {
  let layout: MallocLayout
  /// The heap below the break; its base is out of reach before it is known.
  private(set) var heap: PagedWords
  /// Regions that replaced a refused break.
  private(set) var regions: [PagedWords] = []
  /// The links of the bins: forward and backward of each in turn.
  private var binLinks: ContiguousArray<UInt64>
  /// Words of mapped chunks that are not zero, by address.
  var distantWords: [UInt64: UInt64] = [:]
  /// Heap pages touched lately.
  private var cache = PageCache()
  /// Whether the program wrote words itself.
  var hasForeignWords = false

  /// About how many bytes of the host's memory the words take.
  var stateByteCount: Int {
    regions.reduce(heap.stateByteCount + distantWords.count * 32) { $0 + $1.stateByteCount }
  }

  init(layout: MallocLayout) {
    self.layout = layout
    heap = PagedWords(base: .max, length: 0, layout: layout, key: 0)
    binLinks = ContiguousArray(repeating: 0, count: 2 * MallocLayout.binCount + 4)
  }

  /// Says where the heap begins, once.
  mutating func anchorHeap(at start: UInt64, key: UInt64) {
    guard heap.length == 0 else { return }
    heap = PagedWords(base: start, length: .max, layout: layout, key: key)
  }

  /// Says that the arena has a region apart from the heap.
  mutating func addRegion(at start: UInt64, length: UInt64, key: UInt64) {
    regions.append(PagedWords(base: start, length: length, layout: layout, key: key))
  }

  /// Prepares for a call: what was cached before the state was copied does not count any more.
  @inline(__always)
  mutating func beginCall() {
    if !isKnownUniquelyReferenced(&cache) || cache.wasShared { renewCache() }
  }

  @inline(never)
  private mutating func renewCache() {
    cache.abandon()
    cache = PageCache()
  }

  /// Forgets the cached pages, some of which are about to go.
  mutating func clearCache() {
    beginCall()
    cache.clear()
  }

  // MARK: Words

  /// The word at an aligned address, as a load by the process.
  @inline(__always)
  mutating func load(_ address: UInt64, _ kernel: inout some MallocKernel) throws(FatalSignal) -> UInt64 {
    let offset = address &- heap.base
    let entry = cache.entry(offset >> 12)
    if entry.pointee.tag | 1 == (offset >> 12) << 1 | 1,
      entry.pointee.seen | 1 == kernel.residencyGeneration << 1 | 1, let page = entry.pointee.page
    {
      return page._withUnsafeGuaranteedRef { heap.word(in: $0, offset) }
    }
    return try loadSlowly(address, &kernel)
  }

  /// Puts a word at an aligned address, as a store by the process.
  ///
  /// - Parameter marksStart: Whether the word is the size of a chunk.
  @inline(__always)
  mutating func store(
    _ address: UInt64, _ value: UInt64, marksStart: Bool = false, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let offset = address &- heap.base
    let entry = cache.entry(offset >> 12)
    if entry.pointee.tag == (offset >> 12) << 1 | 1,
      entry.pointee.seen == kernel.residencyGeneration << 1 | 1, let page = entry.pointee.page
    {
      let value = value & layout.addressMask
      return page._withUnsafeGuaranteedRef { heap.setWord(in: $0, offset, value, marksStart: marksStart) }
    }
    try storeSlowly(address, value & layout.addressMask, marksStart: marksStart, &kernel)
  }

  @inline(never)
  private mutating func loadSlowly(
    _ address: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    if let link = binLinkIndex(address) { return binLinks[link] }
    let offset = address &- heap.base
    guard offset < heap.length else {
      try kernel.touch(address, length: layout.wordSize, write: false)
      return peek(address)
    }
    let slot: UnsafePointer<PageSlot>
    if let known = heap.slot(offset), known.pointee.seen | 1 == kernel.residencyGeneration << 1 | 1 {
      slot = known
    } else {
      try kernel.touch(address, length: layout.wordSize, write: false)
      let touched = heap.mutableSlot(offset)
      touched.pointee.seen = kernel.residencyGeneration << 1
      slot = UnsafePointer(touched)
    }
    guard let page = slot.pointee.page else { return 0 }
    let entry = PageCache.Entry(
      tag: (offset >> 12) << 1, seen: slot.pointee.seen, page: Unmanaged.passUnretained(page))
    cache.entry(offset >> 12).pointee = entry
    return heap.word(in: page, offset)
  }

  @inline(never)
  private mutating func storeSlowly(
    _ address: UInt64, _ value: UInt64, marksStart: Bool, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    if let link = binLinkIndex(address) {
      binLinks[link] = value
      return
    }
    let offset = address &- heap.base
    guard offset < heap.length else {
      try kernel.touch(address, length: layout.wordSize, write: true)
      return setWord(address, value, marksStart: marksStart)
    }
    let written = kernel.residencyGeneration << 1 | 1
    if heap.slot(offset)?.pointee.seen != written {
      try kernel.touch(address, length: layout.wordSize, write: true)
    }
    let slot = heap.mutableSlot(offset)
    slot.pointee.seen = kernel.residencyGeneration << 1 | 1
    guard let page = heap.ownedPage(slot, isNeeded: value != 0) else { return }
    heap.setWord(in: page, offset, value, marksStart: marksStart)
    cache.entry(offset >> 12).pointee = PageCache.Entry(
      tag: (offset >> 12) << 1 | 1, seen: slot.pointee.seen, page: Unmanaged.passUnretained(page))
  }

  /// The word at an address without an access by the process, for views and checks; 0 where none is known.
  func peek(_ address: UInt64) -> UInt64 {
    if let link = binLinkIndex(address) { return binLinks[link] }
    guard let words = region(of: address) else { return distantWords[address] ?? 0 }
    let offset = address &- words.base
    return words.slot(offset)?.pointee.page.map { words.word(in: $0, offset) } ?? 0
  }

  /// Puts a word at an address without an access by the process.
  mutating func setWord(_ address: UInt64, _ value: UInt64, marksStart: Bool = false) {
    clearCache()
    let isKnown = withRegion(of: address) { words, offset in
      if let page = words.ownedPage(words.mutableSlot(offset), isNeeded: value != 0) {
        words.setWord(in: page, offset, value, marksStart: marksStart)
      }
    }
    if !isKnown { distantWords[address] = value == 0 ? nil : value }
  }

  /// Notes that no chunk begins at an address any more.
  @inline(__always)
  mutating func clearStart(_ chunk: UInt64) {
    let offset = chunk &- heap.base
    let entry = cache.entry(offset >> 12)
    if entry.pointee.tag == (offset >> 12) << 1 | 1, let page = entry.pointee.page {
      page._withUnsafeGuaranteedRef { $0.clearStart(Int(offset >> 4) & 255) }
    } else {
      clearStartSlowly(chunk)
    }
  }

  @inline(never)
  private mutating func clearStartSlowly(_ chunk: UInt64) {
    let isHeap = chunk &- heap.base < heap.length
    withRegion(of: chunk) { words, offset in words.clearStart(offset) }
    if isHeap { cache.entry((chunk &- heap.base) >> 12).pointee = PageCache.Entry() }
  }

  /// Where the chunk begins that contains an address of the heap or of a region apart from it.
  func lastStart(upTo address: UInt64) -> UInt64? {
    // Chunks begin at multiples of 16, or 8 further on i386.
    let phase = (layout.alignment - layout.headerSize) & (layout.alignment - 1)
    guard let words = region(of: address), address &- words.base >= phase else { return nil }
    return words.lastStart(upTo: address &- words.base &- phase).map { words.base &+ $0 &+ phase }
  }

  func region(of address: UInt64) -> PagedWords? {
    if address &- heap.base < heap.length { return heap }
    return regions.last { address &- $0.base < $0.length }
  }

  /// Changes the region that contains an address.
  ///
  /// - Returns: Whether there is one.
  @discardableResult
  mutating func withRegion(
    of address: UInt64, _ body: (inout PagedWords, UInt64) -> Void
  ) -> Bool {
    if address &- heap.base < heap.length {
      body(&heap, address &- heap.base)
      return true
    }
    guard let index = regions.lastIndex(where: { address &- $0.base < $0.length }) else { return false }
    body(&regions[index], address &- regions[index].base)
    return true
  }

  private func binLinkIndex(_ address: UInt64) -> Int? {
    let distance = address &- layout.binsAddress
    guard distance < UInt64(binLinks.count) << layout.wordShift else { return nil }
    return Int(distance >> layout.wordShift)
  }
}

extension ArenaMemory: Equatable {
  /// Compares the words; what is cached does not count.
  static func == (left: ArenaMemory, right: ArenaMemory) -> Bool {
    left.heap == right.heap && left.regions == right.regions && left.binLinks == right.binLinks
      && left.distantWords == right.distantWords
  }
}
