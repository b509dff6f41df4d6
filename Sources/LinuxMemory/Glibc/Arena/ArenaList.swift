// Which arena a thread allocates in: its own, a new one, one that nobody uses, or one that others use too.

extension MallocState {
  /// Makes an arena the one that is worked on.
  @inline(__always)
  mutating func enter(_ number: Int) {
    if number != arenaNumber { change(to: number) }
  }

  @inline(never)
  private mutating func change(to number: Int) {
    swap(&arena, &arenas[arenaNumber])
    swap(&arena, &arenas[number])
    arenaNumber = number
  }

  /// The main arena.
  var mainArena: Arena { arenaNumber == 0 ? arena : arenas[0] }

  /// The numbers of all arenas in the order of glibc's list: the main one, then the newest to the oldest.
  var arenaOrder: [Int] { [0] + arenas.indices.dropFirst().reversed() }

  /// Serves a request as malloc does behind the thread cache: from the thread's arena, and where that has no room from
  /// another one (`arena_get`, `arena_get_retry`). A process that never had a second thread asks the main one alone.
  ///
  /// - Returns: The user address, or 0 with errno set.
  mutating func allocateFromArenas(
    _ request: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    guard hadThreads else {
      enter(0)
      return try allocateInArena(request, &kernel)
    }
    return try allocateWithRetry(request, &kernel)
  }

  /// The same for a thread cache's structure, for which a single thread's arena is chosen too.
  mutating func allocateWithRetry(
    _ request: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    let hasArena = try enterArena(for: request, &kernel)
    return try allocate(request, hasArena: hasArena, &kernel)
  }

  /// Serves a request from the arena that was entered for it, and where that has no room from another one.
  ///
  /// - Parameters:
  ///   - request: the bytes asked for.
  ///   - hasArena: whether there was one to be had.
  /// - Returns: The user address, or 0 with errno set.
  mutating func allocate(
    _ request: UInt64, hasArena: Bool, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    guard hasArena else { return try allocateWithoutArena(request, &kernel) }
    let address = try allocateInArena(request, &kernel)
    if address != 0 { return address }
    return try retry(request, for: request, &kernel)
  }

  /// The same for a part of an aligned block's room: the arena is chosen by what the program asked for.
  ///
  /// - Parameters:
  ///   - room: the bytes that hold the block wherever it begins; nil where that cannot be.
  ///   - request: the bytes asked for.
  ///   - alignment: the block's alignment.
  /// - Returns: The user address, or 0 with errno set.
  mutating func allocateRoom(
    _ room: UInt64?, for request: UInt64, alignment: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    guard hadThreads else {
      enter(0)
      return try room.flatMap { room throws(FatalSignal) in try allocateInArena(room, &kernel) } ?? 0
    }
    let wanted = (request &+ alignment &+ layout.minimumChunk) & layout.addressMask
    guard try enterArena(for: wanted, &kernel) else {
      return try room.map { room throws(FatalSignal) in try allocateWithoutArena(room, &kernel) } ?? 0
    }
    if let room {
      let address = try allocateInArena(room, &kernel)
      if address != 0 { return address }
    }
    return try retry(room, for: request, &kernel)
  }

  /// Tries another arena than the one that had no room: the main one, or for that any other.
  ///
  /// - Parameters:
  ///   - room: the bytes to allocate; nil where no arena can have them.
  ///   - request: the bytes for which an arena is made.
  /// - Returns: The user address, or 0 with errno set.
  private mutating func retry(
    _ room: UInt64?, for request: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    if !arena.isMain {
      enter(0)
    } else {
      guard try attachArena(for: request, avoiding: 0, &kernel) else {
        guard let room else { return 0 }
        return try allocateWithoutArena(room, &kernel)
      }
    }
    guard let room else { return 0 }
    return try allocateInArena(room, &kernel)
  }

  /// Makes the present thread's arena the one that is worked on; a thread without one gets one.
  ///
  /// - Returns: false when there is none to be had.
  @inline(__always)
  mutating func enterArena(
    for request: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Bool {
    if let number = thread.arena {
      enter(number)
      return true
    }
    return try attachArena(for: request, avoiding: nil, &kernel)
  }

  private mutating func allocateWithoutArena(
    _ request: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    guard let wanted = layout.chunkSize(forRequest: request), let chunk = try allocateMapping(wanted, &kernel)
    else {
      errorNumber = .ENOMEM
      return 0
    }
    return userAddress(chunk)
  }

  /// Gives the present thread an arena (arena_get2): one that nobody uses, a new one while there may be more, else the
  /// next in turn.
  private mutating func attachArena(
    for request: UInt64, avoiding avoided: Int?, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Bool {
    if let number = freeArenas.popLast() {
      detach()
      attach(number)
      return true
    }
    if arenaLimit == 0 {
      if parameters.arenaMaximum != 0 {
        arenaLimit = parameters.arenaMaximum
      } else if UInt64(arenas.count) > parameters.arenaTest {
        let pages = rules.processorCountStackPages
        if rules.processorCountReadsStack { try touchStack(pages: 0..<1, write: false, &kernel) }
        try touchStack(pages: 0..<(layout.wordSize == 4 ? pages.narrow : pages.wide), &kernel)
        let processors = UInt64(max(kernel.readProcessorCount(), 1))
        arenaLimit = processors &* (layout.wordSize == 4 ? 2 : 8)
      }
    }
    if UInt64(arenas.count) <= arenaLimit &- 1 { return try createArena(for: request, &kernel) }
    // The first in turn whose lock nobody holds; if there is none, whoever is next is waited for.
    var number = nextArena
    while isHeld(number) {
      number = following(number)
      if number == nextArena {
        if number == avoided { number = following(number) }
        break
      }
    }
    nextArena = following(number)
    detach()
    freeArenas.removeAll { $0 == number }
    attach(number)
    return true
  }

  /// Whether a thread stands inside a call with an arena's lock.
  private func isHeld(_ number: Int) -> Bool { (number == arenaNumber ? arena : arenas[number]).holders > 0 }

  /// The arena behind one in the list, which is a ring.
  private func following(_ number: Int) -> Int { number == 0 ? arenas.count - 1 : number - 1 }

  private mutating func attach(_ number: Int) {
    thread.arena = number
    enter(number)
    arena.threadCount += 1
  }

  /// The present thread leaves its arena for another one.
  private mutating func detach() {
    guard let number = thread.arena else { return }
    enter(number)
    arena.threadCount -= 1
    thread.arena = nil
  }

  /// Makes an arena for the present thread (_int_new_arena): at first with room for the request, then without.
  private mutating func createArena(
    for request: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Bool {
    let least = heapHeadSize &+ arenaStateSize &+ layout.alignment
    var made = try createHeap((least &+ request) & layout.addressMask, &kernel)
    if made == nil { made = try createHeap(least, &kernel) }
    guard let heap = made else { return false }
    let number = arenas.count
    detach()
    arenas.append(Arena(mainOf: layout))
    enter(number)
    let variables = heap.start &+ heapHeadSize
    arena = Arena(in: heap, layout, binsAddress: variables &+ binsOffset)
    arenaNumbers[variables] = number
    thread.arena = number
    let state = heapHeadSize &+ arenaStateSize
    try memory.touch(heap.start, length: state, write: true, &kernel)
    try memory.store(heap.start, variables, &kernel)
    try initializeBins(&kernel)
    let unaligned = heap.start &+ state
    let misalignment = layout.misalignment(ofChunk: unaligned)
    arena.top = misalignment == 0 ? unaligned : unaligned &+ layout.alignment &- misalignment
    try setSizeField(arena.top, (heap.end &- arena.top) | ChunkFlags.previousInUse, &kernel)
    return true
  }

  /// Makes the arena that owns a chunk the one that is worked on (arena_for_chunk).
  ///
  /// - Parameter field: the chunk's size word.
  @inline(__always)
  mutating func enterOwner(
    of chunk: UInt64, _ field: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    if field & ChunkFlags.otherArena == 0 { enter(0) } else { try enterHeapOwner(of: chunk, &kernel) }
  }

  @inline(never)
  private mutating func enterHeapOwner(
    of chunk: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let owner = try memory.load(chunk & ~(layout.arenaAlignment - 1), &kernel)
    if owner == arena.binsAddress &- binsOffset { return }
    if let number = arenaNumbers[owner] { return enter(number) }
    if owner == layout.binsAddress &- binsOffset { return enter(0) }
    // A forged header: its lock is taken first, and what it says of bins leads nowhere.
    try kernel.touch(owner, length: layout.wordSize, write: true)
    try kernel.touch(0, length: layout.wordSize, write: false)
  }

  /// Checks what glibc asserts about each chunk it returns: that the arena it was asked for owns it.
  @inline(never)
  mutating func checkOwner(_ chunk: UInt64, _ kernel: inout some MallocKernel) throws(FatalSignal) {
    let field = try sizeField(chunk, &kernel)
    if field & ChunkFlags.mapped == 0 { try enterOwner(of: chunk, field, &kernel) }
  }

  /// The present thread's arena loses it at the thread's end; one that nobody uses any more is the next that a new
  /// thread gets (arena_thread_freeres).
  mutating func leaveArena() {
    guard let number = thread.arena else { return }
    detach()
    if arena.threadCount == 0 { freeArenas.append(number) }
  }
}
