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
  }

  /// How many pages there is room for.
  private static let count = 512
  private static let lastNumber = Atomic<UInt64>(0)

  /// The number that owned pages and leaves bear.
  let number: UInt64
  /// The entries; a page can be in only one.
  let entries: UnsafeMutablePointer<Entry>
  /// The slots of owned leaves of the heap, by leaf; `nil` for what was not looked up yet.
  private(set) var leaves: UnsafeMutableBufferPointer<UnsafeMutablePointer<PageSlot>?>
  private let isAbandoned = Atomic(false)

  /// What all values have that were never asked for anything; the first call starts with a new object.
  static let none = OwnedPages(number: 0)

  /// Owns nothing yet.
  convenience init() { self.init(number: Self.lastNumber.add(1, ordering: .relaxed).newValue) }

  private init(number: UInt64) {
    self.number = number
    entries = .allocate(capacity: Self.count)
    entries.initialize(repeating: Entry(), count: Self.count)
    leaves = .allocate(capacity: 0)
  }

  /// About how many bytes of the host's memory it takes.
  var stateByteCount: Int {
    number == 0 ? 0 : Self.count * MemoryLayout<Entry>.stride + leaves.count * MemoryLayout<UInt>.stride
  }

  deinit {
    entries.deallocate()
    leaves.deallocate()
  }

  /// The only place where the page of an address can be.
  @inline(__always)
  static func index(_ address: UInt64) -> Int {
    Int(truncatingIfNeeded: (address >> 12) & UInt64(count - 1))
  }

  /// Forgets the pages of a range, which are about to go or to be packed.
  func forget(_ address: UInt64, length: UInt64 = 1) {
    guard number > 0 else { return }
    let count = min(UInt64(Self.count), length >> 12 + 2)
    for page in 0..<count { entries[Self.index(address &+ page << 12)] = Entry() }
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
