// What the allocator keeps for each thread.

/// A thread as the allocator sees it.
struct MallocThread: Sendable, Equatable, Codable {
  /// The user address of the structure of its cache, 0 while there is none.
  var cache: UInt64 = 0
  /// The number of the arena that it used last; nil before its first call.
  var arena: Int?
  /// Whether it ends: what it frees goes to the arenas, and it gets no cache any more.
  var isEnding = false
}

extension MallocState {
  /// The main thread.
  var mainThread: MallocThread { threadNumber == 0 ? thread : threads[0] ?? MallocThread() }

  /// Lets the following calls be those of a thread.
  ///
  /// - Parameter number: 0 for the main thread; others by the caller's own counting.
  package mutating func act(asThread number: Int) {
    guard number != threadNumber else { return }
    hadThreads = true
    threads[threadNumber] = thread
    thread = threads.removeValue(forKey: number) ?? MallocThread()
    threadNumber = number
  }

  /// Ends the present thread: what its cache holds is freed into the arenas it came from, then the cache itself, then
  /// the thread lets go of its arena (tcache_thread_shutdown, arena_thread_freeres). The main thread acts from then on.
  mutating func endThread(kernel: inout some MallocKernel) throws(FatalSignal) {
    memory.beginCall()
    let cache = thread.cache
    if cache != 0 {
      let heads = (0..<MallocLayout.threadCacheBins).map { threadCacheHead($0) }
      thread.cache = 0
      thread.isEnding = true
      var steps: UInt64 = 0
      for head in heads {
        while true {
          let entry = try memory.load(head, &kernel)
          guard entry != 0 else { break }
          try require(entry & (layout.alignment - 1) == 0, .unalignedInThreadCacheAtEnd, &kernel)
          let next = try memory.load(entry, &kernel)
          try memory.store(head, mangled(next, at: entry), &kernel)
          try free(entry, kernel: &kernel)
          steps += 1
          try checkProgress(steps, &kernel)
        }
      }
      try free(cache, kernel: &kernel)
    }
    leaveArena()
    guard threadNumber != 0 else { return }
    thread = threads.removeValue(forKey: 0) ?? MallocThread()
    threadNumber = 0
  }
}
