// The state of glibc's allocator in one process: a value, so that a copy is a snapshot.

/// The arenas, the threads with their caches, and the mapped chunks of one process.
///
/// Every header, link and footer is a word of simulated memory at its real address; what is kept here
/// is what glibc 2.36 keeps in its own variables (`main_arena`, `mp_`).
package struct MallocState: Sendable, Equatable, Codable {
  /// The geometry of the build.
  let layout: MallocLayout
  /// The version of the library.
  let release: GlibcRelease
  /// What the version does otherwise than others.
  // Inlined, or else each question would copy the state.
  @inline(__always)
  var rules: MallocRules { release.rules }
  /// The tunables, read at the first call.
  let tunables: MallocTunables
  /// What mallopt adjusts.
  var parameters: MallocParameters
  /// The words of the heap that the allocator wrote.
  var memory: ArenaMemory

  /// Whether the first call has been made.
  var isInitialized = false
  /// The arena that is worked on.
  var arena: Arena
  /// Its number in `arenas`; 0 is the main one.
  var arenaNumber = 0
  /// All arenas by age, the main one first; the place of the one that is worked on holds nothing of worth.
  var arenas: ContiguousArray<Arena>
  /// The arenas that no thread uses any more, the next to be given out last.
  var freeArenas: [Int] = []
  /// The arena that the next thread shares when there may be no more.
  var nextArena = 0
  /// How many arenas there may be, once that has been asked; 0 for any number.
  var arenaLimit: UInt64 = 0
  /// The arenas other than the main one by the addresses of their variables, to which the first word of each heap points.
  var arenaNumbers: [UInt64: Int] = [:]
  /// Where the next heap would be aligned without further ado; 0 where nothing is known (`aligned_heap_area`).
  var nextHeap: UInt64 = 0
  /// Whether the C library has read how the kernel overcommits.
  var knowsOvercommit = false

  /// The thread whose calls are made.
  var thread = MallocThread()
  /// Its number; 0 is the main thread.
  var threadNumber = 0
  /// The other threads that have called.
  var threads: [Int: MallocThread] = [:]
  /// The threads' stacks.
  var stacks = ThreadStacks()
  /// Whether the process ever had a second thread.
  var hadThreads = false

  /// Whether calloc is still what it is before the first call of malloc (`__malloc_hook`).
  var hasHook: Bool

  /// The first address that brk gave, or 0.
  var firstBreak: UInt64 = 0
  /// Whether the C library has asked for the break before.
  var knowsBreak = false
  /// The word that marks chunks in the present thread's cache.
  var threadCacheKey: UInt64 = 0
  /// Mapped chunks: how many and how many bytes, now and at most.
  var mappings = MappingTotals()
  /// Where they are.
  var mappedChunks = MappedChunkTable()

  /// What the calls leave in errno; the owner takes it over and clears it. `nil` when untouched.
  package var errorNumber: ErrorNumber?

  /// The allocator of a process that has not called it yet.
  ///
  /// - Parameters:
  ///   - layout: The build: `.x86_64` or `.i386`.
  ///   - release: The version.
  ///   - tunables: What `GLIBC_TUNABLES` says.
  package init(
    layout: MallocLayout = .x86_64, release: GlibcRelease = .glibc236,
    tunables: MallocTunables = MallocTunables()
  ) {
    self.layout = layout
    self.release = release
    self.tunables = tunables
    hasHook = release.rules.startsWithHooks
    parameters = MallocParameters(layout: layout, defaults: release.defaults)
    memory = ArenaMemory(layout: layout)
    arena = Arena(mainOf: layout)
    arenas = [Arena(mainOf: layout)]
  }
}

/// How many chunks have a mapping of their own.
struct MappingTotals: Equatable, Sendable, Codable {
  /// The number of mapped chunks.
  var count: Int32 = 0
  /// The most there have been.
  var mostCount: Int32 = 0
  /// The bytes of their mappings.
  var bytes: UInt64 = 0
  /// The most bytes there have been.
  var mostBytes: UInt64 = 0

  /// Counts one more mapping.
  mutating func add(bytes added: UInt64) {
    count &+= 1
    mostCount = max(mostCount, count)
    bytes = bytes &+ added
    mostBytes = max(mostBytes, bytes)
  }

  /// Counts one mapping less.
  mutating func remove(bytes removed: UInt64) {
    count &-= 1
    bytes = bytes &- removed
  }

  /// Accounts for a mapping that changed its length.
  mutating func resize(from old: UInt64, to new: UInt64) {
    bytes = bytes &+ new &- old
    mostBytes = max(mostBytes, bytes)
  }
}

/// The bits that say which bins may hold chunks.
struct BinMap: Equatable, Sendable, Codable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  /// Notes that a bin holds a chunk.
  @inline(__always)
  mutating func mark(_ bin: Int) {
    if bin < 64 { low |= 1 << UInt64(bin) } else { high |= 1 << UInt64(bin - 64) }
  }

  /// Notes that a bin is empty.
  @inline(__always)
  mutating func clear(_ bin: Int) {
    if bin < 64 { low &= ~(1 << UInt64(bin)) } else { high &= ~(1 << UInt64(bin - 64)) }
  }

  /// The first bin marked, from `start` (0...128) on.
  @inline(__always)
  func first(from start: Int) -> Int? {
    if start < 64 {
      let candidates = low & (~0 << UInt64(start))
      if candidates != 0 { return candidates.trailingZeroBitCount }
      return high != 0 ? 64 + high.trailingZeroBitCount : nil
    }
    guard start < 128 else { return nil }
    let candidates = high & (~0 << UInt64(start - 64))
    return candidates != 0 ? 64 + candidates.trailingZeroBitCount : nil
  }
}
