// The unsorted bin: where freed chunks and remainders wait for the next request that looks for a fit.

/// What going through the unsorted bin led to.
enum UnsortedOutcome {
  /// A chunk for the request.
  case found(chunk: UInt64)
  /// The chunk to return is at the head of its thread cache bin.
  case cached
  /// Nothing fits exactly; all chunks looked at are sorted into their bins.
  case nothing
}

extension MallocState {
  /// How many chunks one pass sorts at most.
  private static let largestPass = 10_000

  /// Goes through the unsorted bin from the oldest chunk on, sorting what does not fit exactly.
  mutating func scanUnsorted(
    _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UnsortedOutcome {
    let unsorted = binAddress(1)
    let cacheBin = layout.threadCacheBin(forSize: wanted)
    var fillsCache = threadCacheServes(cacheBin)
    var cached = 0
    var sorted = 0
    while true {
      let chunk = try backward(unsorted, &kernel)
      guard chunk != unsorted else { break }
      let (next, previous) = try links(chunk, &kernel)
      let size = try checkUnsorted(chunk, next: next, previous: previous, &kernel)
      if layout.isSmall(wanted), previous == unsorted, chunk == arena.lastRemainder,
        size > wanted &+ layout.minimumChunk
      {
        noteScan(sorted: sorted, &kernel)
        try splitLastRemainder(chunk, size, wanted, &kernel)
        return .found(chunk: chunk)
      }
      try setBackward(unsorted, previous, &kernel)
      try setForward(previous, unsorted, &kernel)
      if size == wanted {
        try setPreviousInUse(chunk &+ size, &kernel)
        try noteOwner(chunk, &kernel)
        if rules.asksThreadCacheFirst, thread.cache == 0, !thread.hasNoCache {
          try createThreadCache(inArena: true, &kernel)
          fillsCache = threadCacheServes(cacheBin)
        }
        if fillsCache, try threadCacheHasRoom(cacheBin, &kernel) {
          try putIntoThreadCache(chunk, bin: cacheBin, &kernel)
          cached += 1
          continue
        }
        noteScan(sorted: sorted, fit: size, stashed: cached, &kernel)
        return .found(chunk: chunk)
      }
      do {
        try sort(chunk, size, &kernel)
      } catch {
        // A chunk that found no place in the end goes back to where it waited.
        try setForward(previous, chunk, &kernel)
        try setBackward(unsorted, chunk, &kernel)
        throw error
      }
      sorted += 1
      if sorted & 0xff == 0 { try kernel.spend(256) }
      if cached > 0, parameters.unsortedLimit > 0, UInt64(sorted) > parameters.unsortedLimit {
        break
      }
      if sorted >= Self.largestPass { break }
    }
    guard cached > 0 else {
      noteScan(sorted: sorted, &kernel)
      return .nothing
    }
    noteScan(sorted: sorted, fit: wanted, stashed: cached - 1, &kernel)
    return .cached
  }

  /// Notes what a pass came to: chunks sorted, an exact fit, and further ones kept in the thread cache.
  @inline(__always)
  private func noteScan(
    sorted: Int, fit: UInt64? = nil, stashed: Int = 0, _ kernel: inout some MallocKernel
  ) {
    guard kernel.listensToAllocator else { return }
    if sorted > 0 { kernel.note(.sorted(count: sorted)) }
    guard let fit else { return }
    kernel.note(.unsortedFit(size: fit))
    if stashed > 0 { kernel.note(.stashed(size: fit, count: stashed)) }
  }

  /// Makes glibc's checks of the last chunk in the unsorted bin.
  ///
  /// - Returns: The chunk's size.
  @inline(__always)
  private mutating func checkUnsorted(
    _ chunk: UInt64, next: UInt64, previous: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    let size = try size(chunk, &kernel)
    try require(size > layout.headerSize && size <= arena.systemBytes, .unsortedInvalidSize, &kernel)
    let (footer, field) = try header(chunk &+ size, &kernel)
    try require(field >= layout.headerSize && field <= arena.systemBytes, .unsortedInvalidNextSize, &kernel)
    try require(footer & ~ChunkFlags.all == size, .unsortedMismatchingPreviousSize, &kernel)
    try require(try forward(previous, &kernel) == chunk, .unsortedListCorrupted, &kernel)
    try require(next == binAddress(1), .unsortedListCorrupted, &kernel)
    try require(field & ChunkFlags.previousInUse == 0, .unsortedInvalidPreviousInUse, &kernel)
    return size
  }

  /// Splits the only chunk of the unsorted bin, which the last split for a small request left over; so
  /// small requests in a row end up side by side.
  private mutating func splitLastRemainder(
    _ chunk: UInt64, _ size: UInt64, _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let unsorted = binAddress(1)
    let remainder = chunk &+ wanted
    let rest = size &- wanted
    try setLinks(unsorted, forward: remainder, backward: remainder, &kernel)
    arena.lastRemainder = remainder
    try setLinks(remainder, forward: unsorted, backward: unsorted, &kernel)
    if !layout.isSmall(rest) { try clearSizeLinks(remainder, &kernel) }
    try setSizeField(chunk, wanted | ChunkFlags.previousInUse | arena.ownerFlag, &kernel)
    try setFree(remainder, rest, &kernel)
    kernel.note(.lastRemainderSplit(size: wanted, left: rest))
  }

  /// Puts a chunk that left the unsorted bin into its small or large bin.
  @inline(__always)
  private mutating func sort(
    _ chunk: UInt64, _ size: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let index = layout.bin(forSize: size)
    var next: UInt64
    var previous = binAddress(index)
    if layout.isSmall(size) {
      next = try forward(previous, &kernel)
    } else {
      (next, previous) = try placeBySize(chunk, size, bin: previous, &kernel)
    }
    arena.binMap.mark(index)
    try setLinks(chunk, forward: next, backward: previous, &kernel)
    try setBackward(next, chunk, &kernel)
    try setForward(previous, chunk, &kernel)
  }
}
