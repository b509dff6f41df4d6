// The simulated words that the allocator reads and writes: heap pages, bin heads, and words elsewhere.

/// Words at real addresses. Each access touches its page through the kernel unless the page is known to be
/// present, so page residency and faults come out as for the real allocator.
struct ArenaMemory: Sendable {
  /// The binary logarithm of the word size.
  private let wordShift: UInt64
  /// The largest value a word can hold.
  private let wordMask: UInt64
  /// Where the links of the bins lie.
  private let binsAddress: UInt64
  /// Where the heap begins, rounded down to a page; `.max` before it is known.
  private(set) var base: UInt64 = .max
  /// The pages of the heap by distance from `base`.
  private var leaves: ContiguousArray<PageLeaf?> = []
  /// The links of the bins: forward and backward of each in turn.
  private var binLinks: ContiguousArray<UInt64>
  /// Words outside the heap that are not zero, by address.
  private var distantWords: [UInt64: UInt64] = [:]
  /// Whether words other than headers of mapped chunks may be among them.
  private var hasForeignDistantWords = false

  /// How far the table of leaves reaches, in leaves: 128 GiB.
  private static let leafLimit: UInt64 = 1 << 16
  private static let leafShift: UInt64 = 21
  private static let pageShift: UInt64 = 12

  init(layout: MallocLayout) {
    wordShift = layout.wordShift
    wordMask = layout.addressMask
    binsAddress = layout.binsAddress
    binLinks = ContiguousArray(repeating: 0, count: 2 * MallocLayout.binCount + 4)
  }

  /// Says where the heap begins, once.
  mutating func anchor(at address: UInt64) {
    if base == .max { base = address & ~(MallocLayout.pageSize - 1) }
  }

  // MARK: Words

  /// The word at an aligned address, as a load by the process.
  @inline(__always)
  mutating func load(_ address: UInt64, _ kernel: inout some MallocKernel) throws(FatalSignal) -> UInt64 {
    let offset = address &- base
    if offset >> Self.leafShift < UInt64(leaves.count), let leaf = leaves[Int(offset >> Self.leafShift)] {
      let slot = leaf.slots + Int((offset >> Self.pageShift) & 511)
      if slot.pointee.seen | 1 == kernel.residencyGeneration << 1 | 1 {
        return slot.pointee.page?[wordIndex(offset)] ?? 0
      }
    }
    return try loadSlowly(address, &kernel)
  }

  /// Puts a word at an aligned address, as a store by the process.
  @inline(__always)
  mutating func store(
    _ address: UInt64, _ value: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let offset = address &- base
    let index = Int(truncatingIfNeeded: offset >> Self.leafShift)
    if offset >> Self.leafShift < UInt64(leaves.count), isKnownUniquelyReferenced(&leaves[index]),
      let slots = leaves[index]?.slots
    {
      let slot = slots + Int((offset >> Self.pageShift) & 511)
      if slot.pointee.seen == kernel.residencyGeneration << 1 | 1 {
        setWord(slot, wordIndex(offset), value & wordMask)
        return
      }
    }
    try storeSlowly(address, value & wordMask, &kernel)
  }

  @inline(never)
  private mutating func loadSlowly(
    _ address: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    if let link = binLinkIndex(address) { return binLinks[link] }
    try kernel.touch(address, length: 1 << wordShift, write: false)
    guard let slot = heapSlot(address) else { return distantWords[address] ?? 0 }
    slot.pointee.seen = kernel.residencyGeneration << 1
    return slot.pointee.page?[wordIndex(address &- base)] ?? 0
  }

  @inline(never)
  private mutating func storeSlowly(
    _ address: UInt64, _ value: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    if let link = binLinkIndex(address) {
      binLinks[link] = value
      return
    }
    try kernel.touch(address, length: 1 << wordShift, write: true)
    guard let slot = heapSlot(address) else {
      distantWords[address] = value == 0 ? nil : value
      return
    }
    slot.pointee.seen = kernel.residencyGeneration << 1 | 1
    setWord(slot, wordIndex(address &- base), value)
  }

  /// The word at an address without an access by the process, for views and checks; 0 where none is known.
  func peek(_ address: UInt64) -> UInt64 {
    if let link = binLinkIndex(address) { return binLinks[link] }
    let offset = address &- base
    guard offset >> Self.leafShift < UInt64(leaves.count) else { return distantWords[address] ?? 0 }
    let slots = leaves[Int(offset >> Self.leafShift)]?.slots
    return slots?[Int((offset >> Self.pageShift) & 511)].page?[wordIndex(offset)] ?? 0
  }

  // MARK: Ranges

  /// Sets the whole words of a range to zero, as memset would; the caller touches the pages.
  mutating func clear(_ address: UInt64, length: UInt64) {
    let wordSize: UInt64 = 1 << wordShift
    forEachPage(address, length: length & ~(wordSize - 1)) { page, words in page.clear(words) }
  }

  /// Copies whole words between ranges that do not overlap; the caller touches the pages.
  mutating func copy(from source: UInt64, to destination: UInt64, length: UInt64) {
    clear(destination, length: length)
    let wordSize: UInt64 = 1 << wordShift
    var found: [(offset: UInt64, value: UInt64)] = []
    visitWords(source, length: length & ~(wordSize - 1)) { address, value in
      found.append((address &- source, value))
    }
    for word in found {
      let address = destination &+ word.offset
      if let slot = heapSlot(address) {
        setWord(slot, wordIndex(address &- base), word.value)
      } else {
        distantWords[address] = word.value
        hasForeignDistantWords = true
      }
    }
  }

  /// Forgets the words of pages that the kernel took away or that were given back to it.
  mutating func forgetPages(_ address: UInt64, length: UInt64) {
    forEachSlot(address, length: length) { slot in slot.pointee.page = nil }
    forgetDistant(address, length: length)
  }

  /// Forgets the words of a mapping that is no more.
  mutating func forgetDistant(_ address: UInt64, length: UInt64) {
    guard hasForeignDistantWords else { return }
    distantWords = distantWords.filter { $0.key &- address >= length }
  }

  /// Forgets one word of a mapping.
  mutating func forgetDistantWord(_ address: UInt64) {
    if !distantWords.isEmpty { distantWords[address] = nil }
  }

  /// Puts a word into a mapping that the kernel moved, without an access by the process.
  mutating func setDistantWord(_ address: UInt64, _ value: UInt64) {
    distantWords[address] = value == 0 ? nil : value
  }

  /// Moves the words of a mapping that moved.
  mutating func moveDistant(from source: UInt64, to destination: UInt64, length: UInt64) {
    guard hasForeignDistantWords, source != destination else { return }
    var moved: [UInt64: UInt64] = [:]
    for (address, value) in distantWords {
      moved[address &- source < length ? address &- source &+ destination : address] = value
    }
    distantWords = moved
  }

  /// Says that words outside the heap were written by the program itself.
  mutating func noteForeignWords() { hasForeignDistantWords = true }

  /// Whether the words outside heap pages are the same.
  func holdsSameLinks(as other: ArenaMemory) -> Bool {
    binLinks == other.binLinks && distantWords == other.distantWords
  }

  /// Whether the words of heap pages are the same.
  func holdsSamePages(as other: ArenaMemory) -> Bool {
    (0..<max(leaves.count, other.leaves.count)).allSatisfy { index in
      let left = index < leaves.count ? leaves[index] : nil
      let right = index < other.leaves.count ? other.leaves[index] : nil
      guard let one = left ?? right else { return true }
      return one.holdsSameWords(as: (left == nil ? left : right) ?? PageLeaf())
    }
  }

  // MARK: Inside

  private var wordsPerPage: Int { Int(MallocLayout.pageSize >> wordShift) }

  @inline(__always)
  private func wordIndex(_ offset: UInt64) -> Int {
    Int((offset & (MallocLayout.pageSize - 1)) >> wordShift)
  }

  @inline(__always)
  private func setWord(_ slot: UnsafeMutablePointer<PageSlot>, _ index: Int, _ value: UInt64) {
    if isKnownUniquelyReferenced(&slot.pointee.page) {
      slot.pointee.page?[index] = value
    } else if value != 0 || slot.pointee.page != nil {
      let page = slot.pointee.page.map(WordPage.init(copying:)) ?? WordPage(count: wordsPerPage)
      page[index] = value
      slot.pointee.page = page
    }
  }

  /// The page of a slot, copied first when somebody else has it too.
  private func uniquePage(_ slot: UnsafeMutablePointer<PageSlot>) -> WordPage? {
    if !isKnownUniquelyReferenced(&slot.pointee.page) {
      slot.pointee.page = slot.pointee.page.map(WordPage.init(copying:))
    }
    return slot.pointee.page
  }

  private func binLinkIndex(_ address: UInt64) -> Int? {
    let distance = address &- binsAddress
    guard distance < UInt64(binLinks.count) << wordShift else { return nil }
    return Int(distance >> wordShift)
  }

  /// The slot of a heap page, ready to be changed; `nil` for an address outside the heap's table.
  private mutating func heapSlot(_ address: UInt64) -> UnsafeMutablePointer<PageSlot>? {
    let offset = address &- base
    guard base != .max, offset >> Self.leafShift < Self.leafLimit else { return nil }
    let index = Int(offset >> Self.leafShift)
    if index >= leaves.count {
      leaves.append(contentsOf: repeatElement(nil, count: index + 1 - leaves.count))
    }
    if !isKnownUniquelyReferenced(&leaves[index]) {
      leaves[index] = leaves[index].map(PageLeaf.init(copying:)) ?? PageLeaf()
    }
    return leaves[index].map { $0.slots + Int((offset >> Self.pageShift) & 511) }
  }
}

extension ArenaMemory {
  /// Calls a body with each slot that exists for pages wholly inside a range.
  private mutating func forEachSlot(
    _ address: UInt64, length: UInt64, _ body: (UnsafeMutablePointer<PageSlot>) -> Void
  ) {
    var page = (address &- base &+ (MallocLayout.pageSize - 1)) >> Self.pageShift
    let end = (address &- base &+ length) >> Self.pageShift
    while page < end, page >> 9 < UInt64(leaves.count) {
      if leaves[Int(page >> 9)] == nil {
        page = (page >> 9 + 1) << 9
        continue
      }
      if let slot = heapSlot(base &+ page << Self.pageShift), slot.pointee.page != nil { body(slot) }
      page += 1
    }
  }

  /// Calls a body with each page of words that overlaps a range, ready to be changed, and with the words in
  /// question.
  private mutating func forEachPage(
    _ address: UInt64, length: UInt64, _ body: (WordPage, Range<Int>) -> Void
  ) {
    guard base != .max else { return }
    var offset = address &- base
    let end = offset &+ length
    while offset < end, offset >> Self.leafShift < UInt64(leaves.count) {
      if leaves[Int(offset >> Self.leafShift)] == nil {
        offset = (offset >> Self.leafShift + 1) << Self.leafShift
        continue
      }
      let pageEnd = min(end, (offset >> Self.pageShift + 1) << Self.pageShift)
      if let slot = heapSlot(base &+ offset), let page = uniquePage(slot) {
        let first = wordIndex(offset)
        body(page, first..<first + Int((pageEnd - offset) >> wordShift))
      }
      offset = pageEnd
    }
  }

  /// Calls a body with each word of a range that is not zero.
  private func visitWords(_ address: UInt64, length: UInt64, _ body: (UInt64, UInt64) -> Void) {
    let offset = address &- base
    guard base != .max, offset >> Self.leafShift < UInt64(leaves.count) else {
      guard hasForeignDistantWords else { return }
      for (key, value) in distantWords where key &- address < length { body(key, value) }
      return
    }
    var page = offset >> Self.pageShift
    let lastPage = (offset &+ length) >> Self.pageShift
    while page <= lastPage, page >> 9 < UInt64(leaves.count) {
      guard let leaf = leaves[Int(page >> 9)] else {
        page = (page >> 9 + 1) << 9
        continue
      }
      if let words = leaf.slots[Int(page & 511)].page {
        for index in 0..<wordsPerPage {
          let key = base &+ page << Self.pageShift &+ UInt64(index) << wordShift
          let value = words[index]
          if value != 0, key &- address < length { body(key, value) }
        }
      }
      page += 1
    }
  }
}
