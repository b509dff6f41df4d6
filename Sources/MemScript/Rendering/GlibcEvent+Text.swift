// What malloc did and why, as trace lines.

import LinuxMemory

extension GlibcEvent {
  /// The line of one event.
  var traceLine: TraceLine {
    TraceLine("glibc", requestWords ?? releaseWords ?? systemWords ?? "")
  }

  /// The system call that the step made, by its layer's name.
  var systemCall: String? {
    switch self {
    case .mapped: return "mmap"
    case .heapGrown, .trimmed, .topReleased: return "brk"
    case .unmapped: return "munmap"
    case .remapped: return "mremap"
    case .pagesDiscarded: return "madvise"
    default: return nil
    }
  }

  /// How a request was met, or nil for events of another kind.
  private var requestWords: String? {
    switch self {
    case .initialized: return "first call: tunables read, nothing allocated yet"
    case .threadCacheCreated(let address): return "thread cache (tcache) set up at \(addressText(address))"
    case .threadCacheHit(let size, let left):
      return "tcache hit: chunk of \(size) bytes, \(left) of that size left"
    case .stashed(let size, let count): return "\(count) more chunks of \(size) bytes moved into the tcache"
    case .fastBinHit(let size): return "fastbin hit: chunk of \(size) bytes"
    case .smallBinHit(let size): return "small bin hit: chunk of \(size) bytes"
    case .unsortedFit(let size): return "unsorted bin: a chunk of exactly \(size) bytes"
    case .lastRemainderSplit(let size, let left):
      return "last remainder split: \(size) bytes taken, \(byteCountText(left)) left"
    case .sorted(let count):
      return "\(count == 1 ? "1 chunk" : "\(count) chunks") sorted from the "
        + "unsorted bin"
    case .binFit(let bin, let chunk, let size, let left):
      let rest = left == 0 ? "used whole" : "\(byteCountText(left)) cut off"
      return "best fit of bin \(bin): chunk of \(byteCountText(chunk)) for \(byteCountText(size)), \(rest)"
    case .topSplit(let size, let left):
      return "top chunk split: \(byteCountText(size)) taken, \(byteCountText(left)) left"
    case .mapped(_, let length, let threshold):
      return "\(byteCountText(length)) ≥ mmap threshold (\(byteCountText(threshold))): "
        + "asks the kernel for a mapping of its own"
    case .alignmentTrimmed(let before, let behind):
      return "aligned: \(before) bytes cut off before it, \(behind) behind it"
    case .outOfMemory(let size): return "no memory for \(byteCountText(size)): NULL, errno ENOMEM"
    default: return nil
    }
  }

  /// What freeing or resizing did, or nil for events of another kind.
  private var releaseWords: String? {
    switch self {
    case .threadCachePut(let size, let count):
      return "chunk of \(size) bytes into the tcache, now \(count) of that size"
    case .fastBinPut(let size): return "chunk of \(size) bytes into its fastbin"
    case .merged(let size, let intoTop):
      let place = intoTop ? "the top chunk" : "the unsorted bin"
      return "merged with its free neighbours: \(byteCountText(size)) in \(place)"
    case .consolidated(let chunks):
      return "fastbins consolidated: \(chunks == 1 ? "1 chunk" : "\(chunks) chunks") merged"
    case .topKept(let top, let threshold):
      return "top of \(byteCountText(top)) < trim threshold (\(byteCountText(threshold))): the heap keeps it"
    case .resizedInPlace(let from, let to): return "resized in place: \(from) → \(to) bytes"
    case .grownIntoTop(let from, let to): return "grown into the top chunk: \(from) → \(to) bytes"
    case .grownIntoNext(let from, let to): return "grown into the free chunk behind: \(from) → \(to) bytes"
    case .moved(let from, let to, let bytes):
      return "moved from \(addressText(from)) to \(addressText(to)), \(byteCountText(bytes)) copied"
    default: return nil
    }
  }

  /// What the allocator asked of the kernel.
  private var systemWords: String? {
    switch self {
    case .heapGrown(let bytes, let padding):
      return "top too small: break up by \(byteCountText(bytes)), \(byteCountText(padding)) of it top_pad"
    case .breakRefused(let bytes): return "the kernel refused to move the break by \(byteCountText(bytes))"
    case .regionAdded(let address, let bytes):
      return "new region of \(byteCountText(bytes)) at \(addressText(address)) becomes top"
    case .trimmed(let bytes, let top, let threshold):
      return "top of \(byteCountText(top)) ≥ trim threshold (\(byteCountText(threshold))): "
        + "break down by \(byteCountText(bytes))"
    case .topReleased(let bytes): return "trim: break down by \(byteCountText(bytes))"
    case .pagesDiscarded(let address, let length):
      return "trim: \(byteCountText(length)) inside a free chunk at \(addressText(address)) given back"
    case .unmapped(_, let length):
      return "a mapping of its own: \(byteCountText(length)) go back to "
        + "the kernel"
    case .thresholdRaised(let mmap, let trim):
      return "mmap threshold raised to \(byteCountText(mmap)), trim threshold to \(byteCountText(trim))"
    case .remapped(let oldLength, let newLength, let moved):
      return "mapping resized: \(oldLength) → \(newLength) bytes\(moved ? ", moved" : "")"
    default: return nil
    }
  }
}
