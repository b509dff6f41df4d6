// Which simulated pages are flat: a small share of all, those used lately.

/// The flat pages of a region in the order in which they became flat.
///
/// Flat pages are several times as fast as packed ones and take several times as much of the host's memory, so
/// there are few of them: what works on a small part of a heap finds that part flat.
struct FlatPages: Sendable {
  private var queue: ContiguousArray<UInt64> = []
  private var head = 0
  private var count = 0

  /// This many pages may be flat, and one more for each `share` pages that there are.
  private static let always = 256
  private static let share = 32
  /// How often a packed page is used before it becomes flat: soon while there is room, later when another
  /// page has to be packed for it, which costs as much as hundreds of uses.
  private static let usesWithRoom: UInt16 = 8
  private static let usesWithoutRoom: UInt16 = 4096

  private func limit(_ pageCount: Int) -> Int { Self.always + pageCount / Self.share }

  /// How often a packed page has to be used to become flat.
  func usesToEnter(pageCount: Int) -> UInt16 {
    count < limit(pageCount) ? Self.usesWithRoom : Self.usesWithoutRoom
  }

  /// Counts a page that became flat.
  mutating func add(_ page: UInt64) {
    count += 1
    // The first page has the thread cache, which nearly every call uses: its turn never comes.
    if page != 0 { queue.append(page) }
  }

  /// Counts a page that is flat no more; its place in the queue goes when its turn comes.
  mutating func remove() { count -= 1 }

  /// Takes the page out of the queue that has been flat for longest, when there are too many.
  ///
  /// - Returns: Its number, even if it is no longer flat; `nil` when there are not too many.
  mutating func oldestInExcess(pageCount: Int) -> UInt64? {
    guard count > limit(pageCount), head < queue.count else { return nil }
    let oldest = queue[head]
    head += 1
    if head >= 256, head * 2 > queue.count {
      queue.removeFirst(head)
      head = 0
    }
    return oldest
  }
}
