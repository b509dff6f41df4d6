// Looking at the heap: its chunks in order of address, and the block that an address lies in.

/// What a chunk is at the moment.
public enum HeapChunkState: Equatable, Sendable {
  /// In use by the program.
  case inUse
  /// The thread cache's own structure.
  case threadCacheStructure
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
  public var isLive: Bool { self == .inUse || self == .threadCacheStructure }
}

/// A chunk of the arena.
public struct HeapChunk: Equatable, Sendable {
  /// Where its header begins; the program's address lies two words further.
  public var address: UInt64
  /// Its size in bytes, header included.
  public var size: UInt64
  /// What it is.
  public var state: HeapChunkState

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
    var walked = 0
    var next = listed.startIndex
    for start in mainArena.stretches.sorted() {
      var chunk = start
      while true {
        let size = word(at: chunk &+ layout.wordSize) & ~ChunkFlags.all
        let end = chunk &+ size
        if size == layout.headerSize, chunk != mainArena.top {
          // Two fenceposts end a stretch.
          guard body(HeapChunk(address: chunk, size: size, state: .fencepost)) else { return nil }
          _ = body(HeapChunk(address: end, size: size, state: .fencepost))
          break
        }
        let isAligned = chunk == mainArena.top || size & (layout.alignment - 1) == 0
        guard size >= layout.minimumChunk, isAligned, end > chunk, size <= mainArena.systemBytes else {
          return chunk
        }
        while next < listed.endIndex, listed[next].address < chunk { next += 1 }
        var state = HeapChunkState.inUse
        if next < listed.endIndex, listed[next].address == chunk { state = listed[next].state }
        if chunk == mainArena.top { state = .top }
        if userAddress(chunk) == mainThread.cache { state = .threadCacheStructure }
        walked += 1
        if walked & 255 == 0, !mayGoOn(256) { return nil }
        guard body(HeapChunk(address: chunk, size: size, state: state)) else { return nil }
        if chunk == mainArena.top { break }
        chunk = end
      }
    }
    return nil
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
    guard let chunk = chunk(holding: address), chunk != mainArena.top, userAddress(chunk) != mainThread.cache
    else {
      return nil
    }
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
    let bin = layout.threadCacheBin(forSize: size)
    if threadCacheServes(bin), word(at: userAddress(chunk) &+ layout.wordSize) == threadCacheKey,
      threadCacheChunks(bin).contains(chunk)
    {
      return false
    }
    let index = layout.fastBin(forSize: size)
    guard mainArena.fastBinHeads.indices.contains(index), mainArena.fastBinHeads[index] != 0 else {
      return true
    }
    return !fastBinChunks(index).contains(chunk)
  }
}
