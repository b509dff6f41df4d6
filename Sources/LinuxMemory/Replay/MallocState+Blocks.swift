// What a block's header says, without a page being touched.

extension MallocState {
  /// The bytes that may be used behind a user address, as its header has them; 0 for a null pointer.
  func knownUsableSize(of address: UInt64) -> UInt64 {
    if address == 0 { return 0 }
    let field = word(at: address &- layout.wordSize)
    let isWholeMapping = field & ChunkFlags.mapped != 0 && !rules.mappedSizeExcludesHeader
    let overhead = isWholeMapping ? layout.headerSize : layout.wordSize
    let size = field & ~ChunkFlags.all
    return size > overhead ? size - overhead : 0
  }

  /// The mapping of a block that has one of its own.
  func mapping(ofBlockAt address: UInt64) -> (start: UInt64, length: UInt64)? {
    guard address != 0 else { return nil }
    let field = word(at: address &- layout.wordSize)
    guard field & ChunkFlags.mapped != 0 else { return nil }
    let lead = word(at: address &- layout.headerSize)
    let tail = rules.mappedSizeExcludesHeader ? layout.headerSize : 0
    return (address &- layout.headerSize &- lead, lead &+ (field & ~ChunkFlags.all) &+ tail)
  }

  /// The heaps of all arenas but the main one, in ascending order of address.
  var arenaHeaps: [ReplayHeap] {
    arenas.indices.dropFirst().flatMap { number in
      let heaps = (number == arenaNumber ? arena : arenas[number]).heaps
      return heaps.enumerated().map { place, heap in
        ReplayHeap(
          start: heap.start, size: heap.size, accessibleSize: heap.accessibleSize,
          previous: place == 0 ? nil : heaps[place - 1].start, first: heaps[0].start)
      }
    }.sorted { $0.start < $1.start }
  }
}

/// A heap of an arena.
package struct ReplayHeap: Sendable, Equatable {
  /// Where it begins.
  package let start: UInt64
  /// The bytes in use, and those that can be accessed.
  package let size: UInt64, accessibleSize: UInt64
  /// Where the heap before it in its arena begins, and the arena's first one.
  package let previous: UInt64?, first: UInt64
}
