// memalign and its kin: allocate more than needed, then free what lies before and behind.

extension MallocState {
  /// memalign(3) for any alignment; a request with the usual one is a plain malloc.
  ///
  /// - Returns: The user address, or 0 with errno set.
  mutating func allocateAligned(
    _ alignment: UInt64, _ request: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    try initializeIfNeeded(&kernel)
    guard alignment > layout.alignment else { return try malloc(request, kernel: &kernel) }
    guard alignment <= layout.addressMask / 2 + 1 else {
      errorNumber = .EINVAL
      kernel.note(.alignmentRefused(alignment))
      return 0
    }
    var power = 2 * layout.alignment
    while power < alignment { power <<= 1 }
    if alignment < layout.minimumChunk { power = layout.minimumChunk }
    if alignment & (alignment - 1) == 0, alignment >= layout.minimumChunk { power = alignment }
    let wanted = layout.chunkSize(forRequest: request)
    guard wanted != nil || !rules.alignedChecksSizeFirst else {
      errorNumber = .ENOMEM
      kernel.note(.outOfMemory(size: request))
      return 0
    }
    if rules.alignedAsksThreadCache, let wanted,
      let address = try takeAlignedFromThreadCache(wanted, power, &kernel)
    {
      return address
    }
    var room: UInt64?
    if let wanted, power <= layout.largestRequest {
      room = (wanted &+ power &+ layout.minimumChunk) & layout.addressMask
    }
    let address = try allocateRoom(room, for: request, alignment: power, &kernel)
    guard address != 0, let wanted else {
      if room == nil {
        errorNumber = .ENOMEM
        kernel.note(.outOfMemory(size: request))
      }
      return 0
    }
    return try trimToAlignment(address, power, wanted, &kernel)
  }

  private mutating func trimToAlignment(
    _ address: UInt64, _ alignment: UInt64, _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    let start = chunk(atUserAddress: address)
    let field = try sizeField(start, &kernel)
    let isMapped = field & ChunkFlags.mapped != 0
    var chunk = start
    if address & (alignment - 1) != 0 {
      chunk = self.chunk(atUserAddress: (address &+ alignment &- 1) & (0 &- alignment))
      let isClose = isMapped && rules.alignsMappedClosely
      if chunk &- start < layout.minimumChunk, !isClose { chunk = chunk &+ alignment }
    }
    let size = (field & ~ChunkFlags.all) &- (chunk &- start)
    var cutsTail = false
    if !isMapped { cutsTail = try leavesTail(chunk, size, wanted, &kernel) }
    kernel.note(.alignmentTrimmed(before: chunk &- start, behind: cutsTail ? size &- wanted : 0))
    if chunk != start { try cutLead(start, chunk, isMapped: isMapped, &kernel) }
    if cutsTail { try cutTail(chunk, size, wanted, &kernel) }
    return userAddress(chunk)
  }

  /// Whether what is behind an aligned block is cut off.
  private mutating func leavesTail(
    _ chunk: UInt64, _ size: UInt64, _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Bool {
    switch rules.alignmentTrims {
    case .internalFree: return size > wanted &+ layout.minimumChunk
    case .mergeWholeChunks: return size &- wanted >= layout.minimumChunk
    case .merge:
      guard size > wanted else { return false }
      let next = chunk &+ size
      let nextSize = try self.size(next, &kernel)
      if size &- wanted >= layout.minimumChunk || next == arena.top { return true }
      return try !isPreviousInUse(next &+ nextSize, &kernel)
    }
  }

  private mutating func cutTail(
    _ chunk: UInt64, _ size: UInt64, _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let remainder = chunk &+ wanted
    guard rules.alignmentTrims != .internalFree else {
      try setSizeField(remainder, (size &- wanted) | ChunkFlags.previousInUse | arena.ownerFlag, &kernel)
      try setSize(chunk, wanted, &kernel)
      return try release(remainder, isInternal: true, &kernel)
    }
    let next = chunk &+ size
    let nextField = try sizeField(next, &kernel)
    try setSize(chunk, wanted, &kernel)
    let merged = try placeFreed(
      remainder, size &- wanted, next: next, nextField, isConsolidation: false, &kernel)
    try giveBack(afterMerging: merged, &kernel)
  }

  /// Makes the part of a chunk before the aligned address a chunk of its own and frees it; a mapped chunk
  /// just records how long it is.
  private mutating func cutLead(
    _ chunk: UInt64, _ aligned: UInt64, isMapped: Bool, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let lead = aligned &- chunk
    let size = try size(chunk, &kernel) &- lead
    if isMapped {
      let earlierLead = try previousSize(chunk, &kernel)
      try setPreviousSize(aligned, earlierLead &+ lead, &kernel)
      mappedChunks.moveChunk(to: aligned)
      return try setSizeField(aligned, size | ChunkFlags.mapped, &kernel)
    }
    try setSizeField(aligned, size | ChunkFlags.previousInUse | arena.ownerFlag, &kernel)
    try setPreviousInUse(aligned &+ size, &kernel)
    try setSize(chunk, lead, &kernel)
    if rules.alignmentTrims == .internalFree {
      try release(chunk, isInternal: true, &kernel)
    } else {
      try mergeFreed(chunk, lead, &kernel)
    }
  }
}
