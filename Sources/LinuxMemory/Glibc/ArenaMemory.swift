// The simulated words that the allocator reads and writes: heap pages, bin heads, and words elsewhere.

/// Words at real addresses. Each access touches its page through the kernel unless the page is known to be
/// present, so page residency and faults come out as for the real allocator.
struct ArenaMemory: Sendable, Equatable {
  let layout: MallocLayout
  /// The heap below the break; its base is out of reach before it is known.
  private(set) var heap: PagedWords
  /// Regions that replaced a refused break.
  private(set) var regions: [PagedWords] = []
  /// The links of the bins: forward and backward of each in turn.
  private var binLinks: ContiguousArray<UInt64>
  /// Words of mapped chunks that are not zero, by address.
  var distantWords: [UInt64: UInt64] = [:]
  /// Whether words other than headers may be among them.
  var hasForeignDistantWords = false

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

  // MARK: Words

  /// The word at an aligned address, as a load by the process.
  @inline(__always)
  mutating func load(_ address: UInt64, _ kernel: inout some MallocKernel) throws(FatalSignal) -> UInt64 {
    let offset = address &- heap.base
    if let slot = heap.slot(offset), slot.pointee.seen | 1 == kernel.residencyGeneration << 1 | 1 {
      return heap.word(slot, offset)
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
    if let slot = heap.slot(offset), slot.pointee.seen == kernel.residencyGeneration << 1 | 1 {
      let slot = heap.mutableSlot(offset)
      heap.setWord(slot, offset, value & layout.addressMask, marksStart: marksStart)
      return
    }
    try storeSlowly(address, value & layout.addressMask, marksStart: marksStart, &kernel)
  }

  @inline(never)
  private mutating func loadSlowly(
    _ address: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    if let link = binLinkIndex(address) { return binLinks[link] }
    try kernel.touch(address, length: layout.wordSize, write: false)
    let offset = address &- heap.base
    guard offset < heap.length else { return peek(address) }
    heap.mutableSlot(offset).pointee.seen = kernel.residencyGeneration << 1
    return heap.slot(offset).map { heap.word($0, offset) } ?? 0
  }

  @inline(never)
  private mutating func storeSlowly(
    _ address: UInt64, _ value: UInt64, marksStart: Bool, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    if let link = binLinkIndex(address) {
      binLinks[link] = value
      return
    }
    try kernel.touch(address, length: layout.wordSize, write: true)
    let offset = address &- heap.base
    if offset < heap.length {
      heap.mutableSlot(offset).pointee.seen = kernel.residencyGeneration << 1 | 1
    }
    setWord(address, value, marksStart: marksStart)
  }

  /// The word at an address without an access by the process, for views and checks; 0 where none is known.
  func peek(_ address: UInt64) -> UInt64 {
    if let link = binLinkIndex(address) { return binLinks[link] }
    guard let words = region(of: address) else { return distantWords[address] ?? 0 }
    let offset = address &- words.base
    return words.slot(offset).map { words.word($0, offset) } ?? 0
  }

  /// Puts a word at an address without an access by the process.
  mutating func setWord(_ address: UInt64, _ value: UInt64, marksStart: Bool = false) {
    let isKnown = withRegion(of: address) { words, offset in
      words.setWord(words.mutableSlot(offset), offset, value, marksStart: marksStart)
    }
    if !isKnown { distantWords[address] = value == 0 ? nil : value }
  }

  /// Notes that no chunk begins at an address any more.
  @inline(__always)
  mutating func clearStart(_ chunk: UInt64) {
    let offset = chunk &- heap.base
    if offset < heap.length { heap.clearStart(offset) } else { clearDistantStart(chunk) }
  }

  @inline(never)
  private mutating func clearDistantStart(_ chunk: UInt64) {
    withRegion(of: chunk) { words, offset in words.clearStart(offset) }
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
