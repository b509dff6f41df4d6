// A small cache of heap pages in front of the table of pages.

import Synchronization

/// The pages touched lately, found without a walk through the table and without counting references.
///
/// It belongs to one value of the allocator's state. A copy of the value shares the object at first; the next
/// call on either side notices and starts with an empty cache, because pages that both sides have must be
/// copied before they are written.
final class PageCache: @unchecked Sendable {
  /// A page that was found in the table.
  struct Entry {
    /// Twice the page's number, plus one when the page may be written.
    var tag = UInt64.max
    /// What the page's slot says about being present.
    var seen = UInt64.max
    /// The page, kept alive by the table.
    var page: Unmanaged<WordPage>?
  }

  private static let count = 64
  private let entries: UnsafeMutablePointer<Entry>
  private let isAbandoned = Atomic(false)

  /// An empty cache.
  init() {
    entries = .allocate(capacity: Self.count)
    entries.initialize(repeating: Entry(), count: Self.count)
  }

  deinit { entries.deallocate() }

  /// The only entry that a page can be in.
  @inline(__always)
  func entry(_ page: UInt64) -> UnsafeMutablePointer<Entry> {
    entries + Int(truncatingIfNeeded: page & UInt64(Self.count - 1))
  }

  /// Forgets everything.
  func clear() { entries.update(repeating: Entry(), count: Self.count) }

  /// Whether another value of the state may have been made from the owner of this cache.
  @inline(__always)
  var wasShared: Bool { isAbandoned.load(ordering: .acquiring) }

  /// Says that one of the values that shared the cache goes on without it.
  func abandon() { isAbandoned.store(true, ordering: .releasing) }
}
