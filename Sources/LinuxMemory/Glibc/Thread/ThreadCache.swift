// The thread cache (tcache): short lists of freed chunks, one for each small size.

// Its structure is an ordinary chunk: 64 counts of 16 bits, then 64 list heads that hold user addresses.
// A cached chunk holds the mangled address of the next one and, a word further, the key that a double free
// is noticed by.
extension MallocState {
  /// A link as it is stored: mixed with the address of the word that holds it ("safe linking").
  @inline(__always)
  func mangled(_ pointer: UInt64, at address: UInt64) -> UInt64 { (address >> 12) ^ pointer }

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
    let offset = UInt64(bin) &* 2
    let word = try memory.load(thread.cache &+ offset & ~(layout.wordSize &- 1), &kernel)
    return word &>> ((offset & (layout.wordSize &- 1)) &* 8) & 0xffff
  }

  /// Adds to a bin's count, or subtracts with a wrapped negative number.
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
    let count = layout.threadCacheStructureSize &>> layout.wordShift
    return memory.writableWords(thread.cache, count: count, generation)
  }

  /// The place of a bin's list head among them.
  @inline(__always)
  private func threadCacheHeadIndex(_ bin: Int) -> Int {
    (MallocLayout.threadCacheBins &* 2) &>> Int(truncatingIfNeeded: layout.wordShift) &+ bin
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
    thread.cache &+ UInt64(MallocLayout.threadCacheBins * 2) &+ UInt64(bin) &* layout.wordSize
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
      changeThreadCacheCount(bin, by: 1, in: cache)
      return
    }
    try memory.store(entry &+ layout.wordSize, threadCacheKey, &kernel)
    let next = try memory.load(threadCacheHead(bin), &kernel)
    try memory.store(entry, mangled(next, at: entry), &kernel)
    try memory.store(threadCacheHead(bin), entry, &kernel)
    try changeThreadCacheCount(bin, by: 1, &kernel)
  }

  /// Takes the chunk at the head of a bin that is not empty.
  ///
  /// - Returns: Its user address.
  @inline(__always)
  mutating func takeFromThreadCache(
    bin: Int, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    let entry = try memory.load(threadCacheHead(bin), &kernel)
    try require(entry & (layout.alignment - 1) == 0, .unalignedInThreadCache, &kernel)
    let generation = kernel.residencyGeneration
    if let cache = threadCacheWords(generation), let words = memory.writableWords(entry, count: 2, generation)
    {
      cache[threadCacheHeadIndex(bin)] = mangled(words[0], at: entry)
      changeThreadCacheCount(bin, by: .max, in: cache)
      words[1] = 0
      return entry
    }
    let next = mangled(try memory.load(entry, &kernel), at: entry)
    try memory.store(threadCacheHead(bin), next, &kernel)
    try changeThreadCacheCount(bin, by: .max, &kernel)
    try memory.store(entry &+ layout.wordSize, 0, &kernel)
    return entry
  }

  /// Allocates the thread cache's own structure when there is none yet.
  @inline(__always)
  mutating func createThreadCacheIfMissing(_ kernel: inout some MallocKernel) throws(FatalSignal) {
    if thread.cache == 0, !thread.isEnding { try createThreadCache(&kernel) }
  }

  @inline(never)
  private mutating func createThreadCache(_ kernel: inout some MallocKernel) throws(FatalSignal) {
    let size = layout.threadCacheStructureSize
    // free does not initialise the allocator: a thread that frees before it allocates has no arena yet.
    let address = try allocateWithRetry(size, &kernel)
    guard address != 0 else { return }
    try memory.touch(address, length: size, write: true, &kernel)
    memory.clear(address, length: size)
    thread.cache = address
    kernel.note(.threadCacheCreated(address: address))
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
  private mutating func searchThreadCache(
    for entry: UInt64, bin: Int, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    var count: UInt64 = 0
    var other = try memory.load(threadCacheHead(bin), &kernel)
    while other != 0 {
      try require(count < parameters.threadCacheDepth, .tooManyInThreadCache, &kernel)
      try require(other & (layout.alignment - 1) == 0, .unalignedInThreadCacheOnFree, &kernel)
      try require(other != entry, .doubleFreeInThreadCache, &kernel)
      other = mangled(try memory.load(other, &kernel), at: other)
      count += 1
    }
  }
}
