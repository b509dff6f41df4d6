// What the allocator of a replayed program has mapped: chunks, heaps of arenas, stacks of threads.

/// The mappings that were made by calls of an allocator, by their use; lengths are in bytes.
struct ReplayMappings: Sendable {
  /// Chunks with a mapping of their own, and regions that took the place of a refused break.
  private(set) var chunkBytes: UInt64 = 0
  /// The parts of arenas' heaps that can be accessed.
  private(set) var heapBytes: UInt64 = 0
  /// The stacks of threads, guard pages included.
  private(set) var stackBytes: UInt64 = 0

  /// The heaps with what of them can be accessed, by their first addresses.
  private var heaps: [UInt64: UInt64] = [:]
  private var stacks: Set<UInt64> = []
  /// The addresses reserved last, of which a heap is to come.
  private var reserved: Range<UInt64> = 0..<0
  /// What heaps are aligned to.
  private let heapLength: UInt64

  /// No mappings yet.
  ///
  /// - Parameter heapLength: what heaps are aligned to, a power of two.
  init(heapLength: UInt64) { self.heapLength = heapLength }

  /// All but the stacks.
  var footprint: UInt64 { chunkBytes &+ heapBytes }

  /// Notes a mapping for a chunk.
  mutating func map(_ length: UInt64) { chunkBytes &+= length }

  /// Notes a chunk's mapping that changed its length.
  mutating func remap(from old: UInt64, to new: UInt64) {
    chunkBytes = chunkBytes &- min(old, chunkBytes) &+ new
  }

  /// Notes the mapping of a stack.
  mutating func mapStack(_ start: UInt64, _ length: UInt64) {
    stacks.insert(start)
    stackBytes &+= length
  }

  /// Notes addresses that were reserved for a heap.
  mutating func reserve(_ start: UInt64, _ length: UInt64) { reserved = start..<start &+ length }

  /// Notes that more can be accessed.
  mutating func allow(_ address: UInt64, _ length: UInt64) {
    if reserved.contains(address) {
      reserved = 0..<0
      heaps[address] = length
      heapBytes &+= length
      return
    }
    // A stack's accessible part begins behind its guard page.
    if stacks.contains(address &- pageSize) { return }
    let start = address & ~(heapLength &- 1)
    guard let accessible = heaps[start] else { return }
    heaps[start] = accessible &+ length
    heapBytes &+= length
  }

  /// Notes a mapping that was removed.
  mutating func unmap(_ address: UInt64, _ length: UInt64) {
    if reserved.contains(address) { return }
    if let accessible = heaps.removeValue(forKey: address) {
      heapBytes &-= accessible
    } else if stacks.remove(address) != nil {
      stackBytes &-= min(length, stackBytes)
    } else {
      chunkBytes &-= min(length, chunkBytes)
    }
  }
}
