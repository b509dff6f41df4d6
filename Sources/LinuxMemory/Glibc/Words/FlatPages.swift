// Which simulated pages are flat: new ones, which are about to be filled, and those that are used much.

import DequeModule

/// The flat pages of a region.
///
/// A flat page is several times as fast as a packed one and takes several times as much of the host's memory.
/// So there are few new ones at a time, and a page that was packed becomes flat for good only after thousands
/// of uses, more than filling and emptying it takes.
struct FlatPages: Sendable {
  /// Pages in the order in which they became flat, some of which no longer are.
  private var young: Deque<UInt64> = []
  private var hot: Deque<UInt64> = []

  /// How many new pages are flat, and how many that are used much.
  private static let youngLimit = 256
  private static let hotLimit = 4096
  /// How many uses are much.
  static let muchUse: UInt32 = 2048

  /// Notes a page that became flat.
  mutating func add(_ page: UInt64, isHot: Bool) {
    // The first page has the thread cache, which nearly every call uses: its turn never comes.
    guard page != 0 else { return }
    if isHot { hot.append(page) } else { young.append(page) }
  }

  /// Takes out the page that has been flat for longest, when there are too many.
  ///
  /// - Returns: Its number, even if it is no longer flat; `nil` when there are not too many.
  mutating func oldestInExcess() -> UInt64? {
    if young.count > Self.youngLimit { return young.popFirst() }
    return hot.count > Self.hotLimit ? hot.popFirst() : nil
  }
}
