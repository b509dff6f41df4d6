// The words of one simulated page, packed or flat, and where chunks begin in it.

/// The words of one page of simulated memory that differ from zero.
///
/// A packed page holds a code for each word that was ever set, in order, and a bit for each word to find them
/// by; a flat one holds all words as they are. Shared between copies of the allocator's state; only the value
/// whose ``OwnedPages/number`` is `owner` writes, which is what makes sending it between threads safe.
final class WordPage: @unchecked Sendable {
  /// Who may write.
  let owner: UInt64
  /// Whether all words are there, 8 bytes each.
  let isFlat: Bool
  /// How many words a page has: 512 of 8 bytes or 1024 of 4 bytes.
  private let wordCount: UInt16
  /// How many short codes a packed page has, and has room for.
  private var count: UInt16 = 0
  private var capacity: UInt16 = 0
  /// The same for long codes.
  private var longCount: UInt16 = 0
  private var longCapacity: UInt16 = 0
  /// Bits for chunk starts, then for a packed page presence bits and how many are set before each 64 of
  /// them; then the words or short codes.
  private var storage: UnsafeMutableRawPointer
  private var longCodes: UnsafeMutablePointer<UInt32>?

  private static let startBytes = 32
  private static let growth: UInt16 = 32
  private static let longGrowth: UInt16 = 8

  /// A page full of zeros.
  init(wordCount: Int, isFlat: Bool, owner: UInt64) {
    self.owner = owner
    self.wordCount = UInt16(wordCount)
    self.isFlat = isFlat
    let size = Self.startBytes + (isFlat ? wordCount * 8 : wordCount / 8 + wordCount / 32)
    storage = .allocate(byteCount: size, alignment: 8)
    storage.initializeMemory(as: UInt8.self, repeating: 0, count: size)
  }

  /// A copy of a page.
  init(copying other: WordPage, owner: UInt64) {
    self.owner = owner
    wordCount = other.wordCount
    isFlat = other.isFlat
    count = other.count
    capacity = other.capacity
    longCount = other.longCount
    longCapacity = other.longCapacity
    let size = other.byteCount
    storage = .allocate(byteCount: size, alignment: 8)
    storage.copyMemory(from: other.storage, byteCount: size)
    if let codes = other.longCodes {
      let copy = UnsafeMutablePointer<UInt32>.allocate(capacity: Int(longCapacity))
      copy.initialize(from: codes, count: Int(longCount))
      longCodes = copy
    }
  }

  deinit {
    storage.deallocate()
    longCodes?.deallocate()
  }

  /// How many bytes the words and codes take.
  var byteCount: Int {
    codeOffset + (isFlat ? Int(wordCount) * 8 : Int(capacity) * 2)
  }

  /// About how many bytes of the host's memory the page takes with everything.
  var stateByteCount: Int { byteCount + Int(longCapacity) * 4 + 96 }

  // MARK: Layout

  @inline(__always)
  private var codeOffset: Int {
    isFlat ? Self.startBytes : Self.startBytes + Int(wordCount) / 8 + Int(wordCount) / 32
  }

  @inline(__always)
  private var starts: UnsafeMutablePointer<UInt64> { storage.assumingMemoryBound(to: UInt64.self) }

  /// The words of a flat page.
  @inline(__always)
  var words: UnsafeMutablePointer<UInt64> {
    (storage + Self.startBytes).assumingMemoryBound(to: UInt64.self)
  }

  @inline(__always)
  private var presence: UnsafeMutablePointer<UInt64> { words }

  @inline(__always)
  private var ranks: UnsafeMutablePointer<UInt16> {
    (storage + (Self.startBytes + Int(wordCount) / 8)).assumingMemoryBound(to: UInt16.self)
  }

  @inline(__always)
  private var codes: UnsafeMutablePointer<UInt16> {
    (storage + (Self.startBytes + Int(wordCount) / 8 + Int(wordCount) / 32))
      .assumingMemoryBound(to: UInt16.self)
  }

  // MARK: Words

  /// A word of the page, which lies at an address.
  @inline(__always)
  func word(_ index: Int, at address: UInt64, _ codec: borrowing WordCodec) -> UInt64 {
    if isFlat { return words[index] }
    let bits = presence[index >> 6]
    let bit: UInt64 = 1 << UInt64(index & 63)
    guard bits & bit != 0 else { return 0 }
    let code = codes[Int(ranks[index >> 6]) &+ (bits & (bit &- 1)).nonzeroBitCount]
    guard let place = WordCodec.place(ofLong: code), let longCodes else {
      return codec.value(ofShort: code, at: address)
    }
    return codec.value(ofLong: longCodes[place], at: address)
  }

  /// Sets a word of a page that nobody else has.
  @inline(__always)
  func setWord(_ index: Int, _ value: UInt64, at address: UInt64, _ codec: inout WordCodec) {
    if isFlat {
      words[index] = value
    } else {
      setPackedWord(index, value, at: address, &codec)
    }
  }

  private func setPackedWord(_ index: Int, _ value: UInt64, at address: UInt64, _ codec: inout WordCodec) {
    let bits = presence[index >> 6]
    let bit: UInt64 = 1 << UInt64(index & 63)
    let rank = Int(ranks[index >> 6]) &+ (bits & (bit &- 1)).nonzeroBitCount
    if bits & bit == 0 {
      if value != 0 { insert(index, rank, code(value, at: address, &codec)) }
    } else if let place = WordCodec.place(ofLong: codes[rank]), let longCodes {
      // A word that once needed a long code keeps the place for it.
      longCodes[place] = codec.longCode(value, at: address)
    } else {
      codes[rank] = code(value, at: address, &codec)
    }
  }

  private func code(_ value: UInt64, at address: UInt64, _ codec: inout WordCodec) -> UInt16 {
    codec.shortCode(value, at: address)
      ?? WordCodec.shortCode(forPlace: appendLongCode(codec.longCode(value, at: address)))
  }

  private func appendLongCode(_ code: UInt32) -> Int {
    if longCount == longCapacity { growLongCodes() }
    longCodes?[Int(longCount)] = code
    longCount += 1
    return Int(longCount) - 1
  }

  private func insert(_ index: Int, _ rank: Int, _ code: UInt16) {
    if count == capacity { grow() }
    let place = codes + rank
    (place + 1).update(from: place, count: Int(count) - rank)
    place.pointee = code
    count += 1
    presence[index >> 6] |= 1 << UInt64(index & 63)
    var block = index >> 6 + 1
    while block < Int(wordCount) >> 6 {
      ranks[block] += 1
      block += 1
    }
  }

  private func grow() {
    let used = byteCount
    capacity += Self.growth
    let larger = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 8)
    larger.copyMemory(from: storage, byteCount: used)
    storage.deallocate()
    storage = larger
  }

  private func growLongCodes() {
    longCapacity += Self.longGrowth
    let larger = UnsafeMutablePointer<UInt32>.allocate(capacity: Int(longCapacity))
    if let longCodes {
      larger.initialize(from: longCodes, count: Int(longCount))
      longCodes.deallocate()
    }
    longCodes = larger
  }

  /// Sets a run of words to zero.
  func clear(_ range: Range<Int>) {
    if isFlat {
      (words + range.lowerBound).update(repeating: 0, count: range.count)
      return
    }
    let from = rank(range.lowerBound)
    let to = rank(range.upperBound)
    for rank in from..<to {
      if let place = WordCodec.place(ofLong: codes[rank]) { longCodes?[place] = 0 } else { codes[rank] = 0 }
    }
  }

  /// How many codes stand before the word at an index, up to the page's end.
  private func rank(_ index: Int) -> Int {
    guard index < Int(wordCount) else { return Int(count) }
    let below = presence[index >> 6] & ((1 << UInt64(index & 63)) - 1)
    return Int(ranks[index >> 6]) + below.nonzeroBitCount
  }

  // MARK: Packing

  /// The same words in the other form.
  ///
  /// - Parameter base: The address of the page.
  convenience init(
    converting other: WordPage, at base: UInt64, owner: UInt64, _ codec: inout WordCodec
  ) {
    let wordCount = Int(other.wordCount)
    self.init(wordCount: wordCount, isFlat: !other.isFlat, owner: owner)
    starts.update(from: other.starts, count: Self.startBytes / 8)
    let wordSize = MallocLayout.pageSize / UInt64(wordCount)
    other.visit { index in
      let address = base &+ UInt64(index) &* wordSize
      setWord(index, other.word(index, at: address, codec), at: address, &codec)
    }
  }

  /// Calls a body with the index of each word that may not be zero.
  private func visit(_ body: (Int) -> Void) {
    for index in 0..<Int(wordCount) {
      if isFlat ? words[index] != 0 : presence[index >> 6] & 1 << UInt64(index & 63) != 0 { body(index) }
    }
  }

  // MARK: Chunk starts

  /// A bit for each unit of 16 bytes in which a chunk begins.
  var startBits: [UInt64] {
    get { (0..<Self.startBytes / 8).map { starts[$0] } }
    set { for (index, bits) in newValue.prefix(Self.startBytes / 8).enumerated() { starts[index] = bits } }
  }

  /// Notes that a chunk begins in a unit of 16 bytes.
  @inline(__always)
  func markStart(_ unit: Int) { starts[unit >> 6] |= 1 << UInt64(unit & 63) }

  /// Notes that no chunk begins there any more.
  @inline(__always)
  func clearStart(_ unit: Int) { starts[unit >> 6] &= ~(1 << UInt64(unit & 63)) }

  /// Notes that a chunk begins at an address, given the words of its flat page.
  @inline(__always)
  static func markStart(_ words: UnsafeMutablePointer<UInt64>, _ address: UInt64) {
    let block = words - startBytes / 8 + Int(truncatingIfNeeded: address >> 10 & 3)
    block.pointee |= 1 << (address >> 4 & 63)
  }

  /// Notes that no chunk begins at an address any more, given the words of its flat page.
  @inline(__always)
  static func clearStart(_ words: UnsafeMutablePointer<UInt64>, _ address: UInt64) {
    let block = words - startBytes / 8 + Int(truncatingIfNeeded: address >> 10 & 3)
    block.pointee &= ~(1 << (address >> 4 & 63))
  }

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
