// Why memory that a program freed is still the process's.

/// One reason for which freed memory has not gone back to the kernel. Sizes in bytes.
package enum HeapRetention: Equatable, Sendable {
  /// A chunk that counts as in use borders top, so the break cannot go below it; `freeBelow` bytes lie in
  /// bins and fastbins underneath.
  case pinned(by: HeapChunk, freeBelow: UInt64)
  /// Top is too small to be trimmed; `isRaised` when freeing a mapped chunk raised the threshold.
  case topBelowThreshold(top: UInt64, threshold: UInt64, isRaised: Bool)
  /// Top is not larger than what trimming leaves (top_pad) by a whole page.
  case topIsPadding(top: UInt64, padding: UInt64)
  /// Top may be trimmed, but only a free that merges `threshold` bytes looks.
  case topWaitsForLargeFree(top: UInt64, threshold: UInt64)
  /// Freed chunks in the thread cache count as in use and merge with nothing.
  case threadCache(count: Int, bytes: UInt64)
  /// Freed chunks in fastbins count as in use until something consolidates them.
  case fastBins(count: Int, bytes: UInt64)
  /// Pages that nobody uses are resident in so many arenas beside the main one: in free chunks, and in their tops.
  case otherArenas(count: Int, inChunks: UInt64, inTops: UInt64)
  /// Somebody else moved the break up, so that the heap does not end there: it cannot be lowered.
  case breakMovedByOthers(heapEnd: UInt64, programBreak: UInt64)
  /// The kernel refused the break once: top lies in a mapping that only the process's end gives back.
  case topInMapping(address: UInt64)
}

extension MallocState {
  /// Top's address and size; nil before there is a heap.
  package var topChunk: HeapChunk? {
    mainArena.top == 0
      ? nil : HeapChunk(address: mainArena.top, size: notedSize(of: mainArena.top), state: .top)
  }

  /// Everything that keeps freed memory, the most telling reason first.
  ///
  /// - Parameters:
  ///   - runs: The chunks as ``HeapView`` has them.
  ///   - programBreak: Where the kernel has the break.
  ///   - residentTop: How many bytes of top are resident; the page with its header always is, and more than
  ///     that is worth a reason.
  package func retention(
    of runs: [HeapRun], programBreak: UInt64, residentTop: UInt64
  ) -> [HeapRetention] {
    guard let topChunk else { return [] }
    var reasons = [pin(below: topChunk, runs)].compactMap { $0 }
    guard residentTop > MallocLayout.pageSize else { return reasons + cached(runs) }
    let end = topChunk.address &+ topChunk.size
    if !mainArena.isContiguous, !memory.isHeap(mainArena.top) {
      reasons.append(.topInMapping(address: topChunk.address))
    } else if end != programBreak {
      reasons.append(.breakMovedByOthers(heapEnd: end, programBreak: programBreak))
    } else if let reason = reasonForTop(topChunk.size) {
      reasons.append(reason)
    }
    return reasons + cached(runs)
  }

  /// The chunk that keeps top from growing downwards over free memory.
  private func pin(below topChunk: HeapChunk, _ runs: [HeapRun]) -> HeapRetention? {
    guard let index = runs.lastIndex(where: { $0.end == topChunk.address }) else { return nil }
    let run = runs[index]
    if case .fastBin = run.first.state { return nil }
    let last = HeapChunk(
      address: run.end &- run.first.size, size: run.first.size, state: run.first.state)
    let free = runs[..<index].reduce(0) { $1.first.state.isFree ? $0 &+ $1.byteCount : $0 }
    return free == 0 ? nil : .pinned(by: last, freeBelow: free)
  }

  private func reasonForTop(_ size: UInt64) -> HeapRetention? {
    guard size > layout.minimumChunk &+ MallocLayout.pageSize else { return nil }
    if size < parameters.trimThreshold {
      let isRaised =
        !parameters.thresholdsAreFixed
        && parameters.trimThreshold != release.defaults.trimThreshold
      return .topBelowThreshold(top: size, threshold: parameters.trimThreshold, isRaised: isRaised)
    }
    if spareTop(size, keeping: parameters.topPadding) == 0 {
      return .topIsPadding(top: size, padding: parameters.topPadding)
    }
    return .topWaitsForLargeFree(top: size, threshold: Self.consolidationThreshold)
  }

  private func cached(_ runs: [HeapRun]) -> [HeapRetention] {
    var cached = (count: 0, bytes: UInt64(0))
    var fast = cached
    for run in runs {
      switch run.first.state {
      case .threadCache: cached = (cached.count + run.count, cached.bytes &+ run.byteCount)
      case .fastBin: fast = (fast.count + run.count, fast.bytes &+ run.byteCount)
      default: break
      }
    }
    var reasons: [HeapRetention] = []
    if cached.count > 0 {
      reasons.append(.threadCache(count: cached.count, bytes: cached.bytes))
    }
    if fast.count > 0 { reasons.append(.fastBins(count: fast.count, bytes: fast.bytes)) }
    return reasons
  }
}

extension HeapChunkState {
  /// Whether glibc counts the chunk as free: it lies in a bin or in a fastbin.
  fileprivate var isFree: Bool {
    switch self {
    case .fastBin, .unsorted, .smallBin, .largeBin: true
    case .inUse, .threadCacheStructure, .threadVector, .threadCache, .top, .fencepost: false
    }
  }
}
