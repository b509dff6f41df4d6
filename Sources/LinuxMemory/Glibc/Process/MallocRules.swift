// In what the versions of glibc's malloc differ, each difference as a fact with a name.

/// What one version does in one way and another version in another way.
///
/// The presets are those of 2.36. Source: malloc.c and arena.c of the versions named, and recordings of Debian's builds.
struct MallocRules: Sendable {
  /// Whether small freed chunks may wait in fastbins (until 2.42).
  var hasFastBins = true
  /// How many more bins the thread cache has for larger chunks, each for sizes up to a power of two (2.42: 12).
  var largeThreadCacheBins = 0
  /// Whether the thread cache's structure is made when the first chunk goes into it, not by the first call; and whether free
  /// asks the cache before it looks whose chunk it is (2.42).
  var asksThreadCacheFirst = false
  /// Whether the structure of the thread cache counts the places left in each bin, not its chunks (2.42).
  var countsFreeSlots = false
  /// Whether cached chunks are marked with the address of the cache's structure, not with a random word (until 2.33).
  var keyIsStructure = false
  /// Whether links of single lists are mixed with their own addresses, and alignment is checked when they are followed
  /// ("safe linking", 2.32).
  var protectsLinks = true
  /// Whether calloc takes chunks from the thread cache (2.41).
  var callocAsksThreadCache = false
  /// Whether memalign takes chunks from the thread cache that are aligned by chance (2.38).
  var alignedAsksThreadCache = false
  /// Whether memalign refuses a size that is too large before it looks for an arena (2.38 to 2.41).
  var alignedChecksSizeFirst = false
  /// Whether a mapped block is aligned without room for a chunk before it (2.43).
  var alignsMappedClosely = false
  /// What memalign does with what it cuts off.
  var alignmentTrims = AlignmentTrim.internalFree
  /// Whether a small chunk that is merged goes to its small bin at once, not to the unsorted bin (2.41).
  var sortsSmallChunksAtOnce = false
  /// Whether free, realloc and memalign put what they cut off into the bins, past the thread cache (2.42).
  var internalFreesSkipThreadCache = false
  /// In which cases realloc leaves a block alone at once.
  var reallocKeeps = ReallocKeep.nothing
  /// Whether the size word of a mapped chunk leaves out the header that would follow it (2.43).
  var mappedSizeExcludesHeader = false
  /// The largest value that M_MMAP_THRESHOLD accepts (until 2.34: half a heap).
  var limitsMappingThreshold = false
  /// Whether calloc, as long as malloc was not called, is malloc and a memset (until 2.33, its hooks).
  var startsWithHooks = false
  /// Whether free leaves errno alone (2.33).
  var freeKeepsErrorNumber = true
  /// Whether heaps of arenas are reserved with `MAP_NORESERVE` (until 2.40).
  var reservesHeapsFreely = true
  /// Whether a heap is tried again where a mapping in its place was refused (2.31).
  var triesHeapTwice = false
  /// Whether a process counts as one with threads when the first one has started, not when it is being made (2.31; on i386
  /// all versions).
  var noticesThreadsLate = false
  /// Whether a tunable counts only where its value is a number as a whole, and all of them only where each is an
  /// assignment (2.39).
  var parsesTunablesStrictly = false
  /// Whether a tunable that is an int takes the lower half of what is written (2.39).
  var cutsIntegerTunables = false
  /// Whether a tunable that is an int may be negative (2.31).
  var allowsNegativeTunables = false
  /// In what units a region is mapped where the break cannot grow.
  var regions = RegionSize.wholeUnits
  /// Whether the head of a heap notes the size of its pages (2.35).
  var heapNotesPageSize = true
  /// Whether the allocator is initialised when the program starts, not by its first call (2.42).
  var startsBeforeMain = false
  /// Whether pvalloc rounds up to whole pages; its mask was one bit off (2.42).
  var pvallocRounds = false
  /// Whether aligned_alloc refuses an alignment that is no power of two (2.38).
  var alignedAllocChecks = false
  /// Whether the list of sizes of a large bin is checked too where its smallest chunk is put (2.42).
  var checksSizeListAtItsEnd = false
  /// Whether mallinfo2(3) exists; the older mallinfo(3) counts with 32 bits (2.33).
  var hasWideInformation = true
  /// Whether stacks of threads are mapped readable and writable, and their guard pages are marked (2.43), not protected.
  var marksStackGuards = false
  /// Whether a thread's end gives back the pages of a stack that the program made itself (until 2.32).
  var discardsOwnStacks = false
  /// Whether GLIBC_TUNABLES is copied to memory that the break is moved for, before malloc is called (until 2.34).
  var copiesTunablesToHeap = false
  /// Whether fprintf has a buffer on the stack, of which a thread's stack keeps pages (until 2.36).
  var printsFromStack = true
  /// How many pages of a thread's stack it takes to read how many processors there are: a buffer for the file's text.
  var processorCountStackPages: (wide: UInt64, narrow: UInt64) = (0, 1)
  /// Whether the first of these pages is read before it is written, which is a fault of its own (2.31).
  var processorCountReadsStack = false
  /// How an assertion that fails is worded.
  var assertionWords = AssertionWords.function
  /// The lines of malloc.c on which the assertions stand.
  var assertionLines = AssertionLines()

  /// What becomes of the parts of a chunk before and behind an aligned block.
  enum AlignmentTrim: Sendable {
    /// They are freed as the program frees (until 2.38).
    case internalFree
    /// They are merged into the bins; so is the least rest that borders free memory (2.39).
    case merge
    /// They are merged; behind the block only a rest that is a chunk by itself (2.43).
    case mergeWholeChunks
  }

  /// When realloc returns its argument without another look.
  enum ReallocKeep: Sendable {
    /// Never (until 2.37).
    case nothing
    /// When less than two words would be left, and up to a page in a mapped block (2.38).
    case slackAndMappedPage
    /// When less than two words would be left (2.43).
    case slack
  }

  /// How large the first region is that replaces a refused break.
  enum RegionSize: Sendable {
    /// Whole pages, 1 MiB at least (until 2.34, and again from 2.38).
    case pages
    /// A multiple of 1 MiB, as two arguments were in each other's place (2.35 to 2.37).
    case wholeUnits
    /// Whole pages, 1 MiB at least, of the request and the padding alone (2.43).
    case requestAlone
  }

  /// How an assertion of malloc.c is worded.
  enum AssertionWords: Sendable, Equatable {
    /// `NAME: malloc.c:LINE: FUNCTION: Assertion `…' failed.` (until 2.35)
    case programAndLine
    /// `Fatal glibc error: malloc assertion failure in FUNCTION: …` (2.36)
    case function
    /// `Fatal glibc error: malloc.c:LINE (FUNCTION): assertion failed: …` (2.37)
    case lineAndFunction
  }

  /// Where in malloc.c assertions stand, for the versions that tell.
  struct AssertionLines: Sendable, Equatable {
    /// That top is as it should be, and too small.
    var top = 0, room = 0
    /// That what the break gave is aligned where the heap is not contiguous.
    var alignment = 0
    /// That a chunk of a larger bin is large enough.
    var size = 0
    /// That chunks of a large bin are of the main arena: the smallest one, and those that are passed.
    var lastArena = 0, nextArena = 0
    /// That a free chunk that malloc_trim looks at ends behind its first page.
    var trim = 0
  }
}
