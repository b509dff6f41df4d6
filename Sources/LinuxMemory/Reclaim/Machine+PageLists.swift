// Keeping the page lists in step with the page tables.

extension Machine {
  /// Puts pages that a process got on the list where new pages start: the inactive one, or the unevictable one for
  /// locked memory (`lru_cache_add_inactive_or_unevictable`, mm/swap.c).
  mutating func noteNewPages(_ pages: Range<UInt64>, of process: ProcessID) {
    guard let index = processes.index(of: process) else { return }
    let area = processes[at: index].addressSpace.areas.area(containing: pages.lowerBound << pageShift)
    let isLocked = area?.flags.contains(.locked) ?? false
    if isLocked { pageEvents.lockedPages &+= pages.count }
    pageLists.append(pages, of: .process(process), to: isLocked ? .unevictable : .inactiveAnonymous)
  }

  /// Takes pages that a process lost off the lists.
  mutating func noteLostPages(_ pages: Range<UInt64>, of process: ProcessID) {
    pageLists.remove(pages, of: .process(process))
  }

  /// Moves pages between the evictable and the unevictable lists when their lock changed (`mlock_folio`, mm/mlock.c).
  mutating func noteLock(_ pages: Range<UInt64>, of process: ProcessID, isLocked: Bool) {
    let owner = PageOwner.process(process)
    if isLocked {
      pageEvents.lockedPages &+= pageLists.move(pages, of: owner, from: .inactiveAnonymous, to: .unevictable)
      pageEvents.lockedPages &+= pageLists.move(pages, of: owner, from: .activeAnonymous, to: .unevictable)
    } else {
      pageEvents.unlockedPages &+= pageLists.move(
        pages, of: owner, from: .unevictable, to: .inactiveAnonymous)
    }
  }
}
