// The values that mallopt and the tunables set.

/// What can be adjusted about the allocator.
///
/// Source: mallopt(3), and `struct malloc_par` of glibc. Sizes are in bytes.
struct MallocParameters: Equatable, Sendable, Codable {
  /// Top this large is given back when a large chunk is freed (M_TRIM_THRESHOLD).
  var trimThreshold: UInt64
  /// How much more is asked of the kernel than is needed, and stays after trimming (M_TOP_PAD).
  var topPadding: UInt64
  /// Chunks this large get a mapping of their own (M_MMAP_THRESHOLD).
  var mappingThreshold: UInt64
  /// How many chunks may have one at the same time (M_MMAP_MAX).
  var largestMappingCount: Int32
  /// Whether freeing a mapped chunk leaves the thresholds alone.
  var thresholdsAreFixed = false
  /// Chunks up to this size go to fastbins (M_MXFAST, as a chunk size).
  var largestFastChunk: UInt64
  /// The byte that freed memory is filled with; 0 for none (M_PERTURB).
  var fillByte: Int32 = 0
  /// How many arenas there may be before the count is checked (M_ARENA_TEST); one thread needs one.
  var arenaTest: UInt64
  /// How many arenas there may be (M_ARENA_MAX); one thread needs one.
  var arenaMaximum: UInt64 = 0
  /// How many bins of the thread cache are in use (glibc.malloc.tcache_max, as a bin).
  var threadCacheBins: Int
  /// The largest request that the thread cache serves.
  var threadCacheLargestRequest: UInt64
  /// Chunks smaller than this may go into the thread cache.
  var threadCacheLimit: UInt64
  /// The same where it has bins for larger chunks and glibc.malloc.tcache_max lets them be used; else 0.
  var largeThreadCacheLimit: UInt64 = 0
  /// How many chunks a bin of the thread cache may hold (glibc.malloc.tcache_count).
  var threadCacheDepth: UInt64
  /// After how many sorted chunks a search with a hit stops; 0 for never
  /// (glibc.malloc.tcache_unsorted_limit).
  var unsortedLimit: UInt64 = 0

  init(layout: MallocLayout, defaults: MallocDefaults) {
    trimThreshold = defaults.trimThreshold
    topPadding = defaults.topPadding
    mappingThreshold = defaults.mappingThreshold
    largestMappingCount = defaults.largestMappingCount
    threadCacheBins = defaults.threadCacheBins
    threadCacheDepth = defaults.threadCacheDepth
    largestFastChunk = defaults.largestFastWords * layout.wordSize
    arenaTest = layout.wordSize == 8 ? defaults.arenaTest.wide : defaults.arenaTest.narrow
    threadCacheLimit = UInt64(defaults.threadCacheBins - 1) * layout.alignment + layout.minimumChunk + 1
    threadCacheLargestRequest =
      UInt64(defaults.threadCacheBins - 1) * layout.alignment + layout.minimumChunk - layout.wordSize
  }

  /// Sets the fastbin limit from a request size as M_MXFAST takes it.
  ///
  /// - Returns: Whether the value was accepted.
  mutating func setLargestFastRequest(_ request: UInt64, layout: MallocLayout) -> Bool {
    guard request <= layout.largestFastRequest else { return false }
    largestFastChunk =
      request <= layout.alignment - 1 - layout.wordSize
      ? layout.minimumChunk / 2 : (request + layout.wordSize) & ~(layout.alignment - 1)
    return true
  }
}
