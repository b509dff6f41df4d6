// Moving anonymous pages from memory to swap.

extension Machine {
  /// Swaps pages out that reclaim found on a list (`shrink_folio_list`, `try_to_unmap`, mm/vmscan.c and mm/rmap.c).
  ///
  /// - Parameters:
  ///   - extent: pages of a process.
  ///   - requestClass: pages of higher zones stay.
  /// - Returns: how many frames came free; `nil` when swap is full.
  mutating func swapOut(_ extent: PageListExtent, requestClass: Int) -> Int? {
    guard case .process(let process) = extent.owner, let task = processes.handle(of: process) else {
      assertionFailure("a list holds anonymous pages of \(extent.owner)")
      return 0
    }
    return swapOut(extent.pages, in: task, requestClass: requestClass)
  }

  /// Swaps pages of a process out, as far as they can be.
  ///
  /// - Returns: how many frames came free; `nil` when swap is full.
  mutating func swapOut(_ pages: Range<UInt64>, in task: ProcessHandle, requestClass: Int) -> Int? {
    let owner = PageOwner.process(task.id)
    let area = processes[task].addressSpace.areas.area(containing: pages.lowerBound << pageShift)
    let pages = pages.lowerBound..<min(pages.upperBound, area?.pages.upperBound ?? pages.upperBound)
    if let area, area.flags.contains(.locked) {
      list(pages, of: owner, on: .unevictable)
      return 0
    }
    let residue = residueShare(in: area, in: task)
    let size = processes[task].addressSpace.pageTable.directory.geometry.hugePageCount
    let huge = pages.lowerBound & ~(size - 1)..<(pages.upperBound + size - 1) & ~(size - 1)
    processes[task].addressSpace.pageTable.splitHugePages(in: huge)
    var freed = 0
    var next = pages.lowerBound
    for entry in processes[task].addressSpace.pageTable.mappings.extents(in: pages) {
      note(work: 1)
      assert(entry.start == next, "a page on a list has no entry")
      next = entry.end
      guard case .anonymous(let frame) = entry.value.target else {
        assertionFailure("a page on the lists of anonymous memory is \(entry.value.target)")
        continue
      }
      let run = FrameRange(start: frame, count: Int(entry.count))
      freed += takeApartHugePages(run)
      if !pageAllocator.isReachable([run], requestClass: requestClass) {
        list(entry.range, of: owner, on: .inactiveAnonymous)
      } else if entry.value.flags.contains(.lazilyFree) {
        unlist(entry.range, of: owner)
        pageEvents.droppedLazyPages &+= Int(entry.count)
        freed += discardPages(entry.range, in: task)
      } else if let taken = write(
        run, of: entry.range, in: task, isDirty: entry.value.isWritable, residue: residue)
      {
        freed += taken
      } else {
        return freed > 0 ? freed : nil
      }
    }
    assert(next == pages.upperBound, "a page on a list has no entry")
    return freed
  }

  /// Writes frames to swap slots and puts the slots in their place in every page table that maps them.
  ///
  /// - Parameter isDirty: whether pages that are in swap already were written since.
  /// - Returns: how many frames came free; `nil` when swap is full.
  private mutating func write(
    _ run: FrameRange, of pages: Range<UInt64>, in task: ProcessHandle, isDirty: Bool, residue: Int
  ) -> Int? {
    var parts: [(FrameRange, Int)] = []
    sharedFrames.forEachPart(of: run) { parts.append(($0, $1)) }
    var freed = 0
    for (part, users) in parts {
      var done = 0
      while done < part.count {
        let start = pages.lowerBound + UInt64(part.start.rawValue - run.start.rawValue + done)
        let rest = start..<start + UInt64(part.count - done)
        let sharers = users > 1 ? self.sharers(of: part.start + done, at: start) : [task]
        guard sharers.count == users else {
          // Mapped somewhere else in another process, where it cannot be found: it stays.
          list(rest, of: .process(task.id), on: .inactiveAnonymous)
          break
        }
        let left = FrameRange(start: part.start + done, count: part.count - done)
        guard let (slots, isWritten) = slotsForWriting(left) else {
          if isRefusedSwap(left, at: rest, of: task) { break }
          return freed > 0 ? freed : nil
        }
        let frames = FrameRange(start: left.start, count: slots.count)
        unmap(frames, at: start, in: sharers, to: slots)
        if isWritten, !isDirty {
          ledger.givePages(frames, of: .anonymous)
          freed += frames.count
        } else {
          freed += noteWriting(frames, to: slots, of: task, residue: residue)
        }
        done += slots.count
      }
    }
    return freed
  }

  /// The slots for the first of some frames: those that hold the same already, or new ones.
  private mutating func slotsForWriting(_ frames: FrameRange) -> (slots: SwapSlotRange, isWritten: Bool)? {
    let known = swapCache.hasMapped ? swapCache.firstMapped(in: frames) : nil
    if let known, known.frames.start == frames.start {
      _ = swapCache.removeMapped(known.frames)
      return (known.slots, true)
    }
    var count = known.map { $0.frames.start.rawValue - frames.start.rawValue } ?? frames.count
    var group = MemoryGroup.root
    if ledger.hasGroups {
      var first: (count: Int, group: MemoryGroup)?
      ledger.forEachPart(of: FrameRange(start: frames.start, count: count)) { part, owner in
        if first == nil { first = (part.count, owner) }
      }
      group = first?.group ?? .root
      count = ledger.groups.chargeSwap(first?.count ?? count, to: group)
      guard count > 0 else { return nil }
    }
    guard let slots = swap.allocate(count) else {
      ledger.groups.unchargeSwap(count, of: group)
      return nil
    }
    if group != .root {
      ledger.groups.unchargeSwap(count - slots.count, of: group)
      swap.assign(slots, to: group)
    }
    fitSwapIndex()
    return (slots, false)
  }

  /// Leaves pages in memory, active, for which their group has no room in swap.
  ///
  /// - Returns: whether that is so, not that swap is full.
  private mutating func isRefusedSwap(
    _ frames: FrameRange, at pages: Range<UInt64>, of task: ProcessHandle
  ) -> Bool {
    guard ledger.hasGroups, swap.freeSlots > 0 else { return false }
    let group = ledger.group(of: frames.start)
    guard group != .root else { return false }
    for _ in pages {
      countEvent(.swapMax, in: group)
      countEvent(.swapFail, in: group)
    }
    list(pages, of: .process(task.id), on: .activeAnonymous)
    return true
  }

  /// Takes a user from swap slots; groups are no longer charged for those that are free again.
  mutating func releaseSlots(_ slots: SwapSlotRange) {
    swap.release(slots)
    for freed in swap.takeFreed() { ledger.groups.unchargeSwap(freed.count, of: freed.group) }
  }

  /// The processes that map a frame at a virtual page, by their handles.
  private func sharers(of frame: FrameNumber, at page: UInt64) -> [ProcessHandle] {
    processes.allHandles.filter { task in
      processes[task].addressSpace.pageTable.mapping(of: page)?.target == .anonymous(frame)
    }
  }

  private mutating func unmap(
    _ frames: FrameRange, at page: UInt64, in sharers: [ProcessHandle], to slots: SwapSlotRange
  ) {
    let pages = page..<page + UInt64(slots.count)
    for (position, task) in sharers.enumerated() {
      if position > 0 { swap.retain(slots) }
      processes[task].addressSpace.pageTable.map(pages, to: PageMapping(.swapped(slots.start)))
      processes[task].addressSpace.noteLoss()
      unlist(pages, of: .process(task.id))
      if sharers.count > 1 { _ = sharedFrames.release(frames) }
    }
  }

  /// Counts pages that are written, and frees their frames.
  private mutating func noteWriting(
    _ frames: FrameRange, to slots: SwapSlotRange, of task: ProcessHandle, residue: Int
  ) -> Int {
    reclaim.counters.swappedOut += slots.count
    if let path = swap.areas[slots.start.area]?.path {
      record(.reclaim(.swappedOut(process: task.id, pages: slots.count, area: path)))
    }
    return freeWritten(frames, slots: slots, first: frames.start, residue: residue)
  }

  /// How many of a thousand pages of an area stay in the swap cache when they were written.
  private func residueShare(in area: VirtualMemoryArea?, in task: ProcessHandle) -> Int {
    let residue = configuration.build.calibrated.swapResidue
    guard let area, processes[task].addressSpace.takesHugePages(area, when: transparentHugePages) else {
      return residue.small
    }
    return residue.huge
  }

  /// Frees frames whose pages were written, but for the few that stay in the swap cache.
  private mutating func freeWritten(
    _ run: FrameRange, slots: SwapSlotRange, first: FrameNumber, residue: Int
  ) -> Int {
    reclaim.residueDebt += run.count * residue
    let kept = min(reclaim.residueDebt / 1000, run.count)
    reclaim.residueDebt %= 1000
    let freed = run.count - kept
    if kept > 0 {
      let distance = run.start.rawValue - first.rawValue + freed
      addToSwapCache(slots.start + distance, FrameRange(start: run.start + freed, count: kept))
    }
    if freed > 0 { ledger.givePages(FrameRange(start: run.start, count: freed), of: .anonymous) }
    return freed
  }
}
