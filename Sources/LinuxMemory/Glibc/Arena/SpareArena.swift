// Where the thread cache's structure goes when the main arena has no memory for it.

/// The second arena that even a process with one thread gets when the main arena cannot give the thread
/// cache its structure; nothing else is ever allocated from it.
struct SpareArena: Equatable, Sendable, Codable {
  /// Bytes of it that may be used.
  var systemBytes: UInt64
  /// The size of its top.
  var topSize: UInt64
}

extension MallocState {
  /// The least that an arena apart from the heap makes accessible.
  private static let smallestHeap: UInt64 = 32 << 10

  /// Bytes at the start of an arena apart from the heap: `heap_info` and `malloc_state`, up to the first chunk.
  private var heapOverhead: UInt64 { layout.wordSize == 8 ? 2256 : 1144 }

  /// The same without the alignment, as glibc asks for it.
  private var heapRequest: UInt64 { layout.wordSize == 8 ? 48 + 2200 + 16 : 24 + 1116 + 16 }

  /// Tries again after the main arena failed to allocate the thread cache's structure (arena_get_retry):
  /// in a new arena, in the only one when there may be no more, at last as a mapping of its own.
  ///
  /// - Returns: The user address, or 0 with errno set.
  mutating func allocateThreadCacheElsewhere(
    _ request: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    // The limit is drawn from the parameter once.
    if arenaLimit == 0 { arenaLimit = parameters.arenaMaximum }
    if arenaLimit == 1 { return try allocateInArena(request, &kernel) }
    guard let wanted = layout.chunkSize(forRequest: request) else { return 0 }
    if let (heap, length) = try createHeap(request, &kernel) {
      return try cutThreadCache(from: heap, length, wanted, &kernel)
    }
    guard let chunk = try allocateMapping(wanted, &kernel) else { return 0 }
    return userAddress(chunk)
  }

  private mutating func cutThreadCache(
    from heap: UInt64, _ length: UInt64, _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    memory.addRegion(at: heap, length: length, key: threadCacheKey)
    kernel.note(.regionAdded(address: heap, bytes: length))
    let chunk = heap &+ heapOverhead
    let topSize = length &- heapOverhead &- wanted
    try kernel.touch(heap, length: heapOverhead, write: true)
    try setSizeField(
      chunk, wanted | ChunkFlags.previousInUse | ChunkFlags.otherArena, &kernel)
    try setSizeField(chunk &+ wanted, topSize | ChunkFlags.previousInUse, &kernel)
    spareArena = SpareArena(systemBytes: length, topSize: topSize)
    return userAddress(chunk)
  }

  /// Makes memory for an arena (_int_new_arena): at first with room for the request, then without.
  private mutating func createHeap(
    _ request: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> (start: UInt64, length: UInt64)? {
    if let heap = try createHeap(of: heapRequest + request, &kernel) { return heap }
    return try createHeap(of: heapRequest, &kernel)
  }

  private mutating func createHeap(
    of size: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> (start: UInt64, length: UInt64)? {
    let largest = layout.arenaAlignment
    let padded = (size &+ parameters.topPadding) & layout.addressMask
    let length = layout.roundUpToPages(min(max(padded, Self.smallestHeap), largest))
    guard let start = try reserveAligned(largest, &kernel) else { return nil }
    if case .failure(let error) = try kernel.allowAccess(start, length: length) {
      errorNumber = error
      _ = try kernel.munmap(start, length: largest)
      return nil
    }
    return (start, length)
  }

  /// Reserves addresses aligned to their length: twice as many first, of which the ends are given back.
  private mutating func reserveAligned(
    _ length: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64? {
    switch try kernel.reserve(length: 2 * length) {
    case .success(let start):
      let aligned = (start &+ length &- 1) & ~(length &- 1)
      let before = aligned &- start
      if before != 0 { _ = try kernel.munmap(start, length: before) }
      _ = try kernel.munmap(aligned &+ length, length: length &- before)
      return aligned
    case .failure(let error):
      errorNumber = error
      switch try kernel.reserve(length: length) {
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
}
