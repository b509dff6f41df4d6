// Merging: free chunks join their free neighbours, one at a time or all of the fastbins at once.

extension MallocState {
  /// Joins a chunk with its free neighbours and puts the result into a bin or into top.
  ///
  /// - Parameters:
  ///   - size: The chunk's size.
  ///   - previousMismatch: What to say when the chunk before does not have the size it should have.
  ///   - isConsolidation: Whether it comes from a fastbin; else the bin that takes it is checked.
  /// - Returns: The size after merging, the old top's included.
  mutating func merge(
    _ chunk: UInt64, _ size: UInt64, mismatch previousMismatch: MallocMisuse,
    isConsolidation: Bool, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    var chunk = chunk
    var size = size
    let next = chunk &+ size
    let nextField = try sizeField(next, &kernel)
    let (before, field) = try header(chunk, &kernel)
    if field & ChunkFlags.previousInUse == 0 {
      memory.clearStart(chunk)
      size = size &+ before
      chunk = chunk &- before
      try require(try self.size(chunk, &kernel) == before, previousMismatch, &kernel)
      try unlink(chunk, &kernel)
    }
    return try placeFreed(
      chunk, size, next: next, nextField, isConsolidation: isConsolidation, &kernel)
  }

  /// Makes a free chunk of a stretch whose predecessor is in use, and of the chunk behind where that is free too
  /// (_int_free_create_chunk).
  ///
  /// - Parameters:
  ///   - next: The chunk behind.
  ///   - nextField: Its size word.
  /// - Returns: The size after merging.
  mutating func placeFreed(
    _ chunk: UInt64, _ size: UInt64, next: UInt64, _ nextField: UInt64, isConsolidation: Bool,
    _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    var size = size
    let nextSize = nextField & ~ChunkFlags.all
    guard next != arena.top else {
      memory.clearStart(next)
      size = size &+ nextSize
      try setSizeField(chunk, size | ChunkFlags.previousInUse, &kernel)
      arena.top = chunk
      return size
    }
    let isNextInUse = try isPreviousInUse(next &+ nextSize, &kernel)
    if !isNextInUse {
      try unlink(next, &kernel)
      memory.clearStart(next)
      size = size &+ nextSize
    }
    let goesToItsBin = !isConsolidation && release.rules.sortsSmallChunksAtOnce && layout.isSmall(size)
    let index = goesToItsBin ? layout.bin(forSize: size) : 1
    let bin = binAddress(index)
    let first = try forward(bin, &kernel)
    if !isConsolidation {
      try require(
        try backward(first, &kernel) == bin, goesToItsBin ? .freeCorruptedSmallBin : .freeCorruptedUnsorted,
        &kernel)
    }
    if goesToItsBin { arena.binMap.mark(index) }
    try setLinks(chunk, forward: first, backward: bin, &kernel)
    if !layout.isSmall(size) { try clearSizeLinks(chunk, &kernel) }
    try setForward(bin, chunk, &kernel)
    try setBackward(first, chunk, &kernel)
    try setSizeField(chunk, size | ChunkFlags.previousInUse, &kernel)
    if isNextInUse {
      try memory.storePair(next, size, nextField & ~ChunkFlags.previousInUse, &kernel)
    } else {
      try setPreviousSize(chunk &+ size, size, &kernel)
    }
    return size
  }

  /// Empties all fastbins, merging every chunk (malloc_consolidate).
  mutating func consolidate(_ kernel: inout some MallocKernel) throws(FatalSignal) {
    arena.hasFastChunks = false
    var count = 0
    for index in arena.fastBinHeads.indices {
      var chunk = arena.fastBinHeads[index]
      arena.fastBinHeads[index] = 0
      var steps: UInt64 = 0
      while chunk != 0 {
        try requireAligned(layout.misalignment(ofChunk: chunk) == 0, .consolidateUnaligned, &kernel)
        let size = try size(chunk, &kernel)
        try require(layout.fastBin(forSize: size) == index, .consolidateInvalidSize, &kernel)
        let next = try fastBinLink(chunk, &kernel)
        _ = try merge(
          chunk, size, mismatch: .sizeMismatchInFastBins, isConsolidation: true, &kernel)
        chunk = next
        steps += 1
        count += 1
        do {
          try checkProgress(steps, &kernel)
        } catch {
          // What was not merged yet is still there when the allocator is asked again.
          arena.fastBinHeads[index] = chunk
          arena.hasFastChunks = true
          throw error
        }
      }
    }
    if count > 0 { kernel.note(.consolidated(chunks: count)) }
  }

  /// Marks a large chunk as not yet on the list of sizes.
  @inline(__always)
  mutating func clearSizeLinks(
    _ chunk: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    try memory.storePair(chunk &+ 4 &* layout.wordSize, 0, 0, &kernel)
  }
}
