// Looking at the free chunks, list by list, without touching them as the allocator would.

/// A list of free chunks that is not empty.
package struct FreeList: Equatable, Sendable {
  /// Which list it is: one of the thread cache, a fastbin, the unsorted bin, a small or a large bin.
  package var state: HeapChunkState
  /// Its chunks in the order of the list, the front first: the newest, or the largest of a large bin.
  package var chunks: [HeapChunk]
}

extension MallocState {
  /// All lists that hold chunks: the thread cache's, fastbins, the unsorted bin, small bins, large bins.
  ///
  /// - Parameter mayGoOn: told how many chunks were looked at; once it says no, the rest is left out.
  package func freeLists(mayGoOn: @escaping (Int) -> Bool = { _ in true }) -> [FreeList] {
    var lists: [FreeList] = []
    func append(_ state: HeapChunkState, _ follow: ((UInt64) -> Bool) -> Void) {
      var chunks: [HeapChunk] = []
      follow {
        chunks.append(HeapChunk(address: $0, size: notedSize(of: $0), state: state))
        return chunks.count & 255 != 0 || mayGoOn(256)
      }
      if !chunks.isEmpty, mayGoOn(1) { lists.append(FreeList(state: state, chunks: chunks)) }
    }
    for bin in 0..<threadCacheBinCount {
      append(.threadCache(bin: bin)) { followThreadCache(bin, $0) }
    }
    for index in mainArena.fastBinHeads.indices { append(.fastBin(index)) { followFastBin(index, $0) } }
    for bin in 1..<MallocLayout.binCount { append(state(ofBin: bin)) { followBin(bin, $0) } }
    return lists
  }

  /// Visits every chunk of every list, in the order of ``freeLists()``.
  func forEachListedChunk(_ visit: (HeapChunkState, UInt64) -> Void) {
    for bin in 0..<threadCacheBinCount {
      followThreadCache(bin) {
        visit(.threadCache(bin: bin), $0)
        return true
      }
    }
    for index in mainArena.fastBinHeads.indices {
      followFastBin(index) {
        visit(.fastBin(index), $0)
        return true
      }
    }
    for bin in 1..<MallocLayout.binCount {
      let state = state(ofBin: bin)
      followBin(bin) {
        visit(state, $0)
        return true
      }
    }
  }

  /// The size that a chunk's header tells, in bytes.
  func notedSize(of chunk: UInt64) -> UInt64 { word(at: chunk &+ layout.wordSize) & ~ChunkFlags.all }

  private func state(ofBin bin: Int) -> HeapChunkState {
    if bin == 1 { return .unsorted }
    return bin < layout.bin(forSize: layout.smallestLarge) ? .smallBin(bin) : .largeBin(bin)
  }

  /// The chunks in a bin of the thread cache, the next to be used first.
  package func threadCacheChunks(_ bin: Int) -> [UInt64] {
    Self.collected { followThreadCache(bin, $0) }
  }

  private func followThreadCache(_ bin: Int, _ visit: (UInt64) -> Bool) {
    guard mainThread.cache != 0 else { return }
    follow(
      word(at: threadCacheHead(bin)), visit: { visit(chunk(atUserAddress: $0)) },
      next: { mangled(word(at: $0), at: $0) })
  }

  /// The chunks in a fastbin, the next to be used first.
  package func fastBinChunks(_ index: Int) -> [UInt64] {
    Self.collected { followFastBin(index, $0) }
  }

  private func followFastBin(_ index: Int, _ visit: (UInt64) -> Bool) {
    follow(
      mainArena.fastBinHeads[index], visit: visit,
      next: { mangled(word(at: userAddress($0)), at: userAddress($0)) })
  }

  /// The chunks of a bin (1 is the unsorted one) from its front, the newest or largest, to its back.
  package func binChunks(_ bin: Int) -> [UInt64] {
    Self.collected { followBin(bin, $0) }
  }

  private func followBin(_ bin: Int, _ visit: (UInt64) -> Bool) {
    guard isInitialized else { return }
    let head = mainBinAddress(bin)
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
  package var hasSoundLists: Bool {
    for index in mainArena.fastBinHeads.indices {
      guard let last = fastBinChunks(index).last else { continue }
      if mangled(word(at: userAddress(last)), at: userAddress(last)) != 0 { return false }
    }
    guard isInitialized else { return true }
    for bin in 1..<MallocLayout.binCount {
      let head = mainBinAddress(bin)
      var previous = head
      for chunk in binChunks(bin) + [head] {
        if word(at: chunk &+ 3 * layout.wordSize) != previous { return false }
        previous = chunk
      }
    }
    return true
  }
}
