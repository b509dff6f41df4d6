// Looking at the heap: its chunks in order of address, and the block that an address lies in.

/// What a chunk is at the moment.
public enum HeapChunkState: Equatable, Sendable {
  /// In use by the program.
  case inUse
  /// A thread cache's own structure.
  case threadCacheStructure
  /// What the C library notes of a thread's local variables (the dynamic thread vector).
  case threadVector
  /// Freed, in a bin of the thread cache.
  case threadCache(bin: Int)
  /// Freed, in a fastbin.
  case fastBin(Int)
  /// Free and not sorted yet.
  case unsorted
  /// Free, in a small bin.
  case smallBin(Int)
  /// Free, in a large bin.
  case largeBin(Int)
  /// The chunk at the end of the heap.
  case top
  /// The end of a stretch of memory that the heap does not continue.
  case fencepost

  /// Whether the program owns the chunk.
  public var isLive: Bool { self == .inUse || isOwn }

  /// Whether the chunk is free and merged with its free neighbours: it lies in a bin.
  var isMerged: Bool {
    switch self {
    case .unsorted, .smallBin, .largeBin: true
    default: false
    }
  }

  /// Whether it is the C library's own.
  public var isOwn: Bool { self == .threadCacheStructure || self == .threadVector }
}

/// A chunk of the arena.
public struct HeapChunk: Equatable, Sendable {
  /// Where its header begins; the program's address lies two words further.
  public var address: UInt64
  /// Its size in bytes, header included.
  public var size: UInt64
  /// What it is.
  public var state: HeapChunkState
  /// In which arena it lies where that was asked; 0 is the main one.
  public var arena = 0

  /// Describes a chunk.
  public init(address: UInt64, size: UInt64, state: HeapChunkState) {
    self.address = address
    self.size = size
    self.state = state
  }
}

/// A block that the program got, or gave back.
package struct MallocAllocation: Equatable, Sendable {
  /// What malloc returned.
  package var address: UInt64
  /// How many bytes may be used from there on (malloc_usable_size(3)).
  package var usableSize: UInt64
  /// Whether it has been freed.
  package var isLive: Bool
  /// Whether it has a mapping of its own.
  package var isMapped: Bool
}

extension MallocState {
  /// Calls a body with every chunk of the arena in order of address.
  ///
  /// - Parameters:
  ///   - mayGoOn: Told how many chunks were looked at; once it says no, the walk ends.
  ///   - body: Given a chunk; returns whether to go on.
  /// - Returns: The address of a header that makes no sense, where the walk ended; `nil` if there is none.
  @discardableResult
  package func walkChunks(
    mayGoOn: (Int) -> Bool = { _ in true }, _ body: (HeapChunk) -> Bool
  ) -> UInt64? {
    // Lists are mostly in runs of ascending or descending addresses, which are quickly sorted.
    var listed: [(address: UInt64, state: HeapChunkState)] = []
    var isStopped = false
    forEachListedChunk { state, chunk in
      if isStopped { return }
      listed.append((chunk, state))
      if listed.count & 1023 == 0 { isStopped = !mayGoOn(1024) }
    }
    // Sorting what lies in runs takes a few comparisons for each.
    if isStopped || !mayGoOn(listed.count / 8) { return nil }
    listed.sort { $0.address < $1.address }
    var walk = HeapWalk(listed: listed, caches: livingThreads.map(\.thread.cache), vectors: vectors)
    for number in arenas.indices {
      let arena = arena(number)
      for start in starts(of: arena).sorted() {
        let broken = walkStretch(from: start, number, arena, &walk, mayGoOn, body)
        if broken != nil || walk.isStopped { return broken }
      }
    }
    return nil
  }

  /// The user addresses of the vectors of thread-local storage that the library got from malloc.
  private var vectors: Set<UInt64> {
    Set((Array(stacks.used.values) + stacks.cached).map(\.vector).filter { $0 != 0 })
  }

  /// Where the first chunk of each stretch of an arena lies.
  private func starts(of arena: Arena) -> [UInt64] {
    if arena.isMain { return Array(arena.stretches) }
    return arena.heaps.enumerated().map { place, heap in
      let start = heap.start &+ heapHeadSize &+ (place == 0 ? arenaStateSize : 0)
      let misalignment = layout.misalignment(ofChunk: start)
      return misalignment == 0 ? start : start &+ layout.alignment &- misalignment
    }
  }

  /// Walks over the chunks of one stretch.
  ///
  /// - Returns: The address of a header that makes no sense.
  private func walkStretch(
    from start: UInt64, _ number: Int, _ arena: Arena, _ walk: inout HeapWalk, _ mayGoOn: (Int) -> Bool,
    _ body: (HeapChunk) -> Bool
  ) -> UInt64? {
    func visit(_ address: UInt64, _ size: UInt64, _ state: HeapChunkState) -> Bool {
      var chunk = HeapChunk(address: address, size: size, state: state)
      chunk.arena = number
      return body(chunk)
    }
    var chunk = start
    walk.begin(at: start)
    while true {
      let size = word(at: chunk &+ layout.wordSize) & ~ChunkFlags.all
      let end = chunk &+ size
      if size == layout.headerSize || size == 0 && !arena.isMain, chunk != arena.top {
        // Two fenceposts end a stretch; the second of a heap has no size.
        walk.isStopped = !visit(chunk, layout.headerSize, .fencepost)
        if !walk.isStopped, size != 0 { _ = visit(end, layout.headerSize, .fencepost) }
        return nil
      }
      let isAligned = chunk == arena.top || size & (layout.alignment - 1) == 0
      guard size >= layout.minimumChunk, isAligned, end > chunk, size <= arena.systemBytes else {
        return chunk
      }
      var state = walk.listedState(of: chunk) ?? .inUse
      if chunk == arena.top { state = .top }
      if walk.caches.contains(userAddress(chunk)) { state = .threadCacheStructure }
      if walk.vectors.contains(userAddress(chunk)), state == .inUse { state = .threadVector }
      walk.count += 1
      walk.isStopped = walk.count & 255 == 0 && !mayGoOn(256) || !visit(chunk, size, state)
      if walk.isStopped || chunk == arena.top { return nil }
      chunk = end
    }
  }

  /// The block that an address lies in, freed or not.
  ///
  /// - Parameter address: Any address, a header's included.
  /// - Returns: `nil` outside of all blocks: in top, in the thread cache's structure, elsewhere.
  package func allocation(containing address: UInt64) -> MallocAllocation? {
    if let entry = mappedChunks.entry(containing: address) {
      let user = userAddress(entry.chunk)
      return MallocAllocation(
        address: user, usableSize: knownUsableSize(of: user), isLive: true, isMapped: true)
    }
    guard let chunk = chunk(holding: address), !arenas.indices.contains(where: { arena($0).top == chunk }),
      !livingThreads.contains(where: { $0.thread.cache == userAddress(chunk) })
    else { return nil }
    let size = word(at: chunk &+ layout.wordSize) & ~ChunkFlags.all
    guard address &- chunk < size &+ layout.wordSize, size > layout.headerSize else { return nil }
    return MallocAllocation(
      address: userAddress(chunk), usableSize: size &- layout.wordSize, isLive: isLive(chunk, size),
      isMapped: false)
  }

  /// The chunk whose bytes an address is among: behind a chunk in use, the first word of the next is still its.
  private func chunk(holding address: UInt64) -> UInt64? {
    guard let start = memory.lastStart(upTo: address) else { return nil }
    guard start > 0, address &- start < layout.wordSize,
      word(at: start &+ layout.wordSize) & ChunkFlags.previousInUse != 0,
      let before = memory.lastStart(upTo: start - 1),
      before &+ word(at: before &+ layout.wordSize) & ~ChunkFlags.all == start
    else { return start }
    return before
  }

  private func isLive(_ chunk: UInt64, _ size: UInt64) -> Bool {
    let next = chunk &+ size
    guard word(at: next &+ layout.wordSize) & ChunkFlags.previousInUse != 0 else { return false }
    for (_, thread) in livingThreads where thread.cache != 0 {
      guard let bin = cacheBin(forSize: size) else { break }
      let key = rules.keyIsStructure ? thread.cache : threadCacheKey
      if word(at: userAddress(chunk) &+ layout.wordSize) == key,
        threadCacheChunks(bin, of: thread.cache).contains(chunk)
      {
        return false
      }
    }
    let index = layout.fastBin(forSize: size)
    return !arenas.indices.contains { number in
      let heads = arena(number).fastBinHeads
      return heads.indices.contains(index) && heads[index] != 0
        && fastBinChunks(index, ofArena: number).contains(chunk)
    }
  }

  /// The bin of a thread cache for chunks of a size; nil for what no cache takes.
  private func cacheBin(forSize size: UInt64) -> Int? {
    let bin = layout.threadCacheBin(forSize: size)
    if UInt(bitPattern: bin) < UInt(bitPattern: parameters.threadCacheBins) { return bin }
    guard size < parameters.largeThreadCacheLimit else { return nil }
    let large = largeThreadCacheBin(forSize: size)
    return large < threadCacheBinCount ? large : nil
  }
}

/// What a walk over all chunks knows and keeps.
private struct HeapWalk {
  /// The chunks that are on lists, in order of address.
  let listed: [(address: UInt64, state: HeapChunkState)]
  /// The user addresses of the caches' structures.
  let caches: [UInt64]
  /// Those of threads' vectors.
  let vectors: Set<UInt64>
  /// How many chunks were visited.
  var count = 0
  /// Whether somebody has had enough.
  var isStopped = false

  /// The first listed chunk that the walk has not passed.
  private var next = 0

  init(
    listed: [(address: UInt64, state: HeapChunkState)], caches: [UInt64], vectors: Set<UInt64>
  ) {
    self.listed = listed
    self.caches = caches
    self.vectors = vectors
  }

  /// Goes to the chunks from an address on.
  mutating func begin(at address: UInt64) {
    var low = 0
    var high = listed.count
    while low < high {
      let middle = (low + high) / 2
      if listed[middle].address < address { low = middle + 1 } else { high = middle }
    }
    next = low
  }

  /// On which list a chunk is; chunks are asked for in ascending order.
  mutating func listedState(of chunk: UInt64) -> HeapChunkState? {
    while next < listed.count, listed[next].address < chunk { next += 1 }
    return next < listed.count && listed[next].address == chunk ? listed[next].state : nil
  }
}
