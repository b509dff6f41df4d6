// The words of one simulated page, and a table of such pages.

/// The words of one page of simulated memory that differ from zero.
///
/// Shared between copies of the allocator's state; whoever wants to write copies it first unless it is
/// the only owner, which is what makes sending it between threads safe.
final class WordPage: @unchecked Sendable {
  private let words: UnsafeMutablePointer<UInt64>
  private let count: Int

  /// A page full of zeros.
  ///
  /// - Parameter count: How many words it has.
  init(count: Int) {
    self.count = count
    words = .allocate(capacity: count)
    words.initialize(repeating: 0, count: count)
  }

  /// A copy of a page.
  init(copying other: WordPage) {
    count = other.count
    words = .allocate(capacity: count)
    words.initialize(from: other.words, count: count)
  }

  deinit { words.deallocate() }

  /// The word at an index below the page's count.
  subscript(index: Int) -> UInt64 {
    @inline(__always) get { words[index] }
    @inline(__always) set { words[index] = newValue }
  }

  /// Whether two pages hold the same words.
  func holdsSameWords(as other: WordPage) -> Bool {
    UnsafeBufferPointer(start: words, count: count).elementsEqual(
      UnsafeBufferPointer(start: other.words, count: other.count))
  }

  /// Whether every word is zero.
  var isZero: Bool { UnsafeBufferPointer(start: words, count: count).allSatisfy { $0 == 0 } }

  /// Sets a run of words to zero.
  func clear(_ range: Range<Int>) {
    (words + range.lowerBound).update(repeating: 0, count: range.count)
  }
}

/// What is known about one page: its words and whether it was seen present.
struct PageSlot {
  /// The words, `nil` while all are zero.
  var page: WordPage?
  /// The kernel's residency generation in which the page was last touched, times two, plus one if written.
  var seen: UInt64 = .max
}

/// The slots of 512 consecutive pages, 2 MiB of simulated memory.
final class PageLeaf: @unchecked Sendable {
  /// How many pages a leaf covers.
  static let pageCount = 512
  /// The slots, in order of address.
  let slots: UnsafeMutablePointer<PageSlot>

  /// A leaf of untouched pages.
  init() {
    slots = .allocate(capacity: Self.pageCount)
    slots.initialize(repeating: PageSlot(), count: Self.pageCount)
  }

  /// A copy that shares the pages.
  init(copying other: PageLeaf) {
    slots = .allocate(capacity: Self.pageCount)
    slots.initialize(from: other.slots, count: Self.pageCount)
  }

  deinit {
    slots.deinitialize(count: Self.pageCount)
    slots.deallocate()
  }
}
