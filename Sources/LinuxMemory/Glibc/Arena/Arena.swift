// One arena of glibc's allocator.

/// What an arena keeps in its `struct malloc_state` beside the words of its bins: the main one in the C library's data,
/// the others at the beginning of their first heap.
struct Arena: Sendable, Equatable, Codable {
  /// The address of the imaginary chunk whose links are the head of bin 1.
  let binsAddress: UInt64
  /// What the size words of its chunks in use have beside their size: `ChunkFlags.otherArena`, or 0 for the main arena.
  let ownerFlag: UInt64
  /// The heads of the fastbins, 0 where empty; by fastbin, smallest size first.
  var fastBinHeads: ContiguousArray<UInt64>
  /// Whether a chunk went to a fastbin since the last consolidation.
  var hasFastChunks = false
  /// A bit for each bin that may hold chunks.
  var binMap = BinMap()
  /// The chunk that borders the end of the heap; 0 before there is one.
  var top: UInt64 = 0
  /// The rest of the last split for a small request.
  var lastRemainder: UInt64 = 0
  /// Whether new memory is expected to continue the heap.
  var isContiguous: Bool
  /// Bytes got from the kernel, now.
  var systemBytes: UInt64 = 0
  /// The most that `systemBytes` has been.
  var mostSystemBytes: UInt64 = 0
  /// Where each stretch of the main arena begins that does not continue another.
  var stretches: ContiguousArray<UInt64> = []
  /// The heaps of another arena than the main one, the newest last.
  var heaps: ContiguousArray<ArenaHeap> = []
  /// How many threads stand inside a call with the arena's lock.
  var holders = 0
  /// How many threads allocate here.
  var threadCount = 0

  /// The main arena.
  init(mainOf layout: MallocLayout) {
    self.init(binsAddress: layout.binsAddress, ownerFlag: 0, layout)
  }

  /// An arena in a heap of its own.
  ///
  /// - Parameters:
  ///   - heap: the heap.
  ///   - binsAddress: where in it the imaginary chunk of bin 1 lies.
  init(in heap: ArenaHeap, _ layout: MallocLayout, binsAddress: UInt64) {
    self.init(
      binsAddress: binsAddress, ownerFlag: ChunkFlags.otherArena, layout)
    heaps = [heap]
    systemBytes = heap.size
    mostSystemBytes = heap.size
    threadCount = 1
  }

  private init(binsAddress: UInt64, ownerFlag: UInt64, _ layout: MallocLayout) {
    self.binsAddress = binsAddress
    self.ownerFlag = ownerFlag
    isContiguous = ownerFlag == 0
    fastBinHeads = ContiguousArray(repeating: 0, count: layout.fastBinCount)
  }

  /// Whether it is the one that grows with the break.
  var isMain: Bool { ownerFlag == 0 }
}

/// A heap of an arena: addresses aligned to their number, of which the first ones can be used (`heap_info`).
struct ArenaHeap: Sendable, Equatable, Codable {
  /// Where it begins.
  let start: UInt64
  /// How many bytes are in use.
  var size: UInt64
  /// How many bytes have been made readable and writable.
  var accessibleSize: UInt64

  /// The address behind what is in use.
  var end: UInt64 { start &+ size }
}
