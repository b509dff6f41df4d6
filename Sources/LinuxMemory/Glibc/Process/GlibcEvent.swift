// What malloc did and why, for traces and for the lines the REPL shows.

/// One step of the allocator. Sizes are chunk sizes in bytes, header included, unless said otherwise.
public enum GlibcEvent: Equatable, Sendable {
  /// The first call into malloc: tunables are read, nothing is allocated yet.
  case initialized
  /// The thread cache's own structure was allocated at the user address.
  case threadCacheCreated(address: UInt64)
  /// A request was served by the thread cache; `left` chunks of that size remain in it.
  case threadCacheHit(size: UInt64, left: Int)
  /// calloc does not ask the thread cache, although it holds `count` chunks of the size.
  case threadCacheBypassed(size: UInt64, count: Int)
  /// A freed chunk went into the thread cache, which now holds `count` of that size of at most `capacity`.
  case threadCachePut(size: UInt64, count: Int, capacity: Int = 7)
  /// More free chunks of the requested size were moved from their bin into the thread cache.
  case stashed(size: UInt64, count: Int)
  /// A request was served by the head of a fastbin.
  case fastBinHit(size: UInt64)
  /// A freed chunk went into its fastbin.
  case fastBinPut(size: UInt64)
  /// A request was served by the oldest chunk of its small bin.
  case smallBinHit(size: UInt64)
  /// A chunk of exactly the size wanted was found in the unsorted bin.
  case unsortedFit(size: UInt64)
  /// The remainder of the last split was split again.
  case lastRemainderSplit(size: UInt64, left: UInt64)
  /// Chunks were moved from the unsorted bin into small and large bins.
  case sorted(count: Int)
  /// The best fit of a bin was taken; `left` bytes were cut off, 0 when it was used whole.
  case binFit(bin: Int, chunk: UInt64, size: UInt64, left: UInt64)
  /// The request was cut from the top chunk, which keeps `left` bytes.
  case topSplit(size: UInt64, left: UInt64)
  /// Top was too small: the break moved up by `bytes`; `padding` of them are top_pad.
  case heapGrown(bytes: UInt64, padding: UInt64)
  /// The kernel refused to move the break by `bytes`.
  case breakRefused(bytes: UInt64)
  /// A new region that does not continue the heap became top; the old top was given up.
  case regionAdded(address: UInt64, bytes: UInt64)
  /// The new memory does not continue the heap: the old top ends in fenceposts, the rest of it is freed.
  case topAbandoned(rest: UInt64)
  /// A request of at least the mmap threshold got a mapping of its own, `length` bytes long.
  case mapped(address: UInt64, length: UInt64, threshold: UInt64)
  /// As many chunks have a mapping of their own as may have one (M_MMAP_MAX): the heap serves the request.
  case mappingLimitReached(count: Int)
  /// The kernel refused a mapping: the heap is tried.
  case mappingRefused(length: UInt64)
  /// calloc set `bytes` to zero; `spared` bytes fresh from the kernel were zero already.
  case zeroed(bytes: UInt64, spared: UInt64)
  /// free(NULL) does nothing.
  case nullFreed
  /// A freed chunk of `freed` bytes joined its free neighbours, if any, and now has `size` bytes.
  case merged(size: UInt64, intoTop: Bool, freed: UInt64)
  /// All fastbins were emptied and their chunks merged.
  case consolidated(chunks: Int)
  /// Top had grown to the trim threshold: the break moved down by `bytes`.
  case trimmed(bytes: UInt64, top: UInt64, threshold: UInt64)
  /// Top stays below the trim threshold, so the heap keeps its memory.
  case topKept(top: UInt64, threshold: UInt64)
  /// Top has grown to the trim threshold, but no whole page of it is above top_pad.
  case trimLeavesPadding(top: UInt64, padding: UInt64)
  /// Top has grown to the trim threshold, but the heap does not end at the break, which others moved.
  case trimBlocked(top: UInt64)
  /// malloc_trim(3) moved the break down by `bytes`.
  case topReleased(bytes: UInt64)
  /// malloc_trim(3) gave the pages inside a free chunk back.
  case pagesDiscarded(address: UInt64, length: UInt64)
  /// malloc_trim(3) found nothing to give back.
  case nothingTrimmed
  /// A mapped chunk was unmapped.
  case unmapped(address: UInt64, length: UInt64)
  /// Freeing a mapped chunk raised the thresholds, so that the next of its size comes from the heap.
  case thresholdRaised(mmap: UInt64, trim: UInt64)
  /// A mapped chunk was resized by mremap(2).
  case remapped(oldLength: UInt64, newLength: UInt64, moved: Bool)
  /// The mapping of a chunk has room for its new size.
  case mappingKept(length: UInt64)
  /// The kernel refused to resize a mapping.
  case remapRefused(length: UInt64)
  /// realloc kept the chunk where it is, and made it smaller or left it.
  case resizedInPlace(from: UInt64, to: UInt64)
  /// realloc took the bytes it needed from top.
  case grownIntoTop(from: UInt64, to: UInt64)
  /// realloc took over the free chunk behind.
  case grownIntoNext(from: UInt64, to: UInt64)
  /// realloc cut `size` bytes off the end of the chunk, to be freed.
  case restCut(size: UInt64)
  /// realloc copied the data from one user address to another.
  case moved(from: UInt64, to: UInt64, bytes: UInt64)
  /// An aligned request cut off what lay before and behind it.
  case alignmentTrimmed(before: UInt64, behind: UInt64)
  /// memalign or posix_memalign refused an alignment: EINVAL.
  case alignmentRefused(UInt64)
  /// mallopt(3) set a parameter; `fixes` when the thresholds no longer adapt from now on.
  case optionSet(MallocOption, value: Int32, fixes: Bool)
  /// mallopt(3) refused a value, or knows no such parameter.
  case optionIgnored(parameter: Int32, value: Int32)
  /// The request could not be met: errno is ENOMEM.
  case outOfMemory(size: UInt64)
}
