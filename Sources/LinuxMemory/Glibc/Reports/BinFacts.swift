// Facts about the lists of free chunks that a reader wants to know beside their contents.

extension MallocState {
  /// How many chunks of each size the thread cache may hold (glibc.malloc.tcache_count).
  package var threadCacheDepth: UInt64 { parameters.threadCacheDepth }

  /// Freed chunks up to this size, in bytes, go to a fastbin (M_MXFAST, as a chunk size).
  package var largestFastChunk: UInt64 { parameters.largestFastChunk }

  /// The rest of the last split for a small request while it waits in the unsorted bin.
  ///
  /// - Parameter number: of which arena.
  package func lastRemainderChunk(ofArena number: Int) -> HeapChunk? {
    let remainder = arena(number).lastRemainder
    guard remainder != 0, binChunks(1, ofArena: number).contains(remainder) else { return nil }
    return HeapChunk(address: remainder, size: notedSize(of: remainder), state: .unsorted)
  }

  /// The bins that the map of bins calls occupied although they are empty; a search clears their bits.
  ///
  /// - Parameter number: of which arena.
  package func staleBins(ofArena number: Int) -> [Int] {
    var bins: [Int] = []
    var next = 2
    while let bin = arena(number).binMap.first(from: next) {
      if bin < MallocLayout.binCount, binChunks(bin, ofArena: number).isEmpty { bins.append(bin) }
      next = bin + 1
    }
    return bins
  }

  /// The sizes of chunks that belong into a small or large bin, in bytes; nil for a bin that takes none.
  package func sizes(ofBin bin: Int) -> ClosedRange<UInt64>? {
    let first = firstSize(inBin: bin)
    guard layout.bin(forSize: first) == bin else { return nil }
    let last = bin == layout.lastBin ? layout.largestRequest : firstSize(inBin: bin + 1) - layout.alignment
    return first...last
  }

  /// The smallest chunk size whose bin is `bin` or a later one; bins grow with sizes.
  private func firstSize(inBin bin: Int) -> UInt64 {
    var low: UInt64 = 1
    var high: UInt64 = 1 << 20
    while low < high {
      let middle = (low + high) / 2
      if layout.bin(forSize: middle * layout.alignment) < bin { low = middle + 1 } else { high = middle }
    }
    return low * layout.alignment
  }
}
