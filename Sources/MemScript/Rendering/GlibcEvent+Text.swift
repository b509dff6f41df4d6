// What malloc did and why, as trace lines: how a request was met.

import LinuxMemory

extension GlibcEvent {
  /// The line of one event.
  var traceLine: TraceLine {
    TraceLine("glibc", requestWords ?? searchWords ?? releaseWords ?? resizeWords ?? systemWords ?? "")
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

  /// What went before and after the search for a chunk, or nil for events of another kind.
  private var requestWords: String? {
    switch self {
    case .initialized: return "first call: GLIBC_TUNABLES and the older variables are read"
    case .threadCacheCreated(let address): return "thread cache (tcache) set up at \(addressText(address))"
    case .threadCacheBypassed(let size, let count):
      return "calloc does not ask the tcache, which holds \(chunkCountText(count)) of \(size) bytes"
    case .zeroed(let bytes, let spared):
      if bytes == 0 { return "fresh from the kernel and zero already: nothing to clear" }
      let rest = spared == 0 ? "" : "; \(byteCountText(spared)) fresh from the kernel are zero already"
      return "cleared: \(byteCountText(bytes)) set to zero\(rest)"
    case .alignmentTrimmed(0, 0): return "aligned as it came: nothing cut off"
    case .alignmentTrimmed(let before, let behind):
      return "aligned: \(byteCountText(before)) cut off before it, \(byteCountText(behind)) behind it"
    case .alignmentRefused(let alignment): return "alignment of \(alignment) refused: EINVAL"
    case .outOfMemory(let size):
      // Half of the address space: no pointer difference can be larger (PTRDIFF_MAX), so glibc does not even ask.
      return size > UInt64(Int64.max) - 4096
        ? "\(byteCountText(size)) is more than PTRDIFF_MAX, whatever memory there is: NULL, errno ENOMEM"
        : "the kernel gives no memory for \(byteCountText(size)): NULL, errno ENOMEM"
    case .optionSet(let option, let value, let fixes):
      let end = fixes ? "; from now on freed mappings do not adapt the thresholds" : ""
      return "\(option.words) set to \(value)\(end)"
    case .optionIgnored(let parameter, let value):
      guard let option = MallocOption(rawValue: parameter) else {
        return "mallopt knows no parameter \(parameter): accepted without effect"
      }
      return option == .checkAction ? "M_CHECK_ACTION has no effect" : "\(option.words) refuses \(value)"
    default: return nil
    }
  }

  /// Where the search for a chunk ended, or nil for events of another kind.
  private var searchWords: String? {
    switch self {
    case .threadCacheHit(let size, let left):
      return "tcache hit: chunk of \(size) bytes, \(left) of that size left"
    case .stashed(let size, let count):
      return "\(count) more \(count == 1 ? "chunk" : "chunks") of \(size) bytes moved into the tcache"
    case .fastBinHit(let size): return "fastbin hit: chunk of \(size) bytes"
    case .smallBinHit(let size): return "small bin hit: the oldest chunk of \(size) bytes"
    case .unsortedFit(let size): return "unsorted bin: a chunk of exactly \(size) bytes"
    case .lastRemainderSplit(let size, let left):
      return
        "last remainder split, alone in the unsorted bin: \(size) bytes taken, \(byteCountText(left)) left"
    case .sorted(let count):
      return
        "\(chunkCountText(count)) of the unsorted bin \(count == 1 ? "does" : "do") not fit exactly: sorted "
        + "into small and large bins"
    case .binFit(let bin, let chunk, let size, let left):
      let rest = left == 0 ? "used whole" : "\(byteCountText(left)) cut off into the unsorted bin"
      return "best fit of bin \(bin): chunk of \(byteCountText(chunk)) for \(byteCountText(size)), \(rest)"
    case .topSplit(let size, let left):
      return "nothing free fits: \(byteCountText(size)) cut off the top chunk, \(byteCountText(left)) left"
    case .mapped(_, let length, let threshold):
      return "\(byteCountText(length)) >= the mmap threshold of \(byteCountText(threshold)): "
        + "a mapping of its own"
    case .mappingLimitReached(0): return "M_MMAP_MAX allows no mapped chunk: the heap serves the request"
    case .mappingLimitReached(let count):
      return "\(chunkCountText(count)) mapped already (M_MMAP_MAX): the heap serves the request"
    case .mappingRefused(let length):
      return "the kernel refused a mapping of \(byteCountText(length)): the heap is tried"
    default: return nil
    }
  }
}

extension MallocOption {
  /// The parameter's name in malloc.h.
  fileprivate var words: String {
    switch self {
    case .largestFastRequest: "M_MXFAST"
    case .trimThreshold: "M_TRIM_THRESHOLD"
    case .topPadding: "M_TOP_PAD"
    case .mappingThreshold: "M_MMAP_THRESHOLD"
    case .largestMappingCount: "M_MMAP_MAX"
    case .checkAction: "M_CHECK_ACTION"
    case .fillByte: "M_PERTURB"
    case .arenaTest: "M_ARENA_TEST"
    case .arenaMaximum: "M_ARENA_MAX"
    }
  }
}
