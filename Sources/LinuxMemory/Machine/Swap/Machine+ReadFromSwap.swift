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
  /// Reading one page brings its neighbours in the area into the swap cache too, up to `2^page-cluster` of them
  /// (`swap_cluster_readahead`, mm/swap_state.c).
  ///
  /// - Parameters:
  ///   - pages: virtual pages that one entry of the page table says are swapped.
  ///   - task: whose they are.
  ///   - isWrite: whether the process writes, which makes the pages its own again.
  ///   - asker: who is killed when memory ends; the process itself unless swapoff does it.
  /// - Returns: what came back, at least one page.
  /// - Throws: SIGKILL when the asking process was killed for want of memory.
  mutating func readFromSwap(
    _ pages: Range<UInt64>, of task: ProcessHandle, isWrite: Bool, asker: ProcessHandle? = nil
  ) throws(FatalSignal) -> SwapInResult {
    guard !pages.isEmpty,
      let entry = processes[task].addressSpace.pageTable.mapping(of: pages.lowerBound),
      case .swapped(let slot) = entry.target
    else {
      assertionFailure("no page to be read from swap")
      throw FatalSignal(process: task.id, signal: 9)
    }
    let asker = asker ?? task
    var result = SwapInResult(pages: 0, majorFaults: 0)
    while result.pages < pages.count {
      guard mayGoOn() else { throw FatalSignal(process: asker.id, signal: 9) }
      let wanted = SwapSlotRange(start: slot + result.pages, count: pages.count - result.pages)
      guard let cached = swapCache.firstCached(in: wanted), cached.slots.start == wanted.start else {
        try readAround(wanted.start, for: asker)
        result.majorFaults += 1
        // The caller of swapoff reads for others, one of whom may have been killed to make room.
        guard processes.isLiving(task) else { break }
        continue
      }
      let start = pages.lowerBound + UInt64(result.pages)
      restore(cached, at: start, of: task, isWrite: isWrite)
      result.pages += cached.frames.count
    }
    // A process that touches its own pages gets a fault event instead.
    if asker != task { record(.reclaim(.swappedIn(process: task.id, pages: result.pages))) }
    return result
  }

  /// Reads the slots that one major fault brings in: the aligned window around the wanted one, as far as it holds
  /// pages that are not in memory.
  private mutating func readAround(_ wanted: SwapSlot, for asker: ProcessHandle) throws(FatalSignal) {
    let limit = 1 << min(tunables.pageCluster, 10)
    let window = reclaim.readahead.window(at: wanted.offset, limit: limit)
    let first = max(wanted.offset & ~(window - 1), 1)
    let range = SwapSlotRange(
      start: SwapSlot(area: wanted.area, offset: first), count: (wanted.offset | (window - 1)) + 1 - first)
    let count = unreadParts(of: range).reduce(0) { $0 + $1.count }
    if swap.hasGroups { return try readCharged(range, around: wanted, for: asker) }
    var runs: [FrameRange] = []
    var given = 0
    while given < count {
      guard
        case .allocated(let pages) = allocateUserPages(
          count - given, for: asker, owner: .anonymous, flags: .swapIn, into: &runs)
      else {
        ledger.givePages(runs, of: .anonymous)
        throw FatalSignal(process: asker.id, signal: 9)
      }
      given += pages
    }
    // Reclaim may have changed what is to be read while it looked for memory.
    var read = 0
    for part in unreadParts(of: range) {
      var done = 0
      while done < part.count, let run = runs.first {
        let taken = FrameRange(start: run.start, count: min(run.count, part.count - done))
        addToSwapCache(part.start + done, taken)
        done += taken.count
        runs.removeFirst()
        if taken.count < run.count {
          runs.insert(FrameRange(start: taken.end, count: run.count - taken.count), at: 0)
        }
      }
      read += done
    }
    ledger.givePages(runs, of: .anonymous)
    noteReading(read, around: wanted)
  }

  /// The same where groups are charged for pages in swap: each page is charged to the group that has it there, part by
  /// part; one that is gone leaves it to the asker's.
  private mutating func readCharged(
    _ range: SwapSlotRange, around wanted: SwapSlot, for asker: ProcessHandle
  ) throws(FatalSignal) {
    // Pages stand on no list until the window is read (`folio_add_lru`, mm/swap.c): none is taken for another of it.
    var taken: [(slots: SwapSlotRange, group: MemoryGroup, runs: [FrameRange])] = []
    for part in unreadParts(of: range) {
      for (slots, owner) in swap.groupParts(of: part).map({ ($0.slots, $0.group) }) {
        let isThere = ledger.groups.contains(owner) && ledger.groups[owner].isOnline
        let group = isThere ? owner : chargedGroup(of: asker) ?? .root
        taken.append((slots, group, []))
        var given = 0
        while given < slots.count {
          guard
            case .allocated(let pages) = allocateUserPages(
              slots.count - given, for: asker, owner: .anonymous, flags: .swapIn, chargedTo: group,
              into: &taken[taken.count - 1].runs)
          else {
            for part in taken { ledger.givePages(part.runs, of: .anonymous) }
            throw FatalSignal(process: asker.id, signal: 9)
          }
          given += pages
        }
      }
    }
    let read = taken.reduce(0) { $0 + place($1.runs, in: $1.slots, of: $1.group) }
    noteReading(read, around: wanted)
  }

  /// Puts frames into the swap cache with the pages of slots, those that are still to be read.
  ///
  /// - Returns: how many pages were read.
  private mutating func place(_ runs: [FrameRange], in slots: SwapSlotRange, of group: MemoryGroup) -> Int {
    var (read, next) = (0, slots.start)
    for run in runs {
      let part = SwapSlotRange(start: next, count: run.count)
      next = part.end
      // Somebody who was killed meanwhile no longer needs them.
      guard unreadParts(of: part) == [part] else {
        ledger.givePages(run, of: .anonymous)
        continue
      }
      addToSwapCache(part.start, run)
      read += run.count
      countInGroup(.refaultedAnonymous, run.count, group)
    }
    return read
  }

  private mutating func noteReading(_ read: Int, around wanted: SwapSlot) {
    reclaim.counters.swappedIn += read
    reclaim.counters.refaultedAnonymous += read
    reclaim.counters.readAhead += max(read - 1, 0)
    reclaim.readahead.noteRead(max(read - 1, 0))
    reclaim.slotJustRead = wanted
  }

  /// The parts of a range of slots that hold pages which are not in memory.
  private func unreadParts(of range: SwapSlotRange) -> [SwapSlotRange] {
    var parts: [SwapSlotRange] = []
    var next = range.start
    func add(_ end: SwapSlot) {
      if end.offset > next.offset {
        parts.append(SwapSlotRange(start: next, count: end.offset - next.offset))
      }
    }
    let known =
      swap.freeParts(of: range) + swapCache.cached(in: range).map(\.slots)
      + swapCache.mapped(in: range).map(\.slots)
    for part in known.sorted(by: { $0.start < $1.start }) {
      add(part.start)
      next = max(next, part.end)
    }
    add(range.end)
    return parts
  }

  /// Puts frames into the swap cache, behind all other inactive pages.
  mutating func addToSwapCache(_ slot: SwapSlot, _ frames: FrameRange) {
    swapCache.insert(slot, frames: frames)
    list(
      UInt64(slot.offset)..<UInt64(slot.offset + frames.count), of: .swapCache(area: slot.area),
      on: .inactiveAnonymous, age: .kept)
  }

  /// Maps cached frames in the place of their slots.
  ///
  /// The slots stay with pages that were only read while swap has room (`should_try_to_free_swap`, mm/memory.c).
  private mutating func restore(
    _ cached: SwapCache.Part, at start: UInt64, of task: ProcessHandle, isWrite: Bool
  ) {
    let (slots, frames) = cached
    let pages = start..<start + UInt64(frames.count)
    let isLocked =
      processes[task].addressSpace.areas.area(containing: start << pageShift)?.flags.contains(.locked)
      ?? false
    _ = swapCache.remove(slots)
    unlist(
      UInt64(slots.start.offset)..<UInt64(slots.end.offset), of: .swapCache(area: slots.start.area))
    let own = reclaim.slotJustRead == slots.start ? 1 : 0
    reclaim.slotJustRead = nil
    reclaim.counters.readAheadHits += reclaim.readahead.noteUse(frames.count - own)
    var hasOtherUsers = false
    swap.forEachPart(of: slots) { _, users in if users != 1 { hasOtherUsers = true } }
    if isWrite || isLocked || hasOtherUsers || swap.isHalfFull {
      // A page that another process still has in swap is read again by that one.
      releaseSlots(slots)
      fitSwapIndex()
    } else {
      swapCache.insert(slots.start, frames: frames, isMapped: true)
    }
    processes[task].addressSpace.pageTable.map(
      pages, to: PageMapping(.anonymous(frames.start), isWrite ? .writable : []))
    list(pages, of: .process(task.id), on: isLocked ? .unevictable : .inactiveAnonymous)
  }

  /// Takes a user from swap slots that a page table no longer refers to.
  ///
  /// - Returns: how many frames of the swap cache came free with them.
  @discardableResult
  mutating func releaseSwap(_ slots: SwapSlotRange) -> Int {
    releaseSlots(slots)
    fitSwapIndex()
    guard swapCache.count > 0 else { return 0 }
    return swap.freeParts(of: slots).reduce(0) { $0 + dropSwapCache($1) }
  }

  /// Gives up the slots of frames that were in a page table and are free now (`free_swap_cache`).
  mutating func releaseSwapCopies(of frames: FrameRange) {
    guard swapCache.hasMapped else { return }
    for slots in swapCache.removeMapped(frames) { releaseSlots(slots) }
    fitSwapIndex()
  }
}
