// Ranges of simulated words: clearing, copying, where chunks begin, and what becomes of them when pages are taken away.

extension ArenaMemory {
  /// Longer ranges than this are not worth looking for pages that are known to be present.
  private static let longestLook: UInt64 = 64 * MallocLayout.pageSize

  /// Touches every page of a range in order, as loads or stores of the process would; pages that are known to
  /// be present cost next to nothing.
  mutating func touch(
    _ address: UInt64, length: UInt64, write: Bool, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let end = address &+ length
    guard length <= Self.longestLook, end > address, let area = area(of: address),
      area == self.area(of: end &- 1)
    else { return try kernel.touch(address, length: length, write: write) }
    let base = areas[area].base
    var position = address
    while position < end, isPresent(position &- base, in: area, write: write, kernel.residencyGeneration) {
      position = (position | (MallocLayout.pageSize - 1)) &+ 1
    }
    guard position < end else { return }
    try kernel.touch(position, length: end &- position, write: write)
    let generation = kernel.residencyGeneration
    while position < end {
      let slot = slot(position &- base, in: area)
      if write || slot.pointee.seen >> 1 != generation {
        slot.pointee.seen = generation << 1 | (write ? 1 : 0)
      }
      position = (position | (MallocLayout.pageSize - 1)) &+ 1
    }
  }

  /// Whether a page is known to be present, and writable when it is to be written.
  private mutating func isPresent(
    _ offset: UInt64, in area: Int, write: Bool, _ generation: UInt64
  ) -> Bool {
    let seen = slot(offset, in: area).pointee.seen
    return (write ? seen : seen | 1) == generation << 1 | 1
  }

  /// Sets the whole words of a range of the arena to zero, as memset would; the caller touches the pages.
  mutating func clear(_ address: UInt64, length: UInt64) {
    let whole = length & ~(layout.wordSize - 1)
    withArea(of: address) { words, offset in words.clear(offset, length: whole) }
  }

  /// Sets the whole words of any range to zero, wherever it lies.
  mutating func clearContents(_ address: UInt64, length: UInt64) {
    if let area = area(of: address), area == self.area(of: address &+ length &- 1) {
      clear(address, length: length)
    } else {
      distantWords = distantWords.filter { $0.key &- address >= length }
    }
  }

  /// Copies whole words between ranges that do not overlap; the caller touches the pages.
  ///
  /// As long as the program has not forged words of its own, blocks hold nothing worth copying.
  mutating func copy(from source: UInt64, to destination: UInt64, length: UInt64) {
    guard hasForeignWords else { return }
    clear(destination, length: length)
    let whole = length & ~(layout.wordSize - 1)
    var found: [(address: UInt64, value: UInt64)] = []
    if let area = area(of: source) {
      let base = areas[area].base
      areas[area].visit(source &- base, length: whole) { offset, value in
        found.append((offset &+ base &- source &+ destination, value))
      }
    } else {
      for (address, value) in distantWords where address &- source < whole {
        found.append((address &- source &+ destination, value))
      }
    }
    for word in found { setWord(word.address, word.value) }
  }

  /// Forgets the words of whole pages that the kernel took away or that were given back to it.
  mutating func forgetPages(_ address: UInt64, length: UInt64) {
    forgetMapping(address, length: length)
  }

  /// Forgets the words of a mapping that is no more, other than the header of its chunk.
  mutating func forgetMapping(_ address: UInt64, length: UInt64) {
    dropPages(address, length: length)
    guard hasForeignWords else { return }
    distantWords = distantWords.filter { $0.key &- address >= length }
  }

  /// Forgets the header of a mapped chunk.
  mutating func forgetHeader(_ chunk: UInt64) {
    distantWords[chunk] = nil
    distantWords[chunk &+ layout.wordSize] = nil
  }

  /// Moves the words of a mapping that moved.
  mutating func moveMapping(from source: UInt64, to destination: UInt64, length: UInt64) {
    guard hasForeignWords, source != destination else { return }
    var moved: [UInt64: UInt64] = [:]
    for (address, value) in distantWords {
      moved[address &- source < length ? address &- source &+ destination : address] = value
    }
    distantWords = moved
  }

  /// Says that the program wrote words itself.
  mutating func noteForeignWords() { hasForeignWords = true }

  /// Where the chunk begins that contains an address of the heap or of a region apart from it.
  func lastStart(upTo address: UInt64) -> UInt64? {
    // Chunks begin at multiples of 16, or 8 further on i386.
    let phase = (layout.alignment - layout.headerSize) & (layout.alignment - 1)
    guard let area = area(of: address), area > 0, address &- areas[area].base >= phase else { return nil }
    let base = areas[area].base
    return areas[area].lastStart(upTo: address &- base &- phase).map { base &+ $0 &+ phase }
  }
}
