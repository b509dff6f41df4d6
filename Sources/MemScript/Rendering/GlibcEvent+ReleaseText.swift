// What malloc did and why, as trace lines: freeing, resizing, and the memory it has from the kernel.

import LinuxMemory

extension GlibcEvent {
  /// Merged chunks of less than this are not followed by a look at the trim threshold.
  private static let smallestTrimmingFree: UInt64 = 64 << 10

  /// Where a freed chunk went, or nil for events of another kind.
  var releaseWords: String? {
    switch self {
    case .nullFreed: return "free(NULL): nothing to do"
    case .threadCachePut(let size, let count, let capacity):
      return "chunk of \(size) bytes kept in the tcache: \(count) of at most \(capacity) of that size"
    case .fastBinPut(let size):
      return "no room in the tcache: chunk of \(size) bytes into its fastbin, not merged yet"
    case .merged(let size, true, let freed):
      let look = size < Self.smallestTrimmingFree ? "; under 64 KiB nobody looks at the trim threshold" : ""
      return "chunk of \(byteCountText(freed)) borders top: merged into it, now \(byteCountText(size))\(look)"
    case .merged(let size, false, let freed):
      return size == freed
        ? "chunk of \(byteCountText(size)) into the unsorted bin, no free neighbour to merge with"
        : "chunk of \(byteCountText(freed)) merged with its free neighbours: \(byteCountText(size)) in the "
          + "unsorted bin"
    case .consolidated(let chunks): return "fastbins consolidated: \(chunkCountText(chunks)) merged"
    case .topKept(let top, let threshold):
      return
        "top of \(byteCountText(top)) < the trim threshold of \(thresholdText(threshold)): the heap keeps it"
    case .trimLeavesPadding(let top, let padding):
      return "top of \(byteCountText(top)) >= the trim threshold, but a trim leaves the reserve of "
        + "\(byteCountText(padding)) (M_TOP_PAD): no page to give back"
    case .trimBlocked(let top):
      return
        "top of \(byteCountText(top)) >= the trim threshold, but the heap does not end at the break, which "
        + "somebody else moved: it stays"
    default: return nil
    }
  }

  /// How a block changed its size, or nil for events of another kind.
  var resizeWords: String? {
    switch self {
    case .resizedInPlace(let from, let to): return "resized in place: \(from) -> \(to) bytes"
    case .restCut(let size): return "the rest of \(byteCountText(size)) is cut off and freed"
    case .grownIntoTop(let from, let to): return "grown into the top chunk: \(from) -> \(to) bytes"
    case .grownIntoNext(let from, let to): return "grown into the free chunk behind: \(from) -> \(to) bytes"
    case .moved(let from, let to, let bytes):
      return "moved from \(addressText(from)) to \(addressText(to)), \(byteCountText(bytes)) copied"
    case .mappingKept(let length): return "its mapping of \(byteCountText(length)) has room: nothing to do"
    case .remapped(let oldLength, let newLength, let moved):
      return "mapping resized: \(oldLength) -> \(newLength) bytes\(moved ? ", moved" : "")"
    case .remapRefused(let length):
      return "the kernel refused to resize the mapping to \(byteCountText(length)): copied if there is room"
    default: return nil
    }
  }

  /// What the allocator asked of the kernel, or nil for events of another kind.
  var systemWords: String? {
    switch self {
    case .heapGrown(let bytes, let padding):
      return
        "the top chunk is too small: the heap grows by \(byteCountText(bytes)), \(byteCountText(padding)) of it reserve "
        + "(M_TOP_PAD)"
    case .breakRefused(let bytes): return "the kernel refused to move the break by \(byteCountText(bytes))"
    case .regionAdded(let address, let bytes):
      return "new region of \(byteCountText(bytes)) at \(addressText(address)) becomes top"
    case .topAbandoned(let rest):
      return
        "the new memory does not continue the heap: old top fenced off, \(byteCountText(rest)) of it freed"
    case .trimmed(let bytes, let top, let threshold):
      return "top of \(byteCountText(top)) >= the trim threshold of \(byteCountText(threshold)): "
        + "the heap shrinks by \(byteCountText(bytes))"
    case .topReleased(let bytes): return "malloc_trim: the heap shrinks by \(byteCountText(bytes))"
    case .pagesDiscarded(let address, let length):
      return "malloc_trim: \(byteCountText(length)) inside a free chunk at \(addressText(address)) given back"
    case .nothingTrimmed: return "malloc_trim: no whole page to give back"
    case .unmapped(_, let length):
      return "a mapping of its own: \(byteCountText(length)) go back to the kernel"
    case .thresholdRaised(let mmap, let trim):
      return
        "the mmap threshold rises to \(byteCountText(mmap)), the trim threshold to \(byteCountText(trim)): the next "
        + "block of this size comes from the heap"
    default: return nil
    }
  }
}
