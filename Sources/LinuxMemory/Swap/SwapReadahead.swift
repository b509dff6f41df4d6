// How many slots a fault reads from swap at a time.

/// What swap readahead remembers of its success (mm/swap_state.c, for areas on rotating disks).
struct SwapReadahead: Sendable, Equatable, Codable {
  /// Pages read ahead that were wanted since the last window was chosen; the kernel begins with 4.
  private var hits = 4
  /// Pages read ahead and not wanted yet.
  private var pending = 0
  /// The size of the last window.
  private var lastWindow = 0
  /// The slot of the last fault that had no hits to go by.
  private var lastOffset = 0

  /// How many slots around one a fault reads (`swapin_nr_pages`): as many as were useful lately, and 1 when nothing
  /// was and the slot is no neighbour of the last.
  ///
  /// - Parameter limit: `2^page-cluster`.
  mutating func window(at offset: Int, limit: Int) -> Int {
    guard limit > 1 else { return 1 }
    var pages = hits + 2
    if hits == 0 {
      if abs(offset - lastOffset) != 1 { pages = 1 }
      lastOffset = offset
    } else {
      var rounded = 4
      while rounded < min(pages, limit) { rounded *= 2 }
      pages = rounded
    }
    hits = 0
    lastWindow = max(min(pages, limit), lastWindow / 2)
    return lastWindow
  }

  /// Notes that pages were read beside the one that was wanted.
  mutating func noteRead(_ pages: Int) { pending += pages }

  /// Notes that pages of the swap cache were wanted.
  ///
  /// - Returns: how many of them had been read ahead.
  mutating func noteUse(_ pages: Int) -> Int {
    let used = min(pages, pending)
    pending -= used
    hits += used
    return used
  }
}
