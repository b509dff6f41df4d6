// Looking at the free chunks, list by list, without touching them as the allocator would.

/// Whose a list of free chunks is.
package enum FreeListOwner: Hashable, Sendable {
  /// A thread's, by the C library's number of it; 0 is the main one.
  case thread(Int)
  /// An arena's; 0 is the main one.
  case arena(Int)
}

/// A list of free chunks that is not empty.
package struct FreeList: Equatable, Sendable {
  /// Whose it is.
  package var owner: FreeListOwner
  /// Which list it is: one of the thread cache, a fastbin, the unsorted bin, a small or a large bin.
  package var state: HeapChunkState
  /// Its chunks in the order of the list, the front first: the newest, or the largest of a large bin.
  package var chunks: [HeapChunk]
}

extension MallocState {
  /// An arena by its number, whichever is worked on.
  func arena(_ number: Int) -> Arena { number == arenaNumber ? arena : arenas[number] }

  /// What the threads that have not ended keep, by their numbers.
  var livingThreads: [(number: Int, thread: MallocThread)] {
    ([(threadNumber, thread)] + threads.map { ($0.key, $0.value) })
      .filter { !$0.1.hasEnded }.sorted { $0.0 < $1.0 }.map { (number: $0.0, thread: $0.1) }
  }

  /// All lists that hold chunks: each thread's cache, then of each arena fastbins, the unsorted bin, small bins, large bins.
  ///
  /// - Parameter mayGoOn: told how many chunks were looked at; once it says no, the rest is left out.
  package func freeLists(mayGoOn: @escaping (Int) -> Bool = { _ in true }) -> [FreeList] {
    var lists: [FreeList] = []
    for head in listHeads {
      var chunks: [HeapChunk] = []
      follow(head) {
        chunks.append(HeapChunk(address: $0, size: notedSize(of: $0), state: head.state))
        return chunks.count & 255 != 0 || mayGoOn(256)
      }
      if !chunks.isEmpty, mayGoOn(1) {
        lists.append(FreeList(owner: head.owner, state: head.state, chunks: chunks))
      }
    }
    return lists
  }

  /// Visits every chunk of every list, in the order of ``freeLists(mayGoOn:)``.
  func forEachListedChunk(_ visit: (HeapChunkState, UInt64) -> Void) {
    for head in listHeads {
      follow(head) {
        visit(head.state, $0)
        return true
      }
    }
  }

  /// Where a list begins.
  private struct ListHead {
    var owner: FreeListOwner
    var state: HeapChunkState
    /// The first link, and what stands in the last one.
    var first: UInt64, end: UInt64 = 0
  }

  /// Every list of every owner that is not empty.
  private var listHeads: [ListHead] {
    var heads: [ListHead] = []
    for (number, thread) in livingThreads where thread.cache != 0 {
      for bin in 0..<threadCacheBinCount {
        let first = word(at: threadCacheHead(bin, ofCache: thread.cache))
        if first != 0 {
          heads.append(ListHead(owner: .thread(number), state: .threadCache(bin: bin), first: first))
        }
      }
    }
    for number in arenas.indices {
      let arena = arena(number)
      for index in arena.fastBinHeads.indices where arena.fastBinHeads[index] != 0 {
        heads.append(
          ListHead(owner: .arena(number), state: .fastBin(index), first: arena.fastBinHeads[index]))
      }
      guard isInitialized else { continue }
      for bin in 1..<MallocLayout.binCount {
        let end = binAddress(bin, of: arena)
        let first = word(at: end &+ layout.headerSize)
        if first != end {
          heads.append(ListHead(owner: .arena(number), state: state(ofBin: bin), first: first, end: end))
        }
      }
    }
    return heads
  }

  private func follow(_ head: ListHead, _ visit: (UInt64) -> Bool) {
    switch head.state {
    case .threadCache:
      follow(
        head.first, visit: { visit(chunk(atUserAddress: $0)) }, next: { mangled(word(at: $0), at: $0) })
    case .fastBin: followFastBin(head.first, visit)
    default: follow(head.first, end: head.end, visit: visit, next: { word(at: userAddress($0)) })
    }
  }

  /// The size that a chunk's header tells, in bytes.
  func notedSize(of chunk: UInt64) -> UInt64 { word(at: chunk &+ layout.wordSize) & ~ChunkFlags.all }

  private func state(ofBin bin: Int) -> HeapChunkState {
    if bin == 1 { return .unsorted }
    return bin < layout.bin(forSize: layout.smallestLarge) ? .smallBin(bin) : .largeBin(bin)
  }

  /// The chunks in a bin of a thread's cache, the next to be used first.
  ///
  /// - Parameters:
  ///   - bin: the bin.
  ///   - cache: the user address of the cache's structure; nil for the present thread's.
  package func threadCacheChunks(_ bin: Int, of cache: UInt64? = nil) -> [UInt64] {
    Self.collected { followThreadCache(bin, of: cache ?? thread.cache, $0) }
  }

  private func followThreadCache(_ bin: Int, of cache: UInt64, _ visit: (UInt64) -> Bool) {
    guard cache != 0 else { return }
    follow(
      word(at: threadCacheHead(bin, ofCache: cache)), visit: { visit(chunk(atUserAddress: $0)) },
      next: { mangled(word(at: $0), at: $0) })
  }

  /// The chunks in a fastbin of an arena, the next to be used first.
  package func fastBinChunks(_ index: Int, ofArena number: Int = 0) -> [UInt64] {
    Self.collected { followFastBin(arena(number).fastBinHeads[index], $0) }
  }

  private func followFastBin(_ head: UInt64, _ visit: (UInt64) -> Bool) {
    follow(head, visit: visit, next: { mangled(word(at: userAddress($0)), at: userAddress($0)) })
  }

  /// The chunks of a bin (1 is the unsorted one) of an arena from its front, the newest or largest, to its back.
  package func binChunks(_ bin: Int, ofArena number: Int = 0) -> [UInt64] {
    Self.collected { followBin(bin, of: arena(number), $0) }
  }

  private func followBin(_ bin: Int, of arena: Arena, _ visit: (UInt64) -> Bool) {
    guard isInitialized else { return }
    let head = binAddress(bin, of: arena)
    follow(
      word(at: head &+ layout.headerSize), end: head, visit: visit, next: { word(at: userAddress($0)) })
  }

  private static func collected(_ follow: ((UInt64) -> Bool) -> Void) -> [UInt64] {
    var chunks: [UInt64] = []
    follow {
      chunks.append($0)
      return true
    }
    return chunks
  }

  /// Follows links until the end, or until a visit says no; a list that a script has bent into a circle ends where
  /// it closes.
  @inline(__always)
  private func follow(
    _ head: UInt64, end: UInt64 = 0, visit: (UInt64) -> Bool, next: (UInt64) -> UInt64
  ) {
    // The second pointer goes every other step: on a circle the first one meets it.
    var slow = head
    var isEven = true
    var chunk = head
    while chunk != end, chunk != 0 {
      guard visit(chunk) else { return }
      chunk = next(chunk)
      isEven.toggle()
      if isEven { slow = next(slow) }
      if chunk == slow { break }
    }
  }

  /// Whether every list can be followed to its end, in bins both ways: a walk of the allocator over them
  /// comes to an end.
  package var hasSoundLists: Bool { arenas.indices.allSatisfy(hasSoundLists) }

  private func hasSoundLists(ofArena number: Int) -> Bool {
    let arena = arena(number)
    for index in arena.fastBinHeads.indices {
      guard let last = fastBinChunks(index, ofArena: number).last else { continue }
      if mangled(word(at: userAddress(last)), at: userAddress(last)) != 0 { return false }
    }
    guard isInitialized else { return true }
    for bin in 1..<MallocLayout.binCount {
      let head = binAddress(bin, of: arena)
      var previous = head
      for chunk in binChunks(bin, ofArena: number) + [head] {
        if word(at: chunk &+ 3 * layout.wordSize) != previous { return false }
        previous = chunk
      }
    }
    return true
  }
}
