// The corruptions that glibc notices, with the text it writes before it aborts.

/// A check that failed; the raw value is glibc's message, or the expression that it asserts (malloc.c).
enum MallocMisuse: String {
  case freeInvalidPointer = "free(): invalid pointer"
  case freeInvalidSize = "free(): invalid size"
  case doubleFreeInThreadCache = "free(): double free detected in tcache 2"
  case tooManyInThreadCache = "free(): too many chunks detected in tcache"
  case unalignedInThreadCacheOnFree = "free(): unaligned chunk detected in tcache 2"
  case freeInvalidNextSizeFast = "free(): invalid next size (fast)"
  case freeInvalidNextSizeNormal = "free(): invalid next size (normal)"
  case freeCorruptedUnsorted = "free(): corrupted unsorted chunks"
  case doubleFreeFastTop = "double free or corruption (fasttop)"
  case doubleFreeTop = "double free or corruption (top)"
  case doubleFreeOut = "double free or corruption (out)"
  case doubleFreePrevious = "double free or corruption (!prev)"
  case invalidFastBinEntry = "invalid fastbin entry (free)"
  case sizeMismatch = "corrupted size vs. prev_size"
  case sizeMismatchWhileConsolidating = "corrupted size vs. prev_size while consolidating"
  case sizeMismatchInFastBins = "corrupted size vs. prev_size in fastbins"
  case corruptedList = "corrupted double-linked list"
  case corruptedSizeList = "corrupted double-linked list (not small)"
  case unalignedInThreadCache = "malloc(): unaligned tcache chunk detected"
  case unalignedInThreadCacheAtEnd = "tcache_thread_shutdown(): unaligned tcache chunk detected"
  case unalignedFastHead = "malloc(): unaligned fastbin chunk detected 2"
  case unalignedFastStash = "malloc(): unaligned fastbin chunk detected 3"
  case fastMemoryCorruption = "malloc(): memory corruption (fast)"
  case smallBinCorrupted = "malloc(): smallbin double linked list corrupted"
  case unsortedInvalidSize = "malloc(): invalid size (unsorted)"
  case unsortedInvalidNextSize = "malloc(): invalid next size (unsorted)"
  case unsortedMismatchingPreviousSize = "malloc(): mismatching next->prev_size (unsorted)"
  case unsortedListCorrupted = "malloc(): unsorted double linked list corrupted"
  case unsortedInvalidPreviousInUse = "malloc(): invalid next->prev_inuse (unsorted)"
  case largeSizeListCorrupted = "malloc(): largebin double linked list corrupted (nextsize)"
  case largeListCorrupted = "malloc(): largebin double linked list corrupted (bk)"
  case unsortedCorruptedAfterBestFit = "malloc(): corrupted unsorted chunks"
  case unsortedCorruptedAfterSplit = "malloc(): corrupted unsorted chunks 2"
  case corruptedTopSize = "malloc(): corrupted top size"
  case breakAdjusted = "break adjusted to free malloc space"
  case consolidateUnaligned = "malloc_consolidate(): unaligned fastbin chunk detected"
  case consolidateInvalidSize = "malloc_consolidate(): invalid chunk size"
  case unmapInvalidPointer = "munmap_chunk(): invalid pointer"
  case remapInvalidPointer = "mremap_chunk(): invalid pointer"
  case reallocInvalidPointer = "realloc(): invalid pointer"
  case reallocInvalidOldSize = "realloc(): invalid old size"
  case reallocInvalidNextSize = "realloc(): invalid next size"
  case statisticsUnaligned = "int_mallinfo(): unaligned fastbin chunk detected"
  case informationUnaligned = "__malloc_info(): unaligned fastbin chunk detected"
  case freeCorruptedSmallBin = "free(): chunks in smallbin corrupted"
  case topAssertion = """
    (old_top == initial_top (av) && old_size == 0) || ((unsigned long) (old_size) >= MINSIZE && \
    prev_inuse (old_top) && ((unsigned long) old_end & (pagesize - 1)) == 0)
    """
  case roomAssertion = "(unsigned long) (old_size) < (unsigned long) (nb + MINSIZE)"
  case alignmentAssertion = "((unsigned long) chunk2mem (brk) & MALLOC_ALIGN_MASK) == 0"
  case sizeAssertion = "(unsigned long) (size) >= (unsigned long) (nb)"
  case lastArenaAssertion = "chunk_main_arena (bck->bk)"
  case nextArenaAssertion = "chunk_main_arena (fwd)"
  case trimAssertion = "(char *) p + size > paligned_mem"

  /// What is written before the process ends.
  ///
  /// - Parameters:
  ///   - rules: how the version words an assertion.
  ///   - program: the name of the program.
  func message(_ rules: MallocRules, program: String) -> String {
    let lines = rules.assertionLines
    let (function, line) =
      switch self {
      case .topAssertion: ("sysmalloc", lines.top)
      case .roomAssertion: ("sysmalloc", lines.room)
      case .alignmentAssertion: ("sysmalloc", lines.alignment)
      case .sizeAssertion: ("_int_malloc", lines.size)
      case .lastArenaAssertion: ("_int_malloc", lines.lastArena)
      case .nextArenaAssertion: ("_int_malloc", lines.nextArena)
      case .trimAssertion: ("mtrim", lines.trim)
      default: ("", 0)
      }
    guard !function.isEmpty else { return rawValue }
    return switch rules.assertionWords {
    case .programAndLine: "\(program): malloc.c:\(line): \(function): Assertion `\(rawValue)' failed."
    case .function: "Fatal glibc error: malloc assertion failure in \(function): \(rawValue)"
    case .lineAndFunction: "Fatal glibc error: malloc.c:\(line) (\(function)): assertion failed: \(rawValue)"
    }
  }
}

extension MallocState {
  /// Ends the process with a message when a check fails.
  ///
  /// It is mutating, as its callers are, so that a check that holds costs no copy of the state.
  @inline(__always)
  mutating func require(
    _ condition: Bool, _ misuse: @autoclosure () -> MallocMisuse, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    if !condition { throw end(with: misuse(), &kernel) }
  }

  /// The same for the alignment of a link, which only versions with protected links look at.
  @inline(__always)
  mutating func requireAligned(
    _ isAligned: Bool, _ misuse: @autoclosure () -> MallocMisuse, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    if !isAligned, release.rules.protectsLinks { throw end(with: misuse(), &kernel) }
  }

  @inline(never)
  private mutating func end(with misuse: MallocMisuse, _ kernel: inout some MallocKernel) -> FatalSignal {
    kernel.abort(misuse.message(release.rules, program: kernel.programName))
  }
}
