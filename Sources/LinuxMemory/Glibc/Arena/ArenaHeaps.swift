// The heaps of arenas other than the main one: made, grown, shrunk and given back.

extension MallocState {
  /// The least that a heap makes accessible (`HEAP_MIN_SIZE`).
  private static let smallestHeap: UInt64 = 32 << 10

  /// Makes a heap that can hold so many bytes, and more as M_TOP_PAD says (new_heap).
  ///
  /// - Returns: nil when it would be too large or the kernel refuses.
  mutating func createHeap(
    _ bytes: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> ArenaHeap? {
    let largest = layout.arenaAlignment
    // The sum may wrap around.
    let padded = (bytes &+ parameters.topPadding) & layout.addressMask
    let wanted: UInt64
    if padded <= largest {
      wanted = max(padded, Self.smallestHeap)
    } else {
      guard bytes <= largest else { return nil }
      wanted = largest
    }
    let length = layout.roundUpToPages(wanted)
    guard let start = try reserveHeap(&kernel) else { return nil }
    if case .failure(let error) = try kernel.allowAccess(start, length: length) {
      errorNumber = error
      _ = try kernel.munmap(start, length: largest)
      return nil
    }
    memory.addHeap(at: start, length: largest, key: threadCacheKey)
    kernel.note(.regionAdded(address: start, bytes: length))
    return ArenaHeap(start: start, size: length, accessibleSize: length)
  }

  /// Reserves addresses aligned to their number: where the last ones left room, else twice as many, of which the ends
  /// are given back.
  private mutating func reserveHeap(_ kernel: inout some MallocKernel) throws(FatalSignal) -> UInt64? {
    let length = layout.arenaAlignment
    if nextHeap != 0 {
      let hint = nextHeap
      nextHeap = 0
      if case .success(let start) = try kernel.reserve(
        length: length, near: hint, isFree: rules.reservesHeapsFreely)
      {
        if start & (length &- 1) == 0 { return start }
        _ = try kernel.munmap(start, length: length)
      }
    }
    switch try kernel.reserve(
      length: 2 &* length, near: 0, isFree: rules.reservesHeapsFreely)
    {
    case .success(let start):
      let aligned = (start &+ length &- 1) & ~(length &- 1)
      let before = aligned &- start
      if before != 0 {
        _ = try kernel.munmap(start, length: before)
      } else {
        nextHeap = aligned &+ length
      }
      _ = try kernel.munmap(aligned &+ length, length: length &- before)
      return aligned
    case .failure(let error):
      errorNumber = error
      switch try kernel.reserve(length: length, near: 0, isFree: rules.reservesHeapsFreely) {
      case .failure(let error):
        errorNumber = error
        return nil
      case .success(let start):
        guard start & (length &- 1) != 0 else { return start }
        _ = try kernel.munmap(start, length: length)
        return nil
      }
    }
  }

  /// Makes top of an arena larger by so many bytes at least: in its heap, else in another one; the old top then ends in
  /// fenceposts, and the rest of it is freed.
  ///
  /// - Returns: whether there was room.
  mutating func growHeap(
    _ wanted: UInt64, oldSize: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Bool {
    let missing = wanted &+ layout.minimumChunk &- oldSize
    if Int64(bitPattern: missing) > 0, try extendHeap(by: missing, &kernel), let heap = arena.heaps.last {
      try setSizeField(arena.top, (heap.end &- arena.top) | ChunkFlags.previousInUse, &kernel)
      return true
    }
    guard
      let heap = try createHeap((wanted &+ layout.minimumChunk &+ heapHeadSize) & layout.addressMask, &kernel)
    else {
      return false
    }
    arena.heaps.append(heap)
    arena.systemBytes = arena.systemBytes &+ heap.size
    try memory.store(heap.start, arena.binsAddress &- binsOffset, &kernel)
    let oldTop = arena.top
    arena.top = heap.start &+ heapHeadSize
    try setSizeField(arena.top, (heap.size &- heapHeadSize) | ChunkFlags.previousInUse, &kernel)
    let fence = layout.headerSize
    let rest = (oldSize &- layout.minimumChunk) & ~(layout.alignment - 1)
    try setSizeField(oldTop &+ rest &+ fence, ChunkFlags.previousInUse, &kernel)
    kernel.note(.topAbandoned(rest: rest))
    if rest >= layout.minimumChunk {
      try setSizeField(oldTop &+ rest, fence | ChunkFlags.previousInUse, &kernel)
      try setPreviousSize(oldTop &+ rest &+ fence, fence, &kernel)
      try setSizeField(
        oldTop, rest | ChunkFlags.previousInUse | ChunkFlags.otherArena, &kernel)
      try release(oldTop, isInternal: true, &kernel)
    } else {
      try setSizeField(oldTop, (rest &+ fence) | ChunkFlags.previousInUse, &kernel)
      try setPreviousSize(oldTop &+ rest &+ fence, rest &+ fence, &kernel)
    }
    return true
  }

  /// Makes more of the newest heap usable (grow_heap).
  private mutating func extendHeap(
    by bytes: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Bool {
    guard var heap = arena.heaps.last else { return false }
    let (size, overflow) = heap.size.addingReportingOverflow(layout.roundUpToPages(bytes))
    guard !overflow, size <= layout.arenaAlignment else { return false }
    if size > heap.accessibleSize {
      let start = heap.start &+ heap.accessibleSize
      if case .failure(let error) = try kernel.allowAccess(start, length: size &- heap.accessibleSize) {
        errorNumber = error
        return false
      }
      heap.accessibleSize = size
    }
    kernel.note(.heapGrown(bytes: size &- heap.size, padding: 0))
    arena.systemBytes = arena.systemBytes &+ size &- heap.size
    heap.size = size
    arena.heaps[arena.heaps.count - 1] = heap
    return true
  }

  /// Gives back heaps that are free as a whole, then pages at the end of top (heap_trim).
  ///
  /// - Returns: whether the end of top was given back.
  @discardableResult
  mutating func trimHeap(
    keeping padding: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Bool {
    let largest = layout.arenaAlignment
    while arena.heaps.count > 1, let heap = arena.heaps.last, arena.top == heap.start &+ heapHeadSize {
      let previous = arena.heaps[arena.heaps.count - 2]
      let tail = layout.minimumChunk &- 2 &* layout.wordSize
      let unaligned = previous.end &- tail
      let misalignment = unaligned & (layout.alignment - 1)
      let fence = unaligned &- misalignment
      // The fencepost that is a chunk of its own stands before the one without a size.
      var chunk = fence &- (try previousSize(fence, &kernel))
      var size = (try self.size(chunk, &kernel)) &+ tail &+ misalignment
      let isFree = try !isPreviousInUse(chunk, &kernel)
      if isFree { size = size &+ (try previousSize(chunk, &kernel)) }
      guard size &+ largest &- previous.size >= padding &+ layout.minimumChunk &+ MallocLayout.pageSize else {
        break
      }
      arena.systemBytes = arena.systemBytes &- heap.size
      if heap.start &+ largest == nextHeap { nextHeap = 0 }
      _ = try kernel.munmap(heap.start, length: largest)
      memory.removeHeap(at: heap.start, length: largest)
      arena.heaps.removeLast()
      kernel.note(.unmapped(address: heap.start, length: largest))
      if isFree {
        chunk = chunk &- (try previousSize(chunk, &kernel))
        try unlink(chunk, &kernel)
      }
      arena.top = chunk
      try setSizeField(chunk, size | ChunkFlags.previousInUse, &kernel)
    }
    return try shrinkHeap(keeping: padding, &kernel)
  }

  private mutating func shrinkHeap(
    keeping padding: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Bool {
    let size = try topSize(&kernel)
    guard size >= parameters.trimThreshold else {
      kernel.note(.topKept(top: size, threshold: parameters.trimThreshold))
      return false
    }
    // Unlike the main arena's, a top that is too small is not taken for an endless one.
    let bytes = size > layout.minimumChunk ? spareTop(size, keeping: padding) : 0
    guard bytes != 0, var heap = arena.heaps.last, heap.size &- bytes >= heapHeadSize else {
      return false
    }
    if !knowsOvercommit {
      kernel.readOvercommitMode()
      knowsOvercommit = true
    }
    heap.size = heap.size &- bytes
    arena.heaps[arena.heaps.count - 1] = heap
    switch try kernel.discardPages(heap.end, length: bytes) {
    case .success: memory.forgetPages(heap.end, length: bytes)
    case .failure(let error): errorNumber = error
    }
    arena.systemBytes = arena.systemBytes &- bytes
    try setSizeField(arena.top, (size &- bytes) | ChunkFlags.previousInUse, &kernel)
    kernel.note(.trimmed(bytes: bytes, top: size, threshold: parameters.trimThreshold))
    return true
  }
}
