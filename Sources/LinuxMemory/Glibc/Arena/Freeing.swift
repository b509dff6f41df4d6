// Freeing a chunk: thread cache, fastbin, or merging with its neighbours and giving top back.

extension MallocState {
  /// Merged chunks of this size or more have the fastbins emptied and top trimmed.
  static let consolidationThreshold: UInt64 = 65536

  /// Frees a chunk of the arena (_int_free): into the thread cache where there is room, else into the bins.
  ///
  /// - Parameter isInternal: Whether realloc, memalign or the growth of the heap cut it off.
  mutating func release(
    _ chunk: UInt64, isInternal: Bool, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let field = try claimedSizeField(chunk, &kernel)
    if release.rules.internalFreesSkipThreadCache {
      return try releaseIntoArena(chunk, field, isInternal: isInternal, &kernel)
    }
    let size = field & ~ChunkFlags.all
    try require(
      chunk <= (0 &- size) & layout.addressMask && layout.misalignment(ofChunk: chunk) == 0,
      .freeInvalidPointer, &kernel)
    try require(
      size >= layout.minimumChunk && size & (layout.alignment - 1) == 0, .freeInvalidSize, &kernel)
    let bin = layout.threadCacheBin(forSize: size)
    if threadCacheServes(bin) {
      try checkDoubleFreeInThreadCache(userAddress(chunk), bin: bin, &kernel)
      let count = try threadCacheCount(bin, &kernel)
      if count < parameters.threadCacheDepth {
        try putIntoThreadCache(chunk, bin: bin, &kernel)
        kernel.note(
          .threadCachePut(
            size: size, count: Int(count) + 1, capacity: Int(clamping: parameters.threadCacheDepth)))
        return
      }
    }
    try releaseIntoArena(chunk, field, isInternal: isInternal, &kernel)
  }

  /// Frees a chunk past the thread cache (_int_free_chunk).
  mutating func releaseIntoArena(
    _ chunk: UInt64, _ field: UInt64, isInternal: Bool, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let size = field & ~ChunkFlags.all
    if rules.hasFastBins, size <= parameters.largestFastChunk {
      try putIntoFastBin(chunk, size, checksHead: isInternal, &kernel)
    } else if field & ChunkFlags.mapped == 0 {
      try mergeFreed(chunk, size, &kernel)
    } else if rules.asksThreadCacheFirst {
      try releaseMapping(chunk, field, &kernel)
    } else {
      try unmap(chunk, &kernel)
    }
  }

  /// Frees a chunk into the bins or into top (_int_free_merge_chunk).
  mutating func mergeFreed(
    _ chunk: UInt64, _ size: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let next = chunk &+ size
    try require(chunk != arena.top, .doubleFreeTop, &kernel)
    if arena.isContiguous {
      // An arena without a heap has its top among the bins.
      let end = arena.top == 0 ? binAddress(1) : arena.top &+ (try topSize(&kernel))
      try require(next < end & layout.addressMask, .doubleFreeOut, &kernel)
    }
    let nextField = try sizeField(next, &kernel)
    try require(nextField & ChunkFlags.previousInUse != 0, .doubleFreePrevious, &kernel)
    try require(
      nextField > layout.headerSize && nextField & ~ChunkFlags.all < arena.systemBytes,
      .freeInvalidNextSizeNormal, &kernel)
    try fillFreed(chunk, size, &kernel)
    let intoTop = next == arena.top
    let merged = try merge(
      chunk, size, mismatch: .sizeMismatchWhileConsolidating, isConsolidation: false, &kernel)
    kernel.note(.merged(size: merged, intoTop: intoTop, freed: size))
    try giveBack(afterMerging: merged, &kernel)
  }

  /// Empties the fastbins and trims top when so much has been merged (_int_free_maybe_consolidate).
  mutating func giveBack(
    afterMerging merged: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    guard merged >= Self.consolidationThreshold else { return }
    if arena.hasFastChunks { try consolidate(&kernel) }
    if arena.isMain {
      try trimTopIfLarge(&kernel)
    } else {
      try trimHeap(keeping: parameters.topPadding, &kernel)
    }
  }

  private mutating func trimTopIfLarge(_ kernel: inout some MallocKernel) throws(FatalSignal) {
    let size = try topSize(&kernel)
    guard size >= parameters.trimThreshold else {
      kernel.note(.topKept(top: size, threshold: parameters.trimThreshold))
      return
    }
    let before = arena.systemBytes
    if try trimTop(keeping: parameters.topPadding, &kernel) {
      kernel.note(
        .trimmed(bytes: before &- arena.systemBytes, top: size, threshold: parameters.trimThreshold))
    } else if spareTop(size, keeping: parameters.topPadding) == 0 {
      kernel.note(.trimLeavesPadding(top: size, padding: parameters.topPadding))
    } else {
      kernel.note(.trimBlocked(top: size))
    }
  }

  /// Fills freed memory with the byte of M_PERTURB.
  @inline(__always)
  mutating func fillFreed(
    _ chunk: UInt64, _ size: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    if parameters.fillByte != 0 {
      try memory.touch(userAddress(chunk), length: size &- layout.headerSize, write: true, &kernel)
    }
  }
}
