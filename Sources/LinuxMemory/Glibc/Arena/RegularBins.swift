// Small and large bins: doubly linked lists of free chunks whose heads lie in the C library's data, or in the arena's first heap.

extension MallocState {
  /// The address of the imaginary chunk whose links are a bin's head.
  @inline(__always)
  func binAddress(_ bin: Int) -> UInt64 { arena.binsAddress &+ binDistance(bin) }

  /// The same in any arena.
  func binAddress(_ bin: Int, of arena: Arena) -> UInt64 { arena.binsAddress &+ binDistance(bin) }

  @inline(__always)
  private func binDistance(_ bin: Int) -> UInt64 { 2 &* layout.wordSize &* UInt64(bin - 1) }

  /// Notes in the header of a chunk that leaves its bin which arena owns it.
  @inline(__always)
  mutating func noteOwner(_ chunk: UInt64, _ kernel: inout some MallocKernel) throws(FatalSignal) {
    if arena.ownerFlag != 0 {
      try setSizeField(chunk, try sizeField(chunk, &kernel) | arena.ownerFlag, &kernel)
    }
  }

  /// Makes every bin empty: its links point to itself.
  mutating func initializeBins(_ kernel: inout some MallocKernel) throws(FatalSignal) {
    for bin in 1..<MallocLayout.binCount {
      let address = binAddress(bin)
      try setForward(address, address, &kernel)
      try setBackward(address, address, &kernel)
    }
  }

  /// Takes a free chunk out of its list, and a large one off the list of sizes.
  mutating func unlink(_ chunk: UInt64, _ kernel: inout some MallocKernel) throws(FatalSignal) {
    let field = try sizeField(chunk, &kernel)
    let size = field & ~ChunkFlags.all
    try require(try previousSize(chunk &+ size, &kernel) == size, .sizeMismatch, &kernel)
    let (next, previous) = try links(chunk, &kernel)
    try require(try backward(next, &kernel) == chunk, .corruptedList, &kernel)
    try require(try forward(previous, &kernel) == chunk, .corruptedList, &kernel)
    try setBackward(next, previous, &kernel)
    try setForward(previous, next, &kernel)
    if !layout.isSmall(field) { try unlinkFromSizes(chunk, next: next, &kernel) }
  }

  private mutating func unlinkFromSizes(
    _ chunk: UInt64, next: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let smaller = try smaller(chunk, &kernel)
    guard smaller != 0 else { return }
    let larger = try larger(chunk, &kernel)
    try require(try self.larger(smaller, &kernel) == chunk, .corruptedSizeList, &kernel)
    try require(try self.smaller(larger, &kernel) == chunk, .corruptedSizeList, &kernel)
    if try self.smaller(next, &kernel) != 0 {
      // The next chunk stands on the list of sizes itself: the gap just closes.
      try setLarger(smaller, larger, &kernel)
      try setSmaller(larger, smaller, &kernel)
    } else if smaller == chunk {
      try setSmaller(next, next, &kernel)
      try setLarger(next, next, &kernel)
    } else {
      // The next chunk has the same size and takes this one's place.
      try setSmaller(next, smaller, &kernel)
      try setLarger(next, larger, &kernel)
      try setLarger(smaller, next, &kernel)
      try setSmaller(larger, next, &kernel)
    }
  }

  /// Takes the oldest chunk of the small bin for a size and moves more of them into the thread cache.
  ///
  /// - Returns: The chunk; `nil` when the bin is empty.
  mutating func takeFromSmallBin(
    _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64? {
    let bin = binAddress(layout.bin(forSize: wanted))
    let chunk = try backward(bin, &kernel)
    guard chunk != bin else { return nil }
    let previous = try backward(chunk, &kernel)
    try require(try forward(previous, &kernel) == chunk, .smallBinCorrupted, &kernel)
    try takeLast(chunk, previous: previous, bin: bin, wanted, &kernel)
    kernel.note(.smallBinHit(size: wanted))
    let cacheBin = layout.threadCacheBin(forSize: wanted)
    if rules.asksThreadCacheFirst, thread.cache == 0, !thread.hasNoCache,
      cacheBin < parameters.threadCacheBins
    {
      try createThreadCache(inArena: true, &kernel)
    }
    guard threadCacheServes(cacheBin) else { return chunk }
    var moved = 0
    while try threadCacheHasRoom(cacheBin, &kernel) {
      let other = try backward(bin, &kernel)
      guard other != bin, other != 0 else { break }
      try takeLast(other, previous: try backward(other, &kernel), bin: bin, wanted, &kernel)
      try putIntoThreadCache(other, bin: cacheBin, &kernel)
      moved += 1
    }
    if moved > 0 { kernel.note(.stashed(size: wanted, count: moved)) }
    return chunk
  }

  @inline(__always)
  private mutating func takeLast(
    _ chunk: UInt64, previous: UInt64, bin: UInt64, _ size: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    try setPreviousInUse(chunk &+ size, &kernel)
    try noteOwner(chunk, &kernel)
    try setBackward(bin, previous, &kernel)
    try setForward(previous, bin, &kernel)
  }

  /// Puts the rest of a split at the front of the unsorted bin.
  mutating func putRemainder(
    _ remainder: UInt64, _ size: UInt64, corruption: MallocMisuse, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let unsorted = binAddress(1)
    let first = try forward(unsorted, &kernel)
    try require(try backward(first, &kernel) == unsorted, corruption, &kernel)
    try setLinks(remainder, forward: first, backward: unsorted, &kernel)
    try setForward(unsorted, remainder, &kernel)
    try setBackward(first, remainder, &kernel)
    if !layout.isSmall(size) { try clearSizeLinks(remainder, &kernel) }
    try setFree(remainder, size, &kernel)
  }
}
