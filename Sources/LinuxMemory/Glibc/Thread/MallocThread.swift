// What the allocator keeps for each thread.

/// A thread as the allocator sees it.
struct MallocThread: Sendable, Equatable, Codable {
  /// The user address of the structure of its cache, 0 while there is none.
  var cache: UInt64 = 0
  /// The number of the arena that it used last; nil before its first call.
  var arena: Int?
  /// Whether it gets no cache any more, as it ends or as there was no memory for one: what it frees goes to the arenas.
  var hasNoCache = false
  /// Whether it has ended and waits to be joined.
  var hasEnded = false
}

extension MallocState {
  /// Lets the following calls be those of a thread.
  ///
  /// - Parameter number: 0 for the main thread; others by the caller's own counting.
  package mutating func act(asThread number: Int) {
    guard number != threadNumber else { return }
    hadThreads = true
    threads[threadNumber] = thread
    thread = threads.removeValue(forKey: number) ?? MallocThread()
    threadNumber = number
    if rules.keyIsStructure { threadCacheKey = thread.cache }
  }

  /// Lets the present thread stand inside malloc with its arena locked, or lets go of that arena. A thread without an
  /// arena gets one as for its first call.
  mutating func holdArena(_ isHeld: Bool, kernel: inout some MallocKernel) throws(FatalSignal) {
    try initializeIfNeeded(&kernel)
    if isHeld {
      guard try enterArena(for: 0, &kernel) else { return }
      arena.holders += 1
    } else if let number = thread.arena {
      enter(number)
      arena.holders = max(0, arena.holders - 1)
    }
  }

  /// What fork leaves of the threads in the child: the one that forked is the main one, the stacks of the others are
  /// kept, and their arenas are free (__malloc_fork_unlock_child, reclaim_stacks).
  mutating func leaveOtherThreads() {
    guard hadThreads else { return }
    let own = stacks.used.removeValue(forKey: threadNumber)
    stacks.cached = stacks.used.sorted { $0.key < $1.key }.map(\.value) + stacks.cached
    stacks.used = own.map { [0: $0] } ?? [:]
    threads = [:]
    threadNumber = 0
    freeArenas = []
    for number in arenaOrder {
      enter(number)
      arena.holders = 0
      arena.threadCount = number == thread.arena ? 1 : 0
      if number != thread.arena { freeArenas.append(number) }
    }
  }

  /// Ends the present thread: what its cache holds is freed into the arenas it came from, then the cache itself, then
  /// the thread lets go of its arena (tcache_thread_shutdown, arena_thread_freeres). The main thread acts from then on.
  mutating func endThread(kernel: inout some MallocKernel) throws(FatalSignal) {
    memory.beginCall()
    let cache = thread.cache
    if cache != 0 {
      thread.cache = 0
      thread.hasNoCache = true
      for bin in 0..<threadCacheBinCount { try emptyList(threadCacheHead(bin, ofCache: cache), &kernel) }
      try freeAtEnd(cache, &kernel)
    }
    leaveArena()
    guard threadNumber != 0 else { return }
    thread = threads.removeValue(forKey: 0) ?? MallocThread()
    threadNumber = 0
    if rules.keyIsStructure { threadCacheKey = thread.cache }
  }

  /// Frees the chunks of a list of a cache that is given up.
  private mutating func emptyList(
    _ head: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    var steps: UInt64 = 0
    while true {
      let entry = try memory.load(head, &kernel)
      guard entry != 0 else { return }
      try requireAligned(entry & (layout.alignment - 1) == 0, .unalignedInThreadCacheAtEnd, &kernel)
      let next = try memory.load(entry, &kernel)
      try memory.store(head, mangled(next, at: entry), &kernel)
      if rules.asksThreadCacheFirst { try memory.store(entry &+ layout.wordSize, 0, &kernel) }
      try freeAtEnd(entry, &kernel)
      steps += 1
      try checkProgress(steps, &kernel)
    }
  }

  /// Frees a block into its own arena.
  private mutating func freeAtEnd(
    _ address: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    guard rules.asksThreadCacheFirst else { return try free(address, kernel: &kernel) }
    let chunk = chunk(atUserAddress: address)
    let field = try sizeField(chunk, &kernel)
    if field & ChunkFlags.mapped == 0 { try enterOwner(of: chunk, field, &kernel) }
    try releaseIntoArena(chunk, field, isInternal: false, &kernel)
  }
}
