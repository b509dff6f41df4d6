// realloc: in place, into top, into a free neighbour, by mremap, or by moving.

extension MallocState {
  /// realloc(3) for a pointer and a size that are not zero.
  ///
  /// - Returns: The user address, or 0 with errno set; then the old block stays as it was.
  mutating func reallocate(
    _ address: UInt64, _ request: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    let chunk = chunk(atUserAddress: address) & layout.addressMask
    let field = try claimedSizeField(chunk, &kernel)
    let size = field & ~ChunkFlags.all
    let isMapped = field & ChunkFlags.mapped != 0
    if rules.reallocKeeps != .nothing, try isLeftAlone(chunk, field, request, &kernel) {
      kernel.note(.resizedInPlace(from: size, to: size))
      return address
    }
    if !isMapped, !rules.asksThreadCacheFirst {
      try createThreadCacheIfMissing(&kernel)
      try enterOwner(of: chunk, field, &kernel)
    }
    try require(
      chunk <= (0 &- size) & layout.addressMask && layout.misalignment(ofChunk: chunk) == 0,
      .reallocInvalidPointer, &kernel)
    guard let wanted = layout.chunkSize(forRequest: request) else {
      errorNumber = .ENOMEM
      kernel.note(.outOfMemory(size: request))
      return 0
    }
    if isMapped { return try reallocateMapped(chunk, size, request, wanted, &kernel) }
    if rules.asksThreadCacheFirst { try enterOwner(of: chunk, field, &kernel) }
    let moved = try reallocateInArena(chunk, field, wanted, &kernel)
    guard moved == 0, hadThreads else { return moved }
    // Another arena may have room.
    let owner = arenaNumber
    let copy = try malloc(request, kernel: &kernel)
    guard copy != 0 else { return 0 }
    let length = size &- layout.wordSize
    try copyData(from: userAddress(chunk), to: copy, length, &kernel)
    kernel.note(.moved(from: userAddress(chunk), to: copy, bytes: length))
    enter(owner)
    try release(chunk, isInternal: false, &kernel)
    return copy
  }

  /// Whether a block has room for a request, and not much more than that.
  private mutating func isLeftAlone(
    _ chunk: UInt64, _ field: UInt64, _ request: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Bool {
    let usable = try usableSize(ofChunk: chunk, field, &kernel)
    guard request <= usable else { return false }
    if usable &- request < 2 &* layout.wordSize { return true }
    return rules.reallocKeeps == .slackAndMappedPage && field & ChunkFlags.mapped != 0
      && usable &- request <= MallocLayout.pageSize
  }

  private mutating func reallocateMapped(
    _ chunk: UInt64, _ size: UInt64, _ request: UInt64, _ wanted: UInt64,
    _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    if let resized = try resizeMapping(chunk, wanted, &kernel) { return userAddress(resized) }
    let usable = try usableSize(ofChunk: chunk, size | ChunkFlags.mapped, &kernel)
    if rules.mappedSizeExcludesHeader ? request <= usable : size &- layout.wordSize >= wanted {
      kernel.note(.resizedInPlace(from: size, to: size))
      return userAddress(chunk)
    }
    let copy = try malloc(request, kernel: &kernel)
    guard copy != 0 else { return 0 }
    try copyData(from: userAddress(chunk), to: copy, size &- layout.headerSize, &kernel)
    kernel.note(.moved(from: userAddress(chunk), to: copy, bytes: size &- layout.headerSize))
    try unmap(chunk, &kernel)
    return copy
  }

  private mutating func reallocateInArena(
    _ chunk: UInt64, _ field: UInt64, _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    let size = field & ~ChunkFlags.all
    try require(field > layout.headerSize && size < arena.systemBytes, .reallocInvalidOldSize, &kernel)
    let next = chunk &+ size
    let nextField = try sizeField(next, &kernel)
    let nextSize = nextField & ~ChunkFlags.all
    try require(
      nextField > layout.headerSize && nextSize < arena.systemBytes, .reallocInvalidNextSize, &kernel)
    var available = size
    if size >= wanted {
      kernel.note(.resizedInPlace(from: size, to: wanted))
    } else if next == arena.top, size &+ nextSize >= wanted &+ layout.minimumChunk {
      return try growIntoTop(chunk, size: size, total: size &+ nextSize, wanted, &kernel)
    } else if next != arena.top, size &+ nextSize >= wanted,
      try !isPreviousInUse(next &+ nextSize, &kernel)
    {
      try unlink(next, &kernel)
      memory.clearStart(next)
      available = size &+ nextSize
      kernel.note(.grownIntoNext(from: size, to: wanted))
    } else {
      let copy = try allocateInArena(wanted &- (layout.alignment - 1), &kernel)
      guard copy != 0 else { return 0 }
      let newChunk = self.chunk(atUserAddress: copy)
      guard newChunk == next else {
        try copyData(from: userAddress(chunk), to: copy, size &- layout.wordSize, &kernel)
        kernel.note(.moved(from: userAddress(chunk), to: copy, bytes: size &- layout.wordSize))
        try release(chunk, isInternal: true, &kernel)
        return copy
      }
      available = size &+ (try self.size(newChunk, &kernel))
      memory.clearStart(newChunk)
      kernel.note(.grownIntoNext(from: size, to: wanted))
    }
    try cutOff(chunk, available, wanted, &kernel)
    return userAddress(chunk)
  }

  private mutating func growIntoTop(
    _ chunk: UInt64, size: UInt64, total: UInt64, _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    try setSize(chunk, wanted, &kernel)
    memory.clearStart(arena.top)
    arena.top = chunk &+ wanted
    try setSizeField(arena.top, (total &- wanted) | ChunkFlags.previousInUse, &kernel)
    kernel.note(.grownIntoTop(from: size, to: wanted))
    return userAddress(chunk)
  }

  /// Frees what a chunk in use has beyond the size wanted, when that is a chunk of its own.
  private mutating func cutOff(
    _ chunk: UInt64, _ available: UInt64, _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let rest = available &- wanted
    guard rest >= layout.minimumChunk else {
      try setSize(chunk, available, &kernel)
      return try setPreviousInUse(chunk &+ available, &kernel)
    }
    let remainder = chunk &+ wanted
    try setSize(chunk, wanted, &kernel)
    try setSizeField(remainder, rest | ChunkFlags.previousInUse | arena.ownerFlag, &kernel)
    try setPreviousInUse(remainder &+ rest, &kernel)
    kernel.note(.restCut(size: rest))
    try release(remainder, isInternal: true, &kernel)
  }

  /// Copies a block's data: the old pages are read, the new ones written.
  private mutating func copyData(
    from source: UInt64, to destination: UInt64, _ length: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    try memory.touch(source, length: length, write: false, &kernel)
    try memory.touch(destination, length: length, write: true, &kernel)
    memory.copy(from: source, to: destination, length: length)
  }
}
