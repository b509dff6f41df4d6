// What the page allocator did, for whoever listens.

/// A step of the page allocator.
public enum PageAllocatorEvent: Sendable, Equatable, Codable {
  /// A free block was cut up: the block's first frame, its order, and the order that was wanted.
  case split(FrameNumber, from: Int, to: Int)
  /// Two free buddies became one block of this order.
  case merged(FrameNumber, order: Int)
  /// The lists of a migrate type were empty and a block of another type was taken.
  case stolen(FrameNumber, order: Int, from: MigrateType, by: MigrateType)
  /// The kernel took a block: its first frame and its order.
  case allocated(FrameNumber, order: Int)
  /// The kernel gave a block back.
  case freed(FrameNumber, order: Int)
  /// A request failed: its order, how many pages are free, and the largest order that would have been
  /// given.
  case refused(order: Int, freePages: Int, largestOrder: Int?)

  /// How many events a zone keeps between two drains; later ones are dropped.
  static let limit = 4096
}
