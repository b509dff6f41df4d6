// Large bins: chunks in order of size, with a second list that has one chunk of each size.

extension MallocState {
  /// Finds a chunk's place in its large bin and puts it on the list of sizes if its size is new there.
  ///
  /// - Returns: The chunks that will stand behind and before it.
  mutating func placeBySize(
    _ chunk: UInt64, _ size: UInt64, bin: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> (next: UInt64, previous: UInt64) {
    let largest = try forward(bin, &kernel)
    guard largest != bin else {
      try setSmaller(chunk, chunk, &kernel)
      try setLarger(chunk, chunk, &kernel)
      return (largest, bin)
    }
    // Sizes are compared with the flag that free chunks have, as glibc does.
    let field = size | ChunkFlags.previousInUse
    let last = try backward(bin, &kernel)
    try require(try isMainArena(last, &kernel), .lastArenaAssertion, &kernel)
    if field < (try sizeField(last, &kernel)) {
      try setSmaller(chunk, largest, &kernel)
      let smallest = try larger(largest, &kernel)
      if rules.checksSizeListAtItsEnd {
        try require(try smaller(smallest, &kernel) == largest, .largeSizeListCorrupted, &kernel)
      }
      try setLarger(chunk, smallest, &kernel)
      try setSmaller(smallest, chunk, &kernel)
      try setLarger(largest, chunk, &kernel)
      return (bin, last)
    }
    var next = largest
    var steps: UInt64 = 0
    try require(try isMainArena(next, &kernel), .nextArenaAssertion, &kernel)
    while field < (try sizeField(next, &kernel)) {
      next = try smaller(next, &kernel)
      try require(try isMainArena(next, &kernel), .nextArenaAssertion, &kernel)
      steps += 1
      try checkProgress(steps, &kernel)
    }
    if try field == sizeField(next, &kernel) {
      // Second among equals, so that the one on the list of sizes stays.
      next = try forward(next, &kernel)
    } else {
      let larger = try larger(next, &kernel)
      try setSmaller(chunk, next, &kernel)
      try setLarger(chunk, larger, &kernel)
      try require(try smaller(larger, &kernel) == next, .largeSizeListCorrupted, &kernel)
      try setLarger(next, chunk, &kernel)
      try setSmaller(larger, chunk, &kernel)
    }
    let previous = try backward(next, &kernel)
    try require(try forward(previous, &kernel) == next, .largeListCorrupted, &kernel)
    return (next, previous)
  }

  /// Whether a chunk's header does not claim that another arena owns it.
  private mutating func isMainArena(
    _ chunk: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Bool {
    try sizeField(chunk, &kernel) & ChunkFlags.otherArena == 0
  }

  /// Takes the smallest chunk that is large enough out of the request's own large bin.
  ///
  /// - Returns: The chunk, cut to size; `nil` when the bin has none.
  mutating func takeFromLargeBin(
    _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64? {
    let index = layout.bin(forSize: wanted)
    let bin = binAddress(index)
    let largest = try forward(bin, &kernel)
    guard largest != bin, try sizeField(largest, &kernel) >= wanted else { return nil }
    var chunk = try larger(largest, &kernel)
    var size = try size(chunk, &kernel)
    var steps: UInt64 = 0
    while size < wanted {
      chunk = try larger(chunk, &kernel)
      size = try self.size(chunk, &kernel)
      steps += 1
      try checkProgress(steps, &kernel)
    }
    if chunk != (try backward(bin, &kernel)) {
      let second = try forward(chunk, &kernel)
      if try sizeField(chunk, &kernel) == sizeField(second, &kernel) { chunk = second }
    }
    try unlink(chunk, &kernel)
    try split(
      chunk, size, wanted, bin: index, corruption: .unsortedCorruptedAfterBestFit,
      isLastRemainder: false, &kernel)
    return chunk
  }

  /// Takes the smallest chunk of the first bin above the request's own that has any.
  ///
  /// - Returns: The chunk, cut to size; `nil` when all of them are empty.
  mutating func takeFromLargerBins(
    _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64? {
    var start = layout.bin(forSize: wanted) + 1
    while let index = arena.binMap.first(from: start) {
      let bin = binAddress(index)
      let chunk = try backward(bin, &kernel)
      guard chunk != bin else {
        arena.binMap.clear(index)
        start = index + 1
        continue
      }
      let size = try size(chunk, &kernel)
      try require(size >= wanted, .sizeAssertion, &kernel)
      try unlink(chunk, &kernel)
      try split(
        chunk, size, wanted, bin: index, corruption: .unsortedCorruptedAfterSplit,
        isLastRemainder: layout.isSmall(wanted), &kernel)
      return chunk
    }
    return nil
  }

  /// Cuts an unlinked chunk to size when the rest is a chunk of its own.
  private mutating func split(
    _ chunk: UInt64, _ size: UInt64, _ wanted: UInt64, bin: Int, corruption: MallocMisuse,
    isLastRemainder: Bool, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let rest = size &- wanted
    guard rest >= layout.minimumChunk else {
      kernel.note(.binFit(bin: bin, chunk: size, size: wanted, left: 0))
      try setPreviousInUse(chunk &+ size, &kernel)
      return try noteOwner(chunk, &kernel)
    }
    let remainder = chunk &+ wanted
    try putRemainder(remainder, rest, corruption: corruption, &kernel)
    if isLastRemainder { arena.lastRemainder = remainder }
    try setSizeField(chunk, wanted | ChunkFlags.previousInUse | arena.ownerFlag, &kernel)
    kernel.note(.binFit(bin: bin, chunk: size, size: wanted, left: rest))
  }
}
