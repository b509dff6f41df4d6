// calloc: which part of a block has to be cleared, and so which of its pages are touched.

extension MallocState {
  /// calloc(3) after the product was checked.
  ///
  /// Memory fresh from the kernel is zero already: a mapping, and the part of the heap above the highest
  /// break so far.
  mutating func allocateZeroed(
    _ request: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    try initializeIfNeeded(&kernel)
    if hasHook { return try allocateThroughHook(request, &kernel) }
    if rules.callocAsksThreadCache {
      let wanted = layout.chunkSize(forRequest: request) ?? .max
      if let address = try allocateFromThreadCache(wanted, &kernel) {
        let length = try size(chunk(atUserAddress: address), &kernel) &- layout.wordSize
        kernel.note(.zeroed(bytes: length, spared: 0))
        try memory.touch(address, length: length, write: true, &kernel)
        memory.clear(address, length: length)
        return address
      }
    } else {
      try createThreadCacheIfMissing(&kernel)
      noteBypass(request, &kernel)
    }
    let hasArena = hadThreads ? try enterArena(for: request, &kernel) : true
    if !hadThreads { enter(0) }
    let oldTop = arena.top
    var oldTopSize = try topSize(&kernel)
    if !arena.isMain, let heap = arena.heaps.last {
      // What was made accessible before may have been used before.
      oldTopSize = max(oldTopSize, heap.start &+ heap.accessibleSize &- oldTop)
    }
    let address =
      hadThreads
      ? try allocate(request, hasArena: hasArena, &kernel) : try allocateInArena(request, &kernel)
    guard address != 0 else { return 0 }
    let chunk = chunk(atUserAddress: address)
    let field = try sizeField(chunk, &kernel)
    if field & ChunkFlags.mapped != 0 {
      if parameters.fillByte != 0 { try memory.touch(address, length: request, write: true, &kernel) }
      kernel.note(.zeroed(bytes: 0, spared: request))
      return address
    }
    var size = field & ~ChunkFlags.all
    if parameters.fillByte == 0, chunk == oldTop, size > oldTopSize { size = oldTopSize }
    let length = size &- layout.wordSize
    kernel.note(.zeroed(bytes: length, spared: (field & ~ChunkFlags.all) &- size))
    try memory.touch(address, length: length, write: true, &kernel)
    memory.clear(address, length: length)
    return address
  }

  /// calloc as long as nobody called malloc: malloc, and a memset of what was asked for, fresh memory or not
  /// (malloc_hook_ini).
  private mutating func allocateThroughHook(
    _ request: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    let address = try malloc(request, kernel: &kernel)
    guard address != 0 else { return 0 }
    kernel.note(.zeroed(bytes: request, spared: 0))
    try memory.touch(address, length: request, write: true, &kernel)
    memory.clear(address, length: request)
    return address
  }

  /// Notes that calloc leaves chunks alone that the thread cache holds ready.
  private func noteBypass(_ request: UInt64, _ kernel: inout some MallocKernel) {
    guard kernel.listensToAllocator, let wanted = layout.chunkSize(forRequest: request) else { return }
    let bin = layout.threadCacheBin(forSize: wanted)
    guard threadCacheServes(bin) else { return }
    let count = threadCacheChunks(bin).count
    if count > 0 { kernel.note(.threadCacheBypassed(size: wanted, count: count)) }
  }
}
