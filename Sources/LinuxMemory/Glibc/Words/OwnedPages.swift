// What one value of the allocator's state owns alone, and the short ways to it.

import Synchronization

/// The pages that one value of the state may write, those touched lately found without a walk through a table.
///
/// A copy of the value shares the object at first; the next call on either side notices and starts with a new
/// one, whose number no page and no leaf bears: pages that both sides have are copied before they are written.
final class OwnedPages: @unchecked Sendable {
  /// A flat page that was found in its table.
  struct Entry {
    /// The page's number when it may be read without touching it first.
    var readable = UInt64.max
    /// The page's number when it may be written, too.
    var writable = UInt64.max
    /// The residency generation in which that is so.
    var generation = UInt64.max
    /// The words of the page, kept alive by the table; before them the bits for chunk starts.
    var words: UnsafeMutablePointer<UInt64>?

    /// Whether it holds a page, and not this one.
    func isOther(than number: UInt64) -> Bool { readable != .max && readable != number }
  }

  /// For how many pages there is room at most, and at first: a small heap has few pages.
  private static let largestCount = 512
  private static let firstCount = 16
  private static let lastNumber = Atomic<UInt64>(0)

  /// The number that owned pages and leaves bear.
  let number: UInt64
  /// The entries; a page can be in only one.
  private(set) var entries: UnsafeMutablePointer<Entry>
  /// How many entries there are, less one.
  private(set) var mask: UInt64
  /// The slots of owned leaves of the heap, by leaf; `nil` for what was not looked up yet.
  private(set) var leaves: UnsafeMutableBufferPointer<UnsafeMutablePointer<PageSlot>?>
  private let isAbandoned = Atomic(false)

  /// What all values have that were never asked for anything; the first call starts with a new object.
  static let none = OwnedPages(number: 0)

  /// Owns nothing yet.
  convenience init() { self.init(number: Self.lastNumber.add(1, ordering: .relaxed).newValue) }

  private init(number: UInt64) {
    self.number = number
    mask = UInt64(Self.firstCount - 1)
    entries = .allocate(capacity: Self.firstCount)
    entries.initialize(repeating: Entry(), count: Self.firstCount)
    leaves = .allocate(capacity: 0)
  }

  /// About how many bytes of the host's memory it takes.
  var stateByteCount: Int {
    number == 0 ? 0 : (Int(mask) + 1) * MemoryLayout<Entry>.stride + leaves.count * MemoryLayout<UInt>.stride
  }

  deinit {
    entries.deallocate()
    leaves.deallocate()
  }

  /// The only place of a page among the entries. The heaps of arenas lie 64 MiB apart, their pages in the same places must not
  /// be in each other's way.
  @inline(__always)
  static func place(of page: UInt64, _ mask: UInt64) -> Int {
    Int(truncatingIfNeeded: (page &+ page >> 7) & mask)
  }

  /// Makes room for twice as many pages, if that is not too many.
  ///
  /// - Returns: whether it was done.
  func grow() -> Bool {
    let count = Int(mask) + 1
    guard count < Self.largestCount else { return false }
    let larger = UnsafeMutablePointer<Entry>.allocate(capacity: 2 * count)
    larger.initialize(repeating: Entry(), count: 2 * count)
    mask = UInt64(2 * count - 1)
    for index in 0..<count where entries[index].readable != .max {
      larger[Self.place(of: entries[index].readable, mask)] = entries[index]
    }
    entries.deallocate()
    entries = larger
    return true
  }

  /// Forgets the pages of a range, which are about to go or to be packed.
  func forget(_ address: UInt64, length: UInt64 = 1) {
    guard number > 0 else { return }
    let count = length >> 12 + 2
    guard count <= mask else { return entries.update(repeating: Entry(), count: Int(mask) + 1) }
    for page in 0..<count { entries[Self.place(of: address >> 12 &+ page, mask)] = Entry() }
  }

  /// Notes where the slots of an owned leaf of the heap are.
  func remember(leaf: Int, _ slots: UnsafeMutablePointer<PageSlot>) {
    if leaf >= leaves.count {
      let larger = UnsafeMutableBufferPointer<UnsafeMutablePointer<PageSlot>?>.allocate(
        capacity: max(leaf + 8, 2 * leaves.count))
      larger.initialize(repeating: nil)
      for index in leaves.indices { larger[index] = leaves[index] }
      leaves.deallocate()
      leaves = larger
    }
    leaves[leaf] = slots
  }

  /// Whether another value of the state may have been made from the owner of this object.
  @inline(__always)
  var wasShared: Bool { isAbandoned.load(ordering: .acquiring) }

  /// Says that one of the values that shared the object goes on without it.
  func abandon() { isAbandoned.store(true, ordering: .releasing) }
}
