// Which blocks of pages are given out, and how large each is.

/// The orders of blocks by their first frames.
///
/// A byte for each frame, in stretches that exist only where blocks start: a block costs the same to note and to
/// find however many there are.
struct BlockOrders: Sendable, Codable {
  /// The frames of a stretch, as a power of two.
  private static let stretchShift = 9
  /// How many stretches there can be: 2^40 frames are the whole of what x86 can address.
  private static let stretches = 1 << (40 - stretchShift)
  /// Where each stretch of frames has its bytes, or -1.
  private var leaves = SparseArray<Int32>(repeating: -1, count: BlockOrders.stretches)
  /// The order of the block that starts at a frame, plus one; 0 when none does.
  private var orders: [UInt8] = []
  /// How many blocks there are.
  private(set) var count = 0

  /// About how many bytes this takes.
  var stateByteCount: Int { leaves.stateByteCount + orders.count }

  /// How many pages the blocks have in all.
  var pages: Int { orders.reduce(0) { $0 + ($1 == 0 ? 0 : 1 << Int($1 - 1)) } }

  /// The order of the block that starts at a frame; nil when none does. Frames are not negative.
  subscript(frame: Int) -> Int? {
    get {
      let stretch = frame >> Self.stretchShift
      guard leaves[stretch] >= 0 else { return nil }
      let order = orders[Self.place(leaves[stretch], frame)]
      return order == 0 ? nil : Int(order) - 1
    }
    set {
      let stretch = frame >> Self.stretchShift
      if leaves[stretch] < 0 {
        guard newValue != nil else { return }
        makeLeaf(stretch)
      }
      let place = Self.place(leaves[stretch], frame)
      if orders[place] > 0 { count -= 1 }
      if newValue != nil { count += 1 }
      orders[place] = newValue.map { UInt8(truncatingIfNeeded: $0 + 1) } ?? 0
    }
  }

  /// Visits the blocks in ascending order.
  func forEachBlock(_ body: (_ frame: Int, _ order: Int) -> Void) {
    for stretch in leaves.setRanges.joined() {
      guard let bytes = bytes(of: stretch) else { continue }
      for (offset, order) in bytes.enumerated() where order > 0 {
        body(stretch << Self.stretchShift + offset, Int(order) - 1)
      }
    }
  }

  private static func place(_ leaf: Int32, _ frame: Int) -> Int {
    Int(leaf) << stretchShift | frame & ((1 << stretchShift) - 1)
  }

  private mutating func makeLeaf(_ stretch: Int) {
    leaves[stretch] = Int32(truncatingIfNeeded: orders.count >> Self.stretchShift)
    orders.append(contentsOf: repeatElement(0, count: 1 << Self.stretchShift))
  }

  /// The bytes of a stretch; nil when no block ever started there.
  private func bytes(of stretch: Int) -> ArraySlice<UInt8>? {
    guard leaves[stretch] >= 0 else { return nil }
    let first = Int(leaves[stretch]) << Self.stretchShift
    return orders[first..<first + 1 << Self.stretchShift]
  }
}

extension BlockOrders: Equatable {
  /// Equal when the same blocks are given out, whatever was before.
  static func == (left: BlockOrders, right: BlockOrders) -> Bool {
    guard left.count == right.count else { return false }
    if left.leaves == right.leaves, left.orders == right.orders { return true }
    // With as many blocks on both sides it is enough that each of the left ones is among the right ones.
    return left.leaves.setRanges.joined().allSatisfy { stretch in
      guard let bytes = left.bytes(of: stretch) else { return true }
      guard let others = right.bytes(of: stretch) else { return bytes.allSatisfy { $0 == 0 } }
      return bytes.elementsEqual(others)
    }
  }
}
