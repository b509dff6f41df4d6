// The thread cache (tcache): short lists of freed chunks, one for each small size.

// Its structure is an ordinary chunk: a count of 16 bits for each bin, of the chunks or of the places left, then list
// heads that hold user addresses. A cached chunk holds the address of the next one, mangled unless the version is old,
// and, a word further, the key that a double free is noticed by.
extension MallocState {
  /// A link as it is stored: mixed with the address of the word that holds it ("safe linking").
  @inline(__always)
  func mangled(_ pointer: UInt64, at address: UInt64) -> UInt64 {
    release.rules.protectsLinks ? (address >> 12) ^ pointer : pointer
  }

  /// Whether the thread cache exists and takes chunks of a bin.
  @inline(__always)
  func threadCacheServes(_ bin: Int) -> Bool {
    thread.cache != 0 && UInt(bitPattern: bin) < UInt(bitPattern: parameters.threadCacheBins)
  }

  /// How many chunks a bin holds.
  @inline(__always)
  mutating func threadCacheCount(
    _ bin: Int, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    let noted = try notedThreadCacheCount(bin, &kernel)
    return release.rules.countsFreeSlots ? (parameters.threadCacheDepth &- noted) & 0xffff : noted
  }

  /// Whether a bin takes one more chunk.
  @inline(__always)
  mutating func threadCacheHasRoom(
    _ bin: Int, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Bool {
    let noted = try notedThreadCacheCount(bin, &kernel)
    return release.rules.countsFreeSlots ? noted != 0 : noted < parameters.threadCacheDepth
  }

  /// What the structure says about a bin: its chunks, or the places left.
  @inline(__always)
  private mutating func notedThreadCacheCount(
    _ bin: Int, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    let offset = UInt64(bin) &* 2
    let word = try memory.load(thread.cache &+ offset & ~(layout.wordSize &- 1), &kernel)
    return word &>> ((offset & (layout.wordSize &- 1)) &* 8) & 0xffff
  }

  /// What one chunk more adds to what is noted.
  @inline(__always)
  private var oneMore: UInt64 { release.rules.countsFreeSlots ? .max : 1 }

  /// Adds to what is noted of a bin, or subtracts with a wrapped negative number.
  @inline(__always)
  private mutating func changeThreadCacheCount(
    _ bin: Int, by change: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let offset = UInt64(bin) &* 2
    let address = thread.cache &+ offset & ~(layout.wordSize &- 1)
    let shift = (offset & (layout.wordSize &- 1)) &* 8
    try memory.store(address, changed(try memory.load(address, &kernel), shift, by: change), &kernel)
  }

  /// The words of the thread cache's structure, when they lie in one page that is at hand.
  @inline(__always)
  private func threadCacheWords(_ generation: UInt64) -> UnsafeMutablePointer<UInt64>? {
    let count = threadCacheStructureSize &>> layout.wordShift
    return memory.writableWords(thread.cache, count: count, generation)
  }

  /// The place of a bin's list head among them.
  @inline(__always)
  private func threadCacheHeadIndex(_ bin: Int) -> Int {
    (threadCacheBinCount &* 2) &>> Int(truncatingIfNeeded: layout.wordShift) &+ bin
  }

  /// Adds to a bin's count among them, or subtracts with a wrapped negative number.
  @inline(__always)
  private func changeThreadCacheCount(
    _ bin: Int, by change: UInt64, in words: UnsafeMutablePointer<UInt64>
  ) {
    let offset = UInt64(bin) &* 2
    let word = words + Int(truncatingIfNeeded: offset &>> layout.wordShift)
    word.pointee = changed(word.pointee, (offset & (layout.wordSize &- 1)) &* 8, by: change)
  }

  /// Changes 16 bits of a word of counts.
  @inline(__always)
  private func changed(_ word: UInt64, _ shift: UInt64, by change: UInt64) -> UInt64 {
    let count = (word &>> shift &+ change) & 0xffff
    return word & ~(0xffff &<< shift) | count &<< shift
  }

  /// Where a bin's list head lies.
  @inline(__always)
  func threadCacheHead(_ bin: Int) -> UInt64 {
    threadCacheHead(bin, ofCache: thread.cache)
  }

  /// The same for the cache whose structure lies at a user address.
  @inline(__always)
  func threadCacheHead(_ bin: Int, ofCache cache: UInt64) -> UInt64 {
    cache &+ UInt64(truncatingIfNeeded: threadCacheBinCount &* 2) &+ UInt64(truncatingIfNeeded: bin)
      &* layout.wordSize
  }

  /// Puts a chunk at the head of its bin.
  @inline(__always)
  mutating func putIntoThreadCache(
    _ chunk: UInt64, bin: Int, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let entry = userAddress(chunk)
    let generation = kernel.residencyGeneration
    if let cache = threadCacheWords(generation), let words = memory.writableWords(entry, count: 2, generation)
    {
      let head = cache + threadCacheHeadIndex(bin)
      words[1] = threadCacheKey
      words[0] = mangled(head.pointee, at: entry)
      head.pointee = entry
      changeThreadCacheCount(bin, by: oneMore, in: cache)
      return
    }
    try memory.store(entry &+ layout.wordSize, threadCacheKey, &kernel)
    let next = try memory.load(threadCacheHead(bin), &kernel)
    try memory.store(entry, mangled(next, at: entry), &kernel)
    try memory.store(threadCacheHead(bin), entry, &kernel)
    try changeThreadCacheCount(bin, by: oneMore, &kernel)
  }

  /// Puts a chunk in front of the one that a link leads to; the link is a list head, or lies in a chunk.
  mutating func putIntoThreadCache(
    _ chunk: UInt64, bin: Int, at link: ThreadCacheLink, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let entry = userAddress(chunk)
    try memory.store(entry &+ layout.wordSize, threadCacheKey, &kernel)
    try memory.store(entry, mangled(link.target, at: entry), &kernel)
    try memory.store(link.address, link.isHead ? entry : mangled(entry, at: link.address), &kernel)
    try changeThreadCacheCount(bin, by: oneMore, &kernel)
  }

  /// Takes the chunk that a link leads to.
  ///
  /// - Returns: Its user address.
  mutating func takeFromThreadCache(
    bin: Int, at link: ThreadCacheLink, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    let entry = link.target
    try requireAligned(entry & (layout.alignment - 1) == 0, .unalignedInThreadCache, &kernel)
    let next = mangled(try memory.load(entry, &kernel), at: entry)
    try memory.store(link.address, link.isHead ? next : mangled(next, at: link.address), &kernel)
    try changeThreadCacheCount(bin, by: 0 &- oneMore, &kernel)
    try memory.store(entry &+ layout.wordSize, 0, &kernel)
    return entry
  }

  /// Takes the chunk at the head of a bin that is not empty.
  ///
  /// - Returns: Its user address.
  @inline(__always)
  mutating func takeFromThreadCache(
    bin: Int, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    let entry = try memory.load(threadCacheHead(bin), &kernel)
    try requireAligned(entry & (layout.alignment - 1) == 0, .unalignedInThreadCache, &kernel)
    let generation = kernel.residencyGeneration
    if let cache = threadCacheWords(generation), let words = memory.writableWords(entry, count: 2, generation)
    {
      cache[threadCacheHeadIndex(bin)] = mangled(words[0], at: entry)
      changeThreadCacheCount(bin, by: 0 &- oneMore, in: cache)
      words[1] = 0
      return entry
    }
    let next = mangled(try memory.load(entry, &kernel), at: entry)
    try memory.store(threadCacheHead(bin), next, &kernel)
    try changeThreadCacheCount(bin, by: 0 &- oneMore, &kernel)
    try memory.store(entry &+ layout.wordSize, 0, &kernel)
    return entry
  }

  /// Asks the thread cache for a chunk.
  ///
  /// - Returns: Its user address; nil when it has none of the size.
  @inline(__always)
  mutating func allocateFromThreadCache(
    _ wanted: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64? {
    if !release.rules.asksThreadCacheFirst { try createThreadCacheIfMissing(&kernel) }
    let bin = layout.threadCacheBin(forSize: wanted)
    guard threadCacheServes(bin) else {
      return wanted < parameters.largeThreadCacheLimit ? try takeLargeFromThreadCache(wanted, &kernel) : nil
    }
    let count: UInt64
    if release.rules.countsFreeSlots {
      guard try memory.load(threadCacheHead(bin), &kernel) != 0 else { return nil }
      count = kernel.listensToAllocator ? try threadCacheCount(bin, &kernel) : 0
    } else {
      count = try threadCacheCount(bin, &kernel)
      guard count > 0 else { return nil }
    }
    let address = try takeFromThreadCache(bin: bin, &kernel)
    kernel.note(.threadCacheHit(size: wanted, left: Int(count) - 1))
    return address
  }

  /// Allocates the thread cache's own structure when there is none yet.
  @inline(__always)
  mutating func createThreadCacheIfMissing(_ kernel: inout some MallocKernel) throws(FatalSignal) {
    if thread.cache == 0, !thread.hasNoCache { try createThreadCache(&kernel) }
  }

  /// Allocates the structure: as malloc allocates, or in the arena that is worked on when the need for it arises there.
  ///
  /// - Parameter inArena: whether it is allocated in the midst of another allocation.
  @inline(never)
  mutating func createThreadCache(
    inArena: Bool = false, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    let size = threadCacheStructureSize
    if rules.asksThreadCacheFirst {
      thread.hasNoCache = true
      guard parameters.threadCacheDepth > 0 else { return }
    }
    let address: UInt64
    if inArena {
      // What is asked for is the size of its chunk already.
      address = try allocateInArena(layout.chunkSize(forRequest: size) ?? size, &kernel)
    } else if rules.asksThreadCacheFirst {
      address = try allocateFromArenas(size, &kernel)
    } else {
      // free does not initialise the allocator: a thread that frees before it allocates has no arena yet.
      address = try allocateWithRetry(size, &kernel)
    }
    guard address != 0 else { return }
    try memory.touch(address, length: size, write: true, &kernel)
    memory.clear(address, length: size)
    thread.cache = address
    thread.hasNoCache = false
    if rules.keyIsStructure { threadCacheKey = address }
    if rules.countsFreeSlots { try fillSlots(&kernel) }
    kernel.note(.threadCacheCreated(address: address))
  }

  /// Notes for every bin how many chunks it takes.
  private mutating func fillSlots(_ kernel: inout some MallocKernel) throws(FatalSignal) {
    let bytes = UInt64(threadCacheBinCount * 2)
    let pair = parameters.threadCacheDepth << 16 | parameters.threadCacheDepth
    for offset in stride(from: 0, to: bytes, by: Int(layout.wordSize)) {
      let word = layout.wordSize == 8 ? pair << 32 | pair : pair
      try memory.store(thread.cache &+ offset, word, &kernel)
    }
  }

  /// Notices a chunk that is in the thread cache already.
  ///
  /// - Parameter entry: Its user address.
  @inline(__always)
  mutating func checkDoubleFreeInThreadCache(
    _ entry: UInt64, bin: Int, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    if try memory.load(entry &+ layout.wordSize, &kernel) == threadCacheKey {
      try searchThreadCache(for: entry, bin: bin, &kernel)
    }
  }

  @inline(never)
  mutating func searchThreadCache(
    for entry: UInt64, bin: Int, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    var count: UInt64 = 0
    var other = try memory.load(threadCacheHead(bin), &kernel)
    while other != 0 {
      try require(
        count < parameters.threadCacheDepth || !rules.protectsLinks, .tooManyInThreadCache, &kernel)
      try requireAligned(other & (layout.alignment - 1) == 0, .unalignedInThreadCacheOnFree, &kernel)
      try require(other != entry, .doubleFreeInThreadCache, &kernel)
      other = mangled(try memory.load(other, &kernel), at: other)
      count += 1
      try checkProgress(count, &kernel)
    }
  }
}
