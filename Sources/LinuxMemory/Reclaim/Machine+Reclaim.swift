// What reclaim takes: file pages and anonymous pages, in which proportion and in which order.

extension Machine {
  /// Frees pages, oldest first (`shrink_node`, mm/vmscan.c, as far as one node and one group have it).
  ///
  /// - Parameters:
  ///   - wanted: how many pages; a few more may come free.
  ///   - requestClass: pages of higher zones do not help and stay.
  /// - Returns: how many came free; 0 when nothing can be reclaimed.
  mutating func reclaimPages(_ wanted: Int, requestClass: Int) -> Int {
    var freed = 0
    while freed < wanted {
      let step = reclaimStep(wanted - freed, requestClass: requestClass)
      if step == 0 { break }
      freed += step
    }
    return freed
  }

  private mutating func reclaimStep(_ wanted: Int, requestClass: Int) -> Int {
    balanceLists(.activeFile, .inactiveFile)
    let file = pageLists.count(.inactiveFile)
    let anonymous = swap.freeSlots > 0 ? evictableAnonymousPages : 0
    // Plenty of file pages that nobody came back to: leave anonymous memory alone (`cache_trim_mode`).
    let isPlenty = file >> 12 > 0 && file >= pageLists.count(.activeFile)
    let share: Int
    if anonymous == 0 || isPlenty || (tunables.swappiness == 0 && file > 0) {
      share = 0
    } else if file == 0 {
      share = wanted
    } else {
      // Of two equally costly kinds, swappiness : 200 − swappiness is scanned, each by the length of its list.
      let weight = anonymous.multipliedFullWidth(by: tunables.swappiness).low
      let other = file.multipliedFullWidth(by: 200 - tunables.swappiness).low
      share = Int(UInt(wanted) * weight / max(weight + other, 1))
    }
    var freed = 0
    if share < wanted { freed += dropFilePages(wanted - share, requestClass: requestClass) }
    if share > 0 || (freed == 0 && anonymous > 0) {
      freed += swapOutOldest(max(share, 1), requestClass: requestClass)
    }
    if freed == 0, anonymous > 0 || swap.freeSlots > 0 { freed += trimSwapCache(wanted) }
    return freed
  }

  /// Anonymous pages that could be swapped out.
  private var evictableAnonymousPages: Int {
    pageLists.count(.inactiveAnonymous) + pageLists.count(.activeAnonymous)
  }

  /// Moves the oldest active pages to the inactive list until that is long enough (`inactive_is_low`): as long as
  /// the active one, on larger machines less.
  private mutating func balanceLists(_ active: PageListKind, _ inactive: PageListKind) {
    let gigabytes = (pageLists.count(active) + pageLists.count(inactive)) >> 18
    var ratio = 1
    while gigabytes > 0, (ratio + 1) * (ratio + 1) <= 10 * gigabytes { ratio += 1 }
    while pageLists.count(inactive) * ratio < pageLists.count(active) {
      let surplus = pageLists.count(active) - pageLists.count(inactive) * ratio
      let limit = (surplus + ratio) / (ratio + 1)
      guard let oldest = pageLists.oldest(active, limit: max(limit, 1)) else { return }
      reclaim.counters.deactivated += oldest.pages.count
      pageLists.append(oldest.pages, of: oldest.owner, to: inactive)
    }
  }

  /// Takes the oldest clean file pages out of memory.
  ///
  /// - Returns: how many frames came free.
  mutating func dropFilePages(_ wanted: Int, requestClass: Int) -> Int {
    var freed = 0
    var budget = pageLists.count(.inactiveFile)
    while freed < wanted, budget > 0,
      let oldest = pageLists.oldest(.inactiveFile, limit: min(wanted - freed, budget))
    {
      budget -= oldest.pages.count
      guard case .file(let file) = oldest.owner else {
        pageLists.remove(oldest.pages, of: oldest.owner)
        continue
      }
      guard isReachable(files.frames(in: oldest.pages, of: file), requestClass: requestClass) else {
        pageLists.append(oldest.pages, of: oldest.owner, to: .inactiveFile)
        continue
      }
      // Dirty pages at the end of the list wake the flusher, which writes all there are.
      if files.cleanParts(in: oldest.pages, of: file) != [oldest.pages] { synchronize() }
      freed += forgetPages(oldest.pages, of: file)
    }
    reclaim.counters.stolenFile += freed
    if freed > 0 { events.record(.reclaim(.droppedFilePages(freed))) }
    return freed
  }

  /// Gives up pages that are in swap already.
  private mutating func trimSwapCache(_ wanted: Int) -> Int {
    var freed = 0
    while freed < wanted, let slots = swapCache.first(limit: wanted - freed) {
      for run in swapCache.remove(slots) {
        pageAllocator.freePages(run)
        freed += run.count
      }
    }
    return freed
  }

  /// Whether some of the frames lie in a zone that a request of a class can use.
  func isReachable(_ runs: [FrameRange], requestClass: Int) -> Bool {
    runs.contains { run in (pageAllocator.zoneIndex(of: run.start) ?? 0) <= requestClass }
  }
}
