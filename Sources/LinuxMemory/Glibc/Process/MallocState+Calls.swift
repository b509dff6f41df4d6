// The calls a program makes: malloc(3), calloc, realloc, free and their kin.

extension MallocState {
  /// malloc(3).
  ///
  /// - Parameters:
  ///   - size: Bytes asked for.
  ///   - kernel: The process's system calls.
  /// - Returns: The address, or 0 with ``errorNumber`` set.
  /// - Throws: The signal that ended the process.
  package mutating func malloc(
    _ size: UInt64, kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    try initializeIfNeeded(&kernel)
    hasHook = false
    guard let wanted = layout.chunkSize(forRequest: size) else { return try refuse(size, &kernel) }
    if let address = try allocateFromThreadCache(wanted, &kernel) { return address }
    return try allocateFromArenas(size, &kernel)
  }

  /// free(3); leaves errno alone.
  ///
  /// - Parameter address: What an allocation returned, or 0.
  package mutating func free(
    _ address: UInt64, kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    guard address != 0 else { return kernel.note(.nullFreed) }
    memory.beginCall()
    let savedError = errorNumber
    if rules.asksThreadCacheFirst {
      let isUndecided = thread.cache == 0 && !thread.hasNoCache
      try freeIntoThreadCacheFirst(address, &kernel)
      // What making the cache leaves in errno stays there.
      if !isUndecided || thread.cache == 0 && !thread.hasNoCache { errorNumber = savedError }
      return
    }
    let chunk = chunk(atUserAddress: address) & layout.addressMask
    let field = try claimedSizeField(chunk, &kernel)
    if field & ChunkFlags.mapped != 0 {
      try releaseMapping(chunk, field, &kernel)
    } else {
      try createThreadCacheIfMissing(&kernel)
      try enterOwner(of: chunk, field, &kernel)
      try release(chunk, isInternal: false, &kernel)
    }
    if rules.freeKeepsErrorNumber { errorNumber = savedError }
  }

  /// Answers a request above `PTRDIFF_MAX`. Since 2.42 malloc looks for an arena nevertheless, and for another one.
  @inline(never)
  mutating func refuse(
    _ request: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    if rules.asksThreadCacheFirst, hadThreads { return try allocateWithRetry(request, &kernel) }
    errorNumber = .ENOMEM
    kernel.note(.outOfMemory(size: request))
    return 0
  }

  /// realloc(3): `realloc(0, n)` is malloc, `realloc(p, 0)` frees and returns 0.
  package mutating func realloc(
    _ address: UInt64, _ size: UInt64, kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    try initializeIfNeeded(&kernel)
    hasHook = false
    if address == 0 { return try malloc(size, kernel: &kernel) }
    if size == 0 {
      try free(address, kernel: &kernel)
      return 0
    }
    return try reallocate(address, size, &kernel)
  }

  /// reallocarray(3): realloc of `count` times `size` bytes, ENOMEM when the product does not fit.
  package mutating func reallocarray(
    _ address: UInt64, count: UInt64, size: UInt64, kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
    guard !overflow, bytes <= layout.addressMask else {
      errorNumber = .ENOMEM
      kernel.note(.outOfMemory(size: overflow ? .max : bytes))
      return 0
    }
    return try realloc(address, bytes, kernel: &kernel)
  }

  /// calloc(3).
  package mutating func calloc(
    count: UInt64, size: UInt64, kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
    guard !overflow, bytes <= layout.addressMask else {
      errorNumber = .ENOMEM
      kernel.note(.outOfMemory(size: .max))
      return 0
    }
    guard bytes <= layout.largestRequest else { return try refuse(bytes, &kernel) }
    return try allocateZeroed(bytes, &kernel)
  }

  /// memalign(3).
  package mutating func memalign(
    alignment: UInt64, size: UInt64, kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    try allocateAligned(alignment, size, &kernel)
  }

  /// aligned_alloc(3): memalign, which since 2.38 refuses an alignment that is no power of two with `EINVAL`.
  package mutating func alignedAlloc(
    alignment: UInt64, size: UInt64, kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    guard !rules.alignedAllocChecks || alignment != 0 && alignment & (alignment &- 1) == 0 else {
      errorNumber = .EINVAL
      kernel.note(.alignmentRefused(alignment))
      return 0
    }
    return try allocateAligned(alignment, size, &kernel)
  }

  /// posix_memalign(3).
  ///
  /// - Returns: The address, or the error that the call returns instead of setting errno.
  package mutating func posixMemalign(
    alignment: UInt64, size: UInt64, kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    guard alignment != 0, alignment % layout.wordSize == 0, alignment & (alignment - 1) == 0 else {
      kernel.note(.alignmentRefused(alignment))
      return .failure(.EINVAL)
    }
    let address = try allocateAligned(alignment, size, &kernel)
    return address == 0 ? .failure(.ENOMEM) : .success(address)
  }

  /// valloc(3): aligned to pages.
  package mutating func valloc(
    _ size: UInt64, kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    try allocateAligned(MallocLayout.pageSize, size, &kernel)
  }

  /// pvalloc(3): aligned to pages and rounded up, before 2.42 with a mask that clears bits 1 to 11 of a sum instead of 0 to 11.
  package mutating func pvalloc(
    _ size: UInt64, kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    try initializeIfNeeded(&kernel)
    let (sum, overflow) = size.addingReportingOverflow(MallocLayout.pageSize - 1)
    guard !overflow, sum <= layout.addressMask else {
      errorNumber = .ENOMEM
      kernel.note(.outOfMemory(size: size))
      return 0
    }
    let unit = rules.pvallocRounds ? MallocLayout.pageSize : MallocLayout.pageSize - 1
    return try allocateAligned(MallocLayout.pageSize, sum & (0 &- unit), &kernel)
  }

  /// malloc_usable_size(3): 0 for 0 and for a chunk that is not in use.
  package mutating func usableSize(
    of address: UInt64, kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    guard address != 0 else { return 0 }
    memory.beginCall()
    let chunk = chunk(atUserAddress: address) & layout.addressMask
    return try usableSize(ofChunk: chunk, try claimedSizeField(chunk, &kernel), &kernel)
  }

  /// The same for a chunk by its size word (musable).
  mutating func usableSize(
    ofChunk chunk: UInt64, _ field: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    let size = field & ~ChunkFlags.all
    if field & ChunkFlags.mapped != 0 {
      return size &- (rules.mappedSizeExcludesHeader ? layout.wordSize : layout.headerSize)
    }
    return try isPreviousInUse(chunk &+ size, &kernel) ? size &- layout.wordSize : 0
  }

  /// malloc_trim(3).
  ///
  /// - Parameter padding: How many bytes to leave at the top of the heap.
  /// - Returns: Whether memory went back to the system.
  package mutating func trim(
    keeping padding: UInt64, kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Bool {
    try initializeIfNeeded(&kernel)
    return try trimEverything(keeping: padding, &kernel)
  }

  /// What every first call does: reads the tunables and draws the thread cache's key.
  @inline(__always)
  mutating func initializeIfNeeded(_ kernel: inout some MallocKernel) throws(FatalSignal) {
    memory.beginCall()
    if !isInitialized { try initialize(&kernel) }
  }

  @inline(never)
  private mutating func initialize(_ kernel: inout some MallocKernel) throws(FatalSignal) {
    isInitialized = true
    if thread.arena == nil, threadNumber == 0 {
      thread.arena = 0
      enter(0)
      arena.threadCount += 1
    }
    if !rules.keyIsStructure {
      threadCacheKey = kernel.randomWord(atStart: rules.startsBeforeMain) & layout.addressMask
    }
    enter(0)
    try initializeBins(&kernel)
    for (name, value) in tunables.settings(rules, largest: layout.addressMask) { apply(tunable: name, value) }
    kernel.note(.initialized)
  }
}
