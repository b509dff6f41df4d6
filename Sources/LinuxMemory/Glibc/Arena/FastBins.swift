// Fastbins: small freed chunks that are not merged yet, one singly linked list for each size.

extension MallocState {
  /// Takes the head of the fastbin for a size and moves more of them into the thread cache.
  ///
  /// - Returns: The chunk; `nil` when the list is empty.
  @inline(__always)
  mutating func takeFromFastBin(
    _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64? {
    let index = layout.fastBin(forSize: wanted)
    guard arena.fastBinHeads.indices.contains(index), arena.fastBinHeads[index] != 0 else { return nil }
    return try takeHead(ofFastBin: index, wanted, &kernel)
  }

  @inline(never)
  private mutating func takeHead(
    ofFastBin index: Int, _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    let chunk = arena.fastBinHeads[index]
    try requireAligned(layout.misalignment(ofChunk: chunk) == 0, .unalignedFastHead, &kernel)
    arena.fastBinHeads[index] = try fastBinLink(chunk, &kernel)
    let size = try size(chunk, &kernel)
    try require(layout.fastBin(forSize: size) == index, .fastMemoryCorruption, &kernel)
    kernel.note(.fastBinHit(size: wanted))
    let bin = layout.threadCacheBin(forSize: wanted)
    guard threadCacheServes(bin) else { return chunk }
    var moved = 0
    while try threadCacheCount(bin, &kernel) < parameters.threadCacheDepth, arena.fastBinHeads[index] != 0 {
      let other = arena.fastBinHeads[index]
      try requireAligned(layout.misalignment(ofChunk: other) == 0, .unalignedFastStash, &kernel)
      arena.fastBinHeads[index] = try fastBinLink(other, &kernel)
      try putIntoThreadCache(other, bin: bin, &kernel)
      moved += 1
    }
    if moved > 0 { kernel.note(.stashed(size: wanted, count: moved)) }
    return chunk
  }

  /// The chunk behind `chunk` in its fastbin, 0 at the end.
  mutating func fastBinLink(
    _ chunk: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    mangled(try forward(chunk, &kernel), at: userAddress(chunk))
  }

  /// Puts a freed chunk at the head of its fastbin.
  ///
  /// - Parameter checksHead: Whether the old head's size is checked too, as frees inside of realloc and
  ///   memalign do.
  mutating func putIntoFastBin(
    _ chunk: UInt64, _ size: UInt64, checksHead: Bool, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let nextField = try sizeField(chunk &+ size, &kernel)
    try require(
      nextField > layout.headerSize && nextField & ~ChunkFlags.all < arena.systemBytes,
      .freeInvalidNextSizeFast, &kernel)
    try fillFreed(chunk, size, &kernel)
    arena.hasFastChunks = true
    let index = layout.fastBin(forSize: size)
    let head = arena.fastBinHeads[index]
    try require(head != chunk, .doubleFreeFastTop, &kernel)
    try setForward(chunk, mangled(head, at: userAddress(chunk)), &kernel)
    arena.fastBinHeads[index] = chunk
    if checksHead, head != 0 {
      let headSize = try self.size(head, &kernel)
      try require(layout.fastBin(forSize: headSize) == index, .invalidFastBinEntry, &kernel)
    }
    kernel.note(.fastBinPut(size: size))
  }
}
