// Finding a chunk: the order in which the arena's bins, top and the system are asked.

extension MallocState {
  /// The core of every allocation (_int_malloc): serves a request from the arena or by a mapping.
  ///
  /// The thread cache is not asked, but filled on the way.
  ///
  /// - Parameter request: Bytes asked for.
  /// - Returns: The user address, or 0 with errno set.
  mutating func allocateInArena(
    _ request: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    guard let wanted = layout.chunkSize(forRequest: request) else {
      errorNumber = .ENOMEM
      kernel.note(.outOfMemory(size: request))
      return 0
    }
    let chunk = try findChunk(wanted, &kernel)
    guard chunk != 0 else { return 0 }
    let address = userAddress(chunk)
    if memory.hasForeignWords { try checkOwner(chunk, &kernel) }
    if parameters.fillByte != 0 { try memory.touch(address, length: request, write: true, &kernel) }
    return address
  }

  private mutating func findChunk(
    _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    if wanted <= parameters.largestFastChunk, let chunk = try takeFromFastBin(wanted, &kernel) {
      return chunk
    }
    if layout.isSmall(wanted) {
      if let chunk = try takeFromSmallBin(wanted, &kernel) { return chunk }
    } else if arena.hasFastChunks {
      try consolidate(&kernel)
    }
    while true {
      switch try scanUnsorted(wanted, &kernel) {
      case .found(let chunk): return chunk
      case .cached:
        let bin = layout.threadCacheBin(forSize: wanted)
        return chunk(atUserAddress: try takeFromThreadCache(bin: bin, &kernel))
      case .nothing: break
      }
      if !layout.isSmall(wanted), let chunk = try takeFromLargeBin(wanted, &kernel) { return chunk }
      if let chunk = try takeFromLargerBins(wanted, &kernel) { return chunk }
      if let chunk = try takeFromTop(wanted, &kernel) { return chunk }
      guard arena.hasFastChunks else { return try allocateFromSystem(wanted, &kernel) }
      try consolidate(&kernel)
    }
  }

  /// Cuts a chunk off the lower end of top, when enough is left of top.
  mutating func takeFromTop(
    _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64? {
    let size = try topSize(&kernel)
    try require(size <= arena.systemBytes, .corruptedTopSize, &kernel)
    return try splitTop(size, wanted, &kernel)
  }

  /// Cuts a chunk off top, which has `size` bytes.
  mutating func splitTop(
    _ size: UInt64, _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64? {
    let needed = wanted &+ layout.minimumChunk
    guard size >= needed else { return nil }
    let chunk = arena.top
    arena.top = chunk &+ wanted
    try setSizeField(chunk, wanted | ChunkFlags.previousInUse | arena.ownerFlag, &kernel)
    try setSizeField(arena.top, (size &- wanted) | ChunkFlags.previousInUse, &kernel)
    kernel.note(.topSplit(size: wanted, left: size &- wanted))
    return chunk
  }

  /// The size of top; 0 before there is one.
  @inline(__always)
  mutating func topSize(_ kernel: inout some MallocKernel) throws(FatalSignal) -> UInt64 {
    arena.top == 0 ? 0 : try size(arena.top, &kernel)
  }
}
