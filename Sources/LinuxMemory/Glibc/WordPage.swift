// The words of one simulated page, packed or flat, and where chunks begin in it.

/// The words of one page of simulated memory that differ from zero.
///
/// A packed page holds a 32-bit code for each word that was ever set, in order, and a bit for each word to
/// find them by; a flat one holds all words as they are. Shared between copies of the allocator's state;
/// whoever wants to write copies it first unless it is the only owner, which is what makes sending it
/// between threads safe.
final class WordPage: @unchecked Sendable {
  /// How many words a page has: 512 of 8 bytes or 1024 of 4 bytes.
  private let wordCount: Int
  /// Whether all words are there, 8 bytes each.
  let isFlat: Bool
  /// How many codes a packed page has, and has room for.
  private var count = 0
  private var capacity: Int
  /// Bits for chunk starts, then for a packed page presence bits and how many are set before each 64 of
  /// them; then the words or codes.
  private var storage: UnsafeMutableRawPointer

  private static let startBytes = 32
  private static let growth = 16

  /// A page full of zeros.
  init(wordCount: Int, isFlat: Bool) {
    self.wordCount = wordCount
    self.isFlat = isFlat
    capacity = isFlat ? wordCount * 2 : 4
    let size = Self.codeOffset(wordCount, isFlat) + capacity * 4
    storage = .allocate(byteCount: size, alignment: 8)
    storage.initializeMemory(as: UInt8.self, repeating: 0, count: size)
  }

  /// A copy of a page.
  init(copying other: WordPage) {
    wordCount = other.wordCount
    isFlat = other.isFlat
    count = other.count
    capacity = other.capacity
    let size = Self.codeOffset(wordCount, isFlat) + capacity * 4
    storage = .allocate(byteCount: size, alignment: 8)
    storage.copyMemory(from: other.storage, byteCount: size)
  }

  deinit { storage.deallocate() }

  /// Where words or codes begin in the storage.
  @inline(__always)
  private static func codeOffset(_ wordCount: Int, _ isFlat: Bool) -> Int {
    isFlat ? startBytes : startBytes + wordCount / 8 + wordCount / 32
  }

  @inline(__always)
  private var starts: UnsafeMutablePointer<UInt64> { storage.assumingMemoryBound(to: UInt64.self) }
  @inline(__always)
  private var words: UnsafeMutablePointer<UInt64> {
    (storage + Self.startBytes).assumingMemoryBound(to: UInt64.self)
  }
  @inline(__always)
  private var presence: UnsafeMutablePointer<UInt64> { words }
  @inline(__always)
  private var ranks: UnsafeMutablePointer<UInt16> {
    (storage + (Self.startBytes + wordCount / 8)).assumingMemoryBound(to: UInt16.self)
  }
  @inline(__always)
  private var codes: UnsafeMutablePointer<UInt32> {
    (storage + Self.codeOffset(wordCount, false)).assumingMemoryBound(to: UInt32.self)
  }

  // MARK: Words

  /// A word of a flat page.
  subscript(index: Int) -> UInt64 {
    @inline(__always) get { words[index] }
    @inline(__always) set { words[index] = newValue }
  }

  /// The code of a word of a packed page, 0 for a word that was never set.
  @inline(__always)
  func code(_ index: Int) -> UInt32 {
    let bits = presence[index >> 6]
    let bit: UInt64 = 1 << UInt64(index & 63)
    guard bits & bit != 0 else { return 0 }
    return codes[Int(ranks[index >> 6]) + (bits & (bit - 1)).nonzeroBitCount]
  }

  /// Sets the code of a word of a packed page.
  @inline(__always)
  func setCode(_ index: Int, _ code: UInt32) {
    let bits = presence[index >> 6]
    let bit: UInt64 = 1 << UInt64(index & 63)
    let rank = Int(ranks[index >> 6]) + (bits & (bit - 1)).nonzeroBitCount
    if bits & bit != 0 { codes[rank] = code } else if code != 0 { insert(index, rank, code) }
  }

  @inline(never)
  private func insert(_ index: Int, _ rank: Int, _ code: UInt32) {
    if count == capacity { grow() }
    let place = codes + rank
    (place + 1).update(from: place, count: count - rank)
    place.pointee = code
    count += 1
    presence[index >> 6] |= 1 << UInt64(index & 63)
    for block in (index >> 6 + 1)..<max(index >> 6 + 1, wordCount / 64) { ranks[block] += 1 }
  }

  private func grow() {
    let fixed = Self.codeOffset(wordCount, false)
    capacity = (capacity + Self.growth) & ~(Self.growth - 1)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: fixed + capacity * 4, alignment: 8)
    larger.copyMemory(from: storage, byteCount: fixed + count * 4)
    storage.deallocate()
    storage = larger
  }

  /// How many codes stand before the word at an index, up to the page's end.
  private func rank(_ index: Int) -> Int {
    guard index < wordCount else { return count }
    let below = presence[index >> 6] & ((1 << UInt64(index & 63)) - 1)
    return Int(ranks[index >> 6]) + below.nonzeroBitCount
  }

  /// Sets a run of words to zero.
  func clear(_ range: Range<Int>) {
    if isFlat {
      (words + range.lowerBound).update(repeating: 0, count: range.count)
    } else {
      var rank = rank(range.lowerBound)
      let end = self.rank(range.upperBound)
      while rank < end {
        codes[rank] = 0
        rank += 1
      }
    }
  }

  // MARK: Chunk starts

  /// Notes that a chunk begins in a unit of 16 bytes.
  @inline(__always)
  func markStart(_ unit: Int) { starts[unit >> 6] |= 1 << UInt64(unit & 63) }

  /// Notes that no chunk begins there any more.
  @inline(__always)
  func clearStart(_ unit: Int) { starts[unit >> 6] &= ~(1 << UInt64(unit & 63)) }

  /// The last unit up to `unit` in which a chunk begins.
  func lastStart(upTo unit: Int) -> Int? {
    var block = unit >> 6
    var bits = starts[block] & (~0 >> UInt64(63 - unit & 63))
    while bits == 0 {
      guard block > 0 else { return nil }
      block -= 1
      bits = starts[block]
    }
    return block * 64 + 63 - bits.leadingZeroBitCount
  }
}

/// What is known about one page: its words and whether it was seen present.
struct PageSlot {
  /// The words, `nil` while all are zero.
  var page: WordPage?
  /// The kernel's residency generation in which the page was last touched, times two, plus one if written.
  var seen: UInt64 = .max
}

/// The slots of 512 consecutive pages, 2 MiB of simulated memory.
final class PageLeaf: @unchecked Sendable {
  /// How many pages a leaf covers.
  static let pageCount = 512
  /// The slots, in order of address.
  let slots: UnsafeMutablePointer<PageSlot>

  /// A leaf of untouched pages.
  init() {
    slots = .allocate(capacity: Self.pageCount)
    slots.initialize(repeating: PageSlot(), count: Self.pageCount)
  }

  /// A copy that shares the pages.
  init(copying other: PageLeaf) {
    slots = .allocate(capacity: Self.pageCount)
    slots.initialize(from: other.slots, count: Self.pageCount)
  }

  deinit {
    slots.deinitialize(count: Self.pageCount)
    slots.deallocate()
  }
}
