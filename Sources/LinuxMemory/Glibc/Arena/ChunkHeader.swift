// The fields of a chunk in simulated memory.

/// The low bits of a chunk's size word.
enum ChunkFlags {
  /// The chunk before is in use (or in the thread cache or a fastbin).
  static let previousInUse: UInt64 = 1
  /// The chunk is a mapping of its own.
  static let mapped: UInt64 = 2
  /// The chunk belongs to another arena than the main one.
  static let otherArena: UInt64 = 4
  /// All of them.
  static let all: UInt64 = 7
}

// A chunk at address c has its predecessor's size at c (only while that is free), its own size and flags
// one word further, and, while free, links to the next and previous chunk of its bin; large ones have
// links to the next smaller and larger size as well.
extension MallocState {
  @inline(__always)
  func userAddress(_ chunk: UInt64) -> UInt64 { chunk &+ layout.headerSize }

  @inline(__always)
  func chunk(atUserAddress address: UInt64) -> UInt64 { address &- layout.headerSize }

  /// The size word with its flags.
  @inline(__always)
  mutating func sizeField(
    _ chunk: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    try memory.load(chunk &+ layout.wordSize, &kernel)
  }

  /// The size without flags.
  @inline(__always)
  mutating func size(_ chunk: UInt64, _ kernel: inout some MallocKernel) throws(FatalSignal) -> UInt64 {
    try memory.load(chunk &+ layout.wordSize, &kernel) & ~ChunkFlags.all
  }

  @inline(__always)
  mutating func setSizeField(
    _ chunk: UInt64, _ value: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    try memory.storeSize(chunk &+ layout.wordSize, value, &kernel)
  }

  /// The size word of what a program says is a chunk, wherever it begins.
  @inline(__always)
  mutating func claimedSizeField(
    _ chunk: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    if chunk & (layout.wordSize &- 1) != 0 { return try unalignedSizeField(chunk, &kernel) }
    return try sizeField(chunk, &kernel)
  }

  /// The size word at an address that is no multiple of a word: parts of two words.
  @inline(never)
  private mutating func unalignedSizeField(
    _ chunk: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    let start = (chunk &+ layout.wordSize) & ~(layout.wordSize &- 1)
    let shift = (chunk & (layout.wordSize &- 1)) &* 8
    let low = try memory.load(start, &kernel) >> shift
    let high = try memory.load(start &+ layout.wordSize, &kernel) << (layout.wordSize &* 8 &- shift)
    return (low | high) & layout.addressMask
  }

  /// Changes the size and keeps the flags.
  @inline(__always)
  mutating func setSize(
    _ chunk: UInt64, _ size: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    try setSizeField(chunk, try sizeField(chunk, &kernel) & ChunkFlags.all | size, &kernel)
  }

  /// The size of the free chunk before.
  @inline(__always)
  mutating func previousSize(
    _ chunk: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64 {
    try memory.load(chunk, &kernel)
  }

  @inline(__always)
  mutating func setPreviousSize(
    _ chunk: UInt64, _ size: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    try memory.store(chunk, size, &kernel)
  }

  @inline(__always)
  mutating func isPreviousInUse(
    _ chunk: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Bool {
    try sizeField(chunk, &kernel) & ChunkFlags.previousInUse != 0
  }

  /// Marks the chunk before `chunk` as in use.
  @inline(__always)
  mutating func setPreviousInUse(
    _ chunk: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    try setSizeField(chunk, try sizeField(chunk, &kernel) | ChunkFlags.previousInUse, &kernel)
  }

  /// Writes the header of a free chunk whose predecessor is in use, and its footer.
  @inline(__always)
  mutating func setFree(
    _ chunk: UInt64, _ size: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    try setSizeField(chunk, size | ChunkFlags.previousInUse, &kernel)
    try setPreviousSize(chunk &+ size, size, &kernel)
  }

  @inline(__always)
  mutating func forward(_ chunk: UInt64, _ kernel: inout some MallocKernel) throws(FatalSignal) -> UInt64 {
    try memory.load(chunk &+ layout.headerSize, &kernel)
  }

  @inline(__always)
  mutating func setForward(
    _ chunk: UInt64, _ value: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    try memory.store(chunk &+ layout.headerSize, value, &kernel)
  }

  @inline(__always)
  mutating func backward(_ chunk: UInt64, _ kernel: inout some MallocKernel) throws(FatalSignal) -> UInt64 {
    try memory.load(chunk &+ 3 &* layout.wordSize, &kernel)
  }

  @inline(__always)
  mutating func setBackward(
    _ chunk: UInt64, _ value: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    try memory.store(chunk &+ 3 &* layout.wordSize, value, &kernel)
  }

  /// The size of the free chunk before, and the size word with its flags.
  @inline(__always)
  mutating func header(
    _ chunk: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> (previousSize: UInt64, field: UInt64) {
    try memory.loadPair(chunk, &kernel)
  }

  /// The links to the next and to the previous chunk.
  @inline(__always)
  mutating func links(
    _ chunk: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> (forward: UInt64, backward: UInt64) {
    try memory.loadPair(chunk &+ layout.headerSize, &kernel)
  }

  @inline(__always)
  mutating func setLinks(
    _ chunk: UInt64, forward: UInt64, backward: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    try memory.storePair(chunk &+ layout.headerSize, forward, backward, &kernel)
  }

  /// The first chunk of the next smaller size in a large bin.
  @inline(__always)
  mutating func smaller(_ chunk: UInt64, _ kernel: inout some MallocKernel) throws(FatalSignal) -> UInt64 {
    try memory.load(chunk &+ 4 &* layout.wordSize, &kernel)
  }

  @inline(__always)
  mutating func setSmaller(
    _ chunk: UInt64, _ value: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    try memory.store(chunk &+ 4 &* layout.wordSize, value, &kernel)
  }

  /// The first chunk of the next larger size in a large bin.
  @inline(__always)
  mutating func larger(_ chunk: UInt64, _ kernel: inout some MallocKernel) throws(FatalSignal) -> UInt64 {
    try memory.load(chunk &+ 5 &* layout.wordSize, &kernel)
  }

  @inline(__always)
  mutating func setLarger(
    _ chunk: UInt64, _ value: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    try memory.store(chunk &+ 5 &* layout.wordSize, value, &kernel)
  }
}
