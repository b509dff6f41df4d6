// What a block's header says, without a page being touched.

extension MallocState {
  /// The bytes that may be used behind a user address, as its header has them; 0 for a null pointer.
  func knownUsableSize(of address: UInt64) -> UInt64 {
    if address == 0 { return 0 }
    let field = word(at: address &- layout.wordSize)
    let overhead = field & ChunkFlags.mapped != 0 ? layout.headerSize : layout.wordSize
    let size = field & ~ChunkFlags.all
    return size > overhead ? size - overhead : 0
  }

  /// The mapping of a block that has one of its own.
  func mapping(ofBlockAt address: UInt64) -> (start: UInt64, length: UInt64)? {
    guard address != 0 else { return nil }
    let field = word(at: address &- layout.wordSize)
    guard field & ChunkFlags.mapped != 0 else { return nil }
    let lead = word(at: address &- layout.headerSize)
    return (address &- layout.headerSize &- lead, lead &+ (field & ~ChunkFlags.all))
  }
}
