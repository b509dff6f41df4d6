// One call of a recorded program, in the form in which the replay's loop reads it.

/// Which block an operation is about: a small number that a trace gives out, see ``AllocationTrace/slot(forID:)``.
package struct BlockSlot: Hashable, Sendable {
  let index: UInt32

  /// Its number: 0 for the null pointer, from 1 up for blocks.
  package var number: Int { Int(index) }

  /// The slot of the null pointer.
  package static let null = BlockSlot(index: 0)
}

/// What a recorded program does.
package enum AllocationOperationKind: UInt8, Sendable, CaseIterable {
  /// malloc(first bytes).
  case malloc
  /// calloc(first elements of second bytes).
  case calloc
  /// realloc(slot, first bytes), whose result goes to `other`.
  case realloc
  /// memalign(first, second bytes), which is aligned_alloc(3) too.
  case memalign
  /// valloc(first bytes).
  case valloc
  /// pvalloc(first bytes).
  case pvalloc
  /// free(slot); the slot is empty afterwards.
  case free
  /// A store into every page of `second` bytes from `first` on in the block.
  case write
  /// A load from every page of `second` bytes from `first` on in the block.
  case read
  /// mallopt(first, second), both a C `int`.
  case mallopt
  /// malloc_trim(first bytes).
  case trim
  /// mallinfo2(), and a look at the memory of the process.
  case query
  /// The program itself calls sbrk(first), a signed number of bytes.
  case moveBreak
  /// The program maps a page without permissions `first` bytes behind the start of the heap.
  case obstruct
  /// setrlimit: the address space may grow by `first` KiB.
  case limitAddressSpace
  /// setrlimit: private writable memory may grow by `first` KiB.
  case limitData
  /// malloc_stats().
  case statistics
  /// malloc_info(0, …).
  case document
  /// pthread_create of thread `first` with a stack of `second` bytes, 0 for what the library makes.
  case createThread
  /// Thread `first` makes the calls that follow; 0 is the main one.
  case actAsThread
  /// Thread `first` ends, and the present one joins it.
  case endThread
  /// The present thread ends; the main one makes the calls that follow.
  case exitThread
  /// Misuse: free(slot), while the program keeps the pointer.
  case freeKeeping
  /// Misuse: free(slot + first).
  case freeInside
  /// Misuse: realloc(slot + first, second bytes), whose result nobody keeps.
  case reallocInside
  /// Misuse: the 64-bit word `second` is written `first` bytes behind the block's address.
  case storeWord
  /// Misuse: the pointer `other + second` is written `first` bytes behind the block's address.
  case storePointer
  /// Misuse: as ``storePointer``, in the form in which glibc protects its links: (address >> 12) XOR pointer.
  case storeProtectedPointer
}

/// One call of a recorded program.
///
/// Numbers are the 64 bits that the call got; negative ones are in two's complement.
package struct AllocationOperation: Equatable, Sendable {
  /// What is called.
  package let kind: AllocationOperationKind
  /// The block that it is about, or that it makes.
  package let slot: BlockSlot
  /// The second block, where ``kind`` knows one.
  package let other: BlockSlot
  /// The first number.
  package let first: UInt64
  /// The second number.
  package let second: UInt64

  /// Makes an operation.
  package init(
    _ kind: AllocationOperationKind, _ slot: BlockSlot = .null, other: BlockSlot = .null,
    _ first: UInt64 = 0, _ second: UInt64 = 0
  ) {
    self.kind = kind
    self.slot = slot
    self.other = other
    self.first = first
    self.second = second
  }

  /// How many bytes it asks for; nil for calls that allocate nothing.
  package var request: UInt64? {
    switch kind {
    case .malloc, .valloc, .pvalloc, .realloc: return first
    case .memalign: return second
    case .calloc:
      let (product, overflow) = first.multipliedReportingOverflow(by: second)
      return overflow ? .max : product
    default: return nil
    }
  }
}
