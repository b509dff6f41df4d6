// The one door of reclaim's lists: what comes into memory is listed here, and what leaves it is taken off.

extension Machine {
  /// Puts pages behind all others of a list.
  mutating func list(
    _ pages: Range<UInt64>, of owner: PageOwner, on kind: PageListKind, age: PageAge = .fresh
  ) {
    if !ledger.hasGroups { return pageLists.append(pages, of: owner, to: kind, age: age) }
    forEachGroup(of: pages, owner) { machine, part, group in
      machine.pageLists.append(part, of: owner, to: kind, age: age, in: group)
    }
  }

  /// Goes through pages in memory, part by part, with the group that is charged for each.
  mutating func forEachGroup(
    of pages: Range<UInt64>, _ owner: PageOwner,
    _ body: (inout Machine, Range<UInt64>, MemoryGroup) -> Void
  ) {
    if !ledger.hasGroups { return body(&self, pages, .root) }
    for part in groups(of: pages, owner) { body(&self, part.pages, part.group) }
  }

  /// The group that is charged for a page in memory.
  func group(ofPage page: UInt64, of owner: PageOwner) -> MemoryGroup {
    groups(of: page..<page + 1, owner).first?.group ?? .root
  }

  /// The parts of pages in memory with the group that is charged for each.
  func groups(
    of pages: Range<UInt64>, _ owner: PageOwner
  ) -> [(pages: Range<UInt64>, group: MemoryGroup)] {
    var parts: [(pages: Range<UInt64>, group: MemoryGroup)] = []
    func add(_ start: UInt64, _ run: FrameRange) {
      ledger.forEachPart(of: run) { part, group in
        let first = start + UInt64(part.start.rawValue - run.start.rawValue)
        let range = first..<first + UInt64(part.count)
        if let last = parts.last, last.group == group, last.pages.upperBound == first {
          parts[parts.count - 1].pages = last.pages.lowerBound..<range.upperBound
        } else {
          parts.append((range, group))
        }
      }
    }
    switch owner {
    case .process(let id):
      guard let task = processes.handle(of: id) else { return [] }
      processes[task].addressSpace.pageTable.mappings.forEach(in: pages) { entry in
        guard let frame = entry.value.frame else { return }
        add(entry.start, FrameRange(start: frame, count: Int(entry.count)))
      }
    case .file(let file):
      for entry in files.record(file)?.cache.extents(in: pages) ?? [] {
        add(entry.start, FrameRange(start: entry.value.frame, count: Int(entry.count)))
      }
    case .swapCache(let area):
      let slots = SwapSlotRange(
        start: SwapSlot(area: area, offset: Int(pages.lowerBound)), count: pages.count)
      for part in swapCache.cached(in: slots) { add(UInt64(part.slots.start.offset), part.frames) }
    }
    return parts
  }

  /// Takes pages off the lists.
  mutating func unlist(_ pages: Range<UInt64>, of owner: PageOwner) { pageLists.remove(pages, of: owner) }

  /// Gives listed pages another age where they stand.
  mutating func setAge(_ pages: Range<UInt64>, of owner: PageOwner, to age: PageAge) {
    pageLists.setAge(pages, of: owner, to: age)
  }

  /// Gives listed pages other numbers, so much higher, where they stand.
  mutating func renumber(
    _ pages: Range<UInt64>, of owner: PageOwner, on kind: PageListKind, by distance: UInt64
  ) {
    pageLists.shift(pages, of: owner, on: kind, by: distance)
  }

  /// Puts pages that a process got on the list where new pages start: the inactive one, or the unevictable one for
  /// locked memory (`lru_cache_add_inactive_or_unevictable`, mm/swap.c).
  mutating func noteNewPages(_ pages: Range<UInt64>, of task: ProcessHandle) {
    let area = processes[task].addressSpace.areas.area(containing: pages.lowerBound << pageShift)
    let isLocked = area?.flags.contains(.locked) ?? false
    if isLocked { pageEvents.lockedPages &+= pages.count }
    list(pages, of: .process(task.id), on: isLocked ? .unevictable : .inactiveAnonymous)
  }

  /// Takes pages that a process lost off the lists. A page stands there once, however many processes map it: one
  /// that another process still has stays in its place, under that one's name.
  ///
  /// - Parameter entries: what the process had in its page table.
  mutating func noteLostPages(
    _ pages: Range<UInt64>, of task: ProcessHandle, entries: [Extent<PageMapping>]
  ) {
    if !sharedFrames.isEmpty {
      var heir: ProcessHandle?
      for entry in entries {
        guard case .anonymous(let frame) = entry.value.target else { continue }
        var next = entry.start
        sharedFrames.forEachPart(of: FrameRange(start: frame, count: Int(entry.count))) { part, users in
          let range = next..<next + UInt64(part.count)
          next = range.upperBound
          if users > 1 { bequeath(range, of: part.start, from: task, lastHeir: &heir) }
        }
      }
    }
    pageLists.remove(pages, of: .process(task.id))
  }

  /// Leaves the places of shared pages on the lists to other processes that map them.
  ///
  /// - Parameters:
  ///   - frame: the frame behind the first page.
  ///   - lastHeir: who got the last pages, and is asked first.
  private mutating func bequeath(
    _ pages: Range<UInt64>, of frame: FrameNumber, from task: ProcessHandle, lastHeir: inout ProcessHandle?
  ) {
    guard pageLists.hasPages(in: pages, of: .process(task.id)) else { return }
    var left = [pages]
    let others =
      [lastHeir].compactMap { $0 } + processes.allHandles.filter { $0 != lastHeir && processes.isLiving($0) }
    for other in others where other != task {
      note(work: 1)
      var rest: [Range<UInt64>] = []
      for range in left {
        var next = range.lowerBound
        for entry in processes[other].addressSpace.pageTable.mappings.extents(in: range) {
          guard entry.value.frame == frame + Int(entry.start - pages.lowerBound) else { continue }
          if entry.start > next { rest.append(next..<entry.start) }
          pageLists.bequeath(entry.range, from: .process(task.id), to: .process(other.id))
          lastHeir = other
          releaseLock(entry, of: other, endedBy: task)
          next = entry.end
        }
        if next < range.upperBound { rest.append(next..<range.upperBound) }
      }
      left = rest
      if left.isEmpty { return }
    }
    // Whoever moved them elsewhere with mremap has them under other numbers, which keep no place.
    for range in left { bequeathMoved(range, of: frame + Int(range.lowerBound - pages.lowerBound), task) }
  }

  /// Puts shared pages that another process maps at other addresses on the lists under its name.
  private mutating func bequeathMoved(_ pages: Range<UInt64>, of frame: FrameNumber, _ task: ProcessHandle) {
    let frames = UInt64(frame.rawValue)..<UInt64(frame.rawValue) + UInt64(pages.count)
    for other in processes.allHandles where other != task && processes.isLiving(other) {
      for entry in processes[other].addressSpace.pageTable.mappings.all {
        guard let first = entry.value.frame else { continue }
        let start = UInt64(first.rawValue)
        let common = frames.clamped(to: start..<start + entry.count)
        if common.isEmpty { continue }
        let target = entry.start + (common.lowerBound - start)
        noteNewPages(target..<target + UInt64(common.count), of: other)
        if common == frames { return }
      }
    }
  }

  /// Puts shared pages that stand on the lists under another process's name under this one's.
  mutating func claimPages(_ pages: Range<UInt64>, for task: ProcessHandle) {
    guard !sharedFrames.isEmpty else { return }
    for entry in processes[task].addressSpace.pageTable.mappings.extents(in: pages) {
      guard case .anonymous(let frame) = entry.value.target, sharedFrames.users(of: frame) > 1 else {
        continue
      }
      for other in sharers(of: entry, but: task) {
        pageLists.bequeath(entry.range, from: .process(other.id), to: .process(task.id))
      }
    }
  }

  /// The other processes that map the first page of an entry at the same place.
  private func sharers(of entry: Extent<PageMapping>, but task: ProcessHandle) -> [ProcessHandle] {
    note(work: processes.all.count)
    return processes.allHandles.filter {
      $0 != task && processes.isLiving($0)
        && processes[$0].addressSpace.pageTable.mapping(of: entry.start)?.target == entry.value.target
    }
  }

  /// Notes a touch of pages that a process has, under whoever's name they stand on the lists.
  mutating func noteTouch(_ entry: Extent<PageMapping>, by task: ProcessHandle) {
    guard pageLists.isWaitingForTouch else { return }
    pageLists.noteTouch(entry.range, of: .process(task.id))
    guard case .anonymous(let frame) = entry.value.target, sharedFrames.users(of: frame) > 1 else { return }
    for other in sharers(of: entry, but: task) { pageLists.noteTouch(entry.range, of: .process(other.id)) }
  }

  /// Notes that pages of a process have other numbers from now on.
  mutating func noteMovedPages(_ pages: Range<UInt64>, to target: UInt64, of task: ProcessHandle) {
    let owner = PageOwner.process(task.id)
    let listed = PageListKind.allCases.flatMap { pageLists.extents(of: owner, in: pages, on: $0) }
    pageLists.remove(pages, of: owner)
    for part in listed.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      let start = target + (part.lowerBound - pages.lowerBound)
      noteNewPages(start..<start + UInt64(part.count), of: task)
    }
  }

  /// Moves pages between the evictable and the unevictable lists when their lock changed (`mlock_folio`, mm/mlock.c).
  mutating func noteLock(_ pages: Range<UInt64>, of task: ProcessHandle, isLocked: Bool) {
    let owner = PageOwner.process(task.id)
    claimPages(pages, for: task)
    if isLocked {
      pageEvents.lockedPages &+= pageLists.move(pages, of: owner, from: .inactiveAnonymous, to: .unevictable)
      pageEvents.lockedPages &+= pageLists.move(pages, of: owner, from: .activeAnonymous, to: .unevictable)
    } else if sharedFrames.isEmpty {
      makeEvictable(pages, of: task)
    } else {
      for entry in processes[task].addressSpace.pageTable.mappings.extents(in: pages) {
        releaseLock(entry, of: task, endedBy: task)
      }
    }
  }

  private mutating func makeEvictable(_ pages: Range<UInt64>, of task: ProcessHandle) {
    pageEvents.unlockedPages &+= pageLists.move(
      pages, of: .process(task.id), from: .unevictable, to: .inactiveAnonymous)
  }

  /// Makes pages evictable that stand under a process's name, unless it or another one that maps them has them locked
  /// (`munlock_page`, mm/mlock.c, counts whoever has).
  ///
  /// - Parameter former: whose lock ended; it counts no more.
  private mutating func releaseLock(
    _ entry: Extent<PageMapping>, of task: ProcessHandle, endedBy former: ProcessHandle
  ) {
    guard pageLists.hasPages(in: entry.range, of: .process(task.id), on: .unevictable) else { return }
    let holders = task == former ? sharers(of: entry, but: task) : [task] + sharers(of: entry, but: task)
    let address = entry.start << pageShift
    let isLocked = holders.contains { holder in
      holder != former
        && processes[holder].addressSpace.areas.area(containing: address)?.flags.contains(.locked) == true
    }
    if !isLocked { makeEvictable(entry.range, of: task) }
  }
}
