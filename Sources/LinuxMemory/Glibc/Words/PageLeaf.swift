// The leaves of the table of simulated pages.

/// What is known about one page: its words and whether it was seen present.
struct PageSlot {
  /// The words, which the leaf keeps alive; `nil` while all are zero.
  var page: Unmanaged<WordPage>?
  /// The kernel's residency generation in which the page was last touched, times two, plus one if written.
  var seen: UInt64 = .max
  /// How often the page was used while it was packed, also before it was last given back.
  var uses: UInt32 = 0

  /// Puts other words into the slot.
  mutating func replace(by page: WordPage?) {
    self.page?.release()
    self.page = page.map { Unmanaged.passRetained($0) }
  }
}

/// The slots of 256 consecutive pages, 1 MiB of simulated memory: few enough for a process with a small heap, and
/// enough that the table of leaves for the address space of a 32-bit process stays small.
///
/// Only the value of the state whose ``OwnedPages/number`` is `owner` changes it, which is what makes sending
/// it between threads safe.
final class PageLeaf: @unchecked Sendable {
  /// How many pages a leaf covers.
  static let pageCount = 1 << placeBits
  /// How many bits of a page's number tell its place in a leaf; the others tell the leaf.
  static let placeBits: UInt64 = 8
  /// Who may change it.
  let owner: UInt64
  /// The slots, in order of address.
  let slots: UnsafeMutablePointer<PageSlot>

  /// The place of a page in its leaf.
  @inline(__always)
  static func place(of page: UInt64) -> Int { Int(truncatingIfNeeded: page & UInt64(pageCount - 1)) }

  /// A leaf of untouched pages.
  init(owner: UInt64) {
    self.owner = owner
    slots = .allocate(capacity: Self.pageCount)
    slots.initialize(repeating: PageSlot(), count: Self.pageCount)
  }

  /// A copy that shares the pages.
  init(copying other: PageLeaf, owner: UInt64) {
    self.owner = owner
    slots = .allocate(capacity: Self.pageCount)
    slots.initialize(from: other.slots, count: Self.pageCount)
    for index in 0..<Self.pageCount { _ = slots[index].page?.retain() }
  }

  /// The words of a page.
  func page(_ index: Int) -> WordPage? { slots[index].page?.takeUnretainedValue() }

  deinit {
    for index in 0..<Self.pageCount { slots[index].page?.release() }
    slots.deallocate()
  }
}
