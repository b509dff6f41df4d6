// Giving memory back: the end of top by lowering the break, free pages inside the heap by madvise.

extension MallocState {
  /// Lowers the break so that top keeps `padding` bytes and a little more (systrim).
  ///
  /// - Returns: Whether memory went back.
  mutating func trimTop(
    keeping padding: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Bool {
    let size = try topSize(&kernel)
    let bytes = spareTop(size, keeping: padding)
    guard bytes != 0 else { return false }
    guard let end = try moveBreak(by: 0, &kernel), end == arena.top &+ size else { return false }
    _ = try moveBreak(by: 0 &- Int64(bitPattern: bytes), &kernel)
    let newEnd = kernel.currentBreak
    guard newEnd != end else { return false }
    let released = end &- newEnd
    if newEnd < end { memory.forgetPages(newEnd, length: released) }
    arena.systemBytes = arena.systemBytes &- released
    try setSizeField(arena.top, (size &- released) | ChunkFlags.previousInUse, &kernel)
    return true
  }

  /// How many bytes of whole pages top has beyond what a trim leaves of it.
  func spareTop(_ size: UInt64, keeping padding: UInt64) -> UInt64 {
    let spare = (size &- layout.minimumChunk &- 1) & layout.addressMask
    return spare > padding ? (spare &- padding) & ~(MallocLayout.pageSize - 1) : 0
  }

  /// malloc_trim(3): gives back whole pages inside free chunks of all arenas; top of the main one is trimmed.
  ///
  /// - Parameter padding: How many bytes top keeps.
  /// - Returns: Whether anything was given back.
  mutating func trimEverything(
    keeping padding: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Bool {
    var didTrim = false
    for number in arenaOrder {
      enter(number)
      if try trimArena(keeping: padding, &kernel) { didTrim = true }
    }
    return didTrim
  }

  private mutating func trimArena(
    keeping padding: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Bool {
    try consolidate(&kernel)
    var didDiscard = false
    let firstWithPages = layout.bin(forSize: MallocLayout.pageSize)
    for index in 1..<MallocLayout.binCount where index == 1 || index >= firstWithPages {
      let bin = binAddress(index)
      var chunk = try backward(bin, &kernel)
      var steps: UInt64 = 0
      while chunk != bin {
        steps += 1
        try checkProgress(steps, &kernel)
        if try discardPages(inside: chunk, &kernel) { didDiscard = true }
        chunk = try backward(chunk, &kernel)
      }
    }
    guard arena.isMain else { return didDiscard }
    let before = arena.systemBytes
    guard try trimTop(keeping: padding, &kernel) else {
      if !didDiscard { kernel.note(.nothingTrimmed) }
      return didDiscard
    }
    kernel.note(.topReleased(bytes: before &- arena.systemBytes))
    return true
  }

  private mutating func discardPages(
    inside chunk: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Bool {
    let header = 6 * layout.wordSize
    let pageMask = MallocLayout.pageSize - 1
    let size = try size(chunk, &kernel)
    guard size > pageMask + header else { return false }
    let start = layout.roundUpToPages(chunk &+ header)
    try require((chunk &+ size) & layout.addressMask > start, .trimAssertion, &kernel)
    let length = (chunk &+ size &- start) & ~pageMask
    guard size &- (start &- chunk) > pageMask else { return false }
    switch try kernel.discardPages(start, length: length) {
    case .success: memory.forgetPages(start, length: length)
    case .failure(let error): errorNumber = error
    }
    kernel.note(.pagesDiscarded(address: start, length: length))
    return true
  }
}
