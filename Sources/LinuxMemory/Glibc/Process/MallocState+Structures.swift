// The sizes of the allocator's own structures, which follow from the words of the machine and the version.

extension MallocState {
  /// How many bins the thread cache has.
  @inline(__always)
  var threadCacheBinCount: Int { MallocLayout.threadCacheBins &+ release.rules.largeThreadCacheBins }

  /// The size of the thread cache's own structure: its counts, 16 bits each, then its list heads.
  @inline(__always)
  var threadCacheStructureSize: UInt64 {
    UInt64(truncatingIfNeeded: threadCacheBinCount) &* (2 &+ layout.wordSize)
  }

  /// The size of what stands at the beginning of each heap (`heap_info`), padded so that a block two words behind is aligned.
  @inline(__always)
  var heapHeadSize: UInt64 {
    let words: UInt64 = rules.heapNotesPageSize ? 5 : 4
    let end = (words &+ 2) &* layout.wordSize
    return (end &+ layout.alignment &- 1) & ~(layout.alignment &- 1) &- layout.headerSize
  }

  /// The size of the list heads of fastbins, with the word that says whether there are chunks in them.
  @inline(__always)
  private var fastBinBytes: UInt64 {
    rules.hasFastBins ? UInt64(layout.fastBinCount) &* layout.wordSize &+ layout.wordSize : 0
  }

  /// The size of an arena's own variables (`malloc_state`).
  @inline(__always)
  var arenaStateSize: UInt64 { (layout.wordSize == 8 ? 2112 : 1068) &+ fastBinBytes }

  /// How far behind the beginning of an arena's variables the imaginary chunk of bin 1 lies.
  @inline(__always)
  var binsOffset: UInt64 { 8 &+ fastBinBytes }
}
