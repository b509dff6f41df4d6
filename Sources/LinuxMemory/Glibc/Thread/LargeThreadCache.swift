// The bins of the thread cache for larger chunks (since 2.42), and its lists where they are followed.

/// A place in a list of the thread cache: a list head, or the link in a chunk.
struct ThreadCacheLink {
  /// Where the link lies.
  var address: UInt64
  /// The user address that it leads to, 0 at the end.
  var target: UInt64
  /// Whether it is a list head, which is not mangled.
  var isHead: Bool
}

extension MallocState {
  /// The bin for a chunk above the small sizes: each holds sizes up to a power of two, in ascending order.
  func largeThreadCacheBin(forSize size: UInt64) -> Int {
    let largestSmall =
      UInt32(MallocLayout.threadCacheBins - 1) * UInt32(layout.alignment)
      + UInt32(layout.minimumChunk)
    return MallocLayout.threadCacheBins + largestSmall.leadingZeroBitCount
      - UInt32(truncatingIfNeeded: size).leadingZeroBitCount
  }

  /// Follows a list of the thread cache to the first chunk that is wanted.
  private mutating func threadCacheLink(
    bin: Int, _ kernel: inout some MallocKernel, toFirst isWanted: (UInt64, _ size: UInt64) -> Bool
  ) throws(FatalSignal) -> ThreadCacheLink {
    let head = threadCacheHead(bin)
    var link = ThreadCacheLink(address: head, target: try memory.load(head, &kernel), isHead: true)
    var steps: UInt64 = 0
    while link.target != 0, !isWanted(link.target, try size(chunk(atUserAddress: link.target), &kernel)) {
      let next = mangled(try memory.load(link.target, &kernel), at: link.target)
      link = ThreadCacheLink(address: link.target, target: next, isHead: false)
      steps += 1
      try checkProgress(steps, &kernel)
    }
    return link
  }

  /// Takes a chunk of exactly the size from a bin for larger chunks.
  ///
  /// - Returns: Its user address; nil when there is none.
  @inline(never)
  mutating func takeLargeFromThreadCache(
    _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64? {
    let bin = largeThreadCacheBin(forSize: wanted)
    guard thread.cache != 0, bin < threadCacheBinCount else { return nil }
    let link = try threadCacheLink(bin: bin, &kernel) { $1 >= wanted }
    guard link.target != 0, try size(chunk(atUserAddress: link.target), &kernel) == wanted else { return nil }
    let address = try takeFromThreadCache(bin: bin, at: link, &kernel)
    try noteHit(wanted, bin, &kernel)
    return address
  }

  /// Puts a chunk into a bin for larger chunks, in order of size.
  mutating func putLargeIntoThreadCache(
    _ chunk: UInt64, _ size: UInt64, bin: Int, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let link = try threadCacheLink(bin: bin, &kernel) { $1 >= size }
    try putIntoThreadCache(chunk, bin: bin, at: link, &kernel)
  }

  /// Takes a chunk that is aligned by chance.
  ///
  /// - Returns: Its user address; nil when there is none.
  mutating func takeAlignedFromThreadCache(
    _ wanted: UInt64, _ alignment: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64? {
    guard thread.cache != 0 else { return nil }
    var bin = layout.threadCacheBin(forSize: wanted)
    if rules.countsFreeSlots {
      if !threadCacheServes(bin) {
        guard wanted < parameters.largeThreadCacheLimit else { return nil }
        bin = largeThreadCacheBin(forSize: wanted)
        guard bin < threadCacheBinCount else { return nil }
      }
      let link = try threadCacheLink(bin: bin, &kernel) {
        $1 > wanted || $1 == wanted && $0 & (alignment &- 1) == 0
      }
      guard link.target != 0, try size(chunk(atUserAddress: link.target), &kernel) == wanted else {
        return nil
      }
      let address = try takeFromThreadCache(bin: bin, at: link, &kernel)
      try noteHit(wanted, bin, &kernel)
      return address
    }
    guard threadCacheServes(bin), try threadCacheCount(bin, &kernel) > 0 else { return nil }
    let link = try threadCacheLink(bin: bin, &kernel) { address, _ in address & (alignment &- 1) == 0 }
    guard link.target != 0 else { return nil }
    let address = try takeFromThreadCache(bin: bin, at: link, &kernel)
    try noteHit(wanted, bin, &kernel)
    return address
  }

  private mutating func noteHit(
    _ wanted: UInt64, _ bin: Int, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    guard kernel.listensToAllocator else { return }
    let left = Int(try threadCacheCount(bin, &kernel))
    kernel.note(.threadCacheHit(size: wanted, left: left))
  }

  /// free(3) as it is since 2.42: the thread cache is asked before anything else, and made when it is missing.
  mutating func freeIntoThreadCacheFirst(
    _ address: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let chunk = chunk(atUserAddress: address) & layout.addressMask
    let field = try claimedSizeField(chunk, &kernel)
    let size = field & ~ChunkFlags.all
    try require(layout.misalignment(ofChunk: chunk) == 0, .freeInvalidPointer, &kernel)
    if size < max(parameters.threadCacheLimit, parameters.largeThreadCacheLimit) {
      if try memory.load(address &+ layout.wordSize, &kernel) == threadCacheKey {
        if thread.cache != 0 {
          for bin in 0..<threadCacheBinCount { try searchThreadCache(for: address, bin: bin, &kernel) }
        }
        try memory.store(address &+ layout.wordSize, 0, &kernel)
        return try freeIntoThreadCacheFirst(address, &kernel)
      }
      if thread.cache != 0 {
        if try keepInThreadCache(chunk, size, &kernel) { return }
      } else if !thread.hasNoCache {
        try createThreadCache(&kernel)
        return try freeIntoThreadCacheFirst(address, &kernel)
      }
    }
    try require(
      !chunk.addingReportingOverflow(size &- layout.minimumChunk).overflow, .freeInvalidSize, &kernel)
    if field & ChunkFlags.mapped == 0 { try enterOwner(of: chunk, field, &kernel) }
    try releaseIntoArena(chunk, field, isInternal: false, &kernel)
  }

  /// Puts a chunk that the program frees into the thread cache.
  ///
  /// - Returns: Whether there was room.
  private mutating func keepInThreadCache(
    _ chunk: UInt64, _ size: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Bool {
    var bin = Int(truncatingIfNeeded: (size &- layout.minimumChunk) >> 4)
    if UInt(bitPattern: bin) < UInt(bitPattern: MallocLayout.threadCacheBins) {
      guard try threadCacheHasRoom(bin, &kernel) else { return false }
      try putIntoThreadCache(chunk, bin: bin, &kernel)
    } else {
      guard size >= layout.minimumChunk else { return false }
      bin = largeThreadCacheBin(forSize: size)
      guard bin < threadCacheBinCount, try threadCacheHasRoom(bin, &kernel) else { return false }
      try putLargeIntoThreadCache(chunk, size, bin: bin, &kernel)
    }
    guard kernel.listensToAllocator else { return true }
    let count = Int(try threadCacheCount(bin, &kernel))
    kernel.note(
      .threadCachePut(size: size, count: count, capacity: Int(clamping: parameters.threadCacheDepth)))
    return true
  }
}
