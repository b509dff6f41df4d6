// Bringing pages back from swap to memory.

/// How a stretch of swapped pages came back.
struct SwapInResult: Equatable, Sendable {
  /// Pages that are present now, from the first one asked for.
  var pages: Int
  /// How many of them needed reading: major faults.
  var majorFaults: Int
}

extension Machine {
  /// Brings pages of a process back from swap, in order, as a touch of each would (`do_swap_page`, mm/memory.c).
  ///
  /// Reading one page brings its neighbours in the area into the swap cache too, up to `2^page-cluster` of them,
  /// when the page read before lay beside it (`swap_cluster_readahead`, mm/swap_state.c).
  ///
  /// - Parameters:
  ///   - pages: virtual pages that one entry of the page table says are swapped.
  ///   - process: whose they are.
  ///   - isWrite: whether the process writes, which makes the pages its own again.
  ///   - asker: who is killed when memory ends; the process itself unless swapoff does it.
  /// - Returns: what came back, at least one page.
  /// - Throws: SIGKILL when the asking process was killed for want of memory.
  mutating func readFromSwap(
    _ pages: Range<UInt64>, of process: ProcessID, isWrite: Bool, asker: ProcessID? = nil
  ) throws(FatalSignal) -> SwapInResult {
    guard let index = processes.index(of: process), !pages.isEmpty,
      let entry = processes[at: index].addressSpace.pageTable.mapping(of: pages.lowerBound),
      case .swapped(let slot) = entry.target
    else { return SwapInResult(pages: pages.count, majorFaults: 0) }
    let asker = asker ?? process
    var result = SwapInResult(pages: 0, majorFaults: 0)
    while result.pages < pages.count {
      let wanted = SwapSlotRange(start: slot + result.pages, count: pages.count - result.pages)
      let cached = swapCache.cached(in: wanted).first
      let given: Int
      if let cached, cached.slots.start == wanted.start {
        given = restore(cached.frames, slots: cached.slots, pages, result.pages, process, isWrite: isWrite)
      } else {
        let gap = cached.map { $0.slots.start.offset - wanted.start.offset } ?? wanted.count
        try readAround(SwapSlotRange(start: wanted.start, count: gap), for: asker)
        result.majorFaults += 1
        continue
      }
      guard given > 0 else { break }
      result.pages += given
    }
    // A process that touches its own pages gets a fault event instead.
    if asker != process { events.record(.reclaim(.swappedIn(process: process, pages: result.pages))) }
    return result
  }

  /// Reads the slots that one major fault brings in.
  private mutating func readAround(
    _ wanted: SwapSlotRange, for asker: ProcessID
  ) throws(FatalSignal) {
    let cluster = 1 << min(tunables.pageCluster, 10)
    let previous = reclaim.lastSlotRead
    let isSequential = previous?.area == wanted.start.area && previous?.offset == wanted.start.offset - 1
    // A sequence fills the window that begins here; a lone page comes alone.
    let count = isSequential ? min(cluster - wanted.start.offset % cluster, wanted.count) : 1
    reclaim.lastSlotRead = wanted.start + (count - 1)
    reclaim.counters.swappedIn += count
    reclaim.counters.refaultedAnonymous += count
    reclaim.counters.readAhead += count - 1
    reclaim.pendingReadAhead += count - 1
    var done = 0
    while done < count {
      var runs: [FrameRange] = []
      guard case .allocated = allocateUserPages(count - done, for: asker, flags: .swapIn, into: &runs) else {
        throw FatalSignal(process: asker, signal: 9)
      }
      for run in runs {
        swapCache.insert(wanted.start + done, frames: run)
        done += run.count
      }
    }
  }

  /// Maps cached frames in the place of their slots.
  private mutating func restore(
    _ frames: FrameRange, slots: SwapSlotRange, _ pages: Range<UInt64>, _ offset: Int,
    _ process: ProcessID, isWrite: Bool
  ) -> Int {
    guard let index = processes.index(of: process) else { return 0 }
    let start = pages.lowerBound + UInt64(offset)
    let restored = start..<start + UInt64(frames.count)
    let isLocked =
      processes[at: index].addressSpace.areas.area(containing: start << pageShift)?.flags.contains(.locked)
    _ = swapCache.remove(slots)
    let hits = min(reclaim.pendingReadAhead, frames.count)
    reclaim.pendingReadAhead -= hits
    reclaim.counters.readAheadHits += hits
    swap.release(slots)
    // A page that another process still has in swap is read again by that one.
    processes[at: index].addressSpace.pageTable.map(
      restored, to: PageMapping(.anonymous(frames.start), isWrite ? .writable : []))
    pageLists.append(
      restored, of: .process(process), to: isLocked == true ? .unevictable : .inactiveAnonymous)
    return frames.count
  }

  /// Takes a user from swap slots that a page table no longer refers to.
  ///
  /// - Returns: how many frames of the swap cache came free with them.
  @discardableResult
  mutating func releaseSwap(_ slots: SwapSlotRange) -> Int {
    swap.release(slots)
    guard swapCache.count > 0 else { return 0 }
    var freed = 0
    for part in swap.freeParts(of: slots) {
      for run in swapCache.remove(part) {
        pageAllocator.freePages(run)
        freed += run.count
      }
    }
    return freed
  }
}
