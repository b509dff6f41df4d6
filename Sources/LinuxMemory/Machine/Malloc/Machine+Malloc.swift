// malloc(3) and its kin, called by a process of the machine.

extension Machine {
  /// malloc(3): the address of a block of at least `size` bytes, or 0 with errno `ENOMEM`.
  public mutating func malloc(_ size: UInt64, in process: ProcessID) throws(FatalSignal) -> UInt64 {
    try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.malloc(size, kernel: &kernel)
    }
  }

  /// calloc(3): as malloc, for `count` elements of `size` bytes, set to zero.
  public mutating func calloc(
    _ count: UInt64, _ size: UInt64, in process: ProcessID
  ) throws(FatalSignal) -> UInt64 {
    try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.calloc(count: count, size: size, kernel: &kernel)
    }
  }

  /// realloc(3): the address of the resized block, or 0 (errno `ENOMEM`, or the block was freed).
  public mutating func realloc(
    _ address: UInt64, _ size: UInt64, in process: ProcessID
  ) throws(FatalSignal) -> UInt64 {
    try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.realloc(address, size, kernel: &kernel)
    }
  }

  /// reallocarray(3): as realloc, for a product that may not overflow.
  public mutating func reallocarray(
    _ address: UInt64, _ count: UInt64, _ size: UInt64, in process: ProcessID
  ) throws(FatalSignal) -> UInt64 {
    try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.reallocarray(address, count: count, size: size, kernel: &kernel)
    }
  }

  /// memalign(3): a block at a multiple of `alignment`, or 0 with errno.
  public mutating func memalign(
    _ alignment: UInt64, _ size: UInt64, in process: ProcessID
  ) throws(FatalSignal) -> UInt64 {
    try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.memalign(alignment: alignment, size: size, kernel: &kernel)
    }
  }

  /// aligned_alloc(3): memalign, which since glibc 2.38 refuses an alignment that is no power of two.
  public mutating func alignedAlloc(
    _ alignment: UInt64, _ size: UInt64, in process: ProcessID
  ) throws(FatalSignal) -> UInt64 {
    try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.alignedAlloc(alignment: alignment, size: size, kernel: &kernel)
    }
  }

  /// posix_memalign(3): the block, or the error that C returns (`EINVAL`, `ENOMEM`).
  public mutating func posixMemalign(
    _ alignment: UInt64, _ size: UInt64, in process: ProcessID
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.posixMemalign(alignment: alignment, size: size, kernel: &kernel)
    }
  }

  /// valloc(3): a block at the start of a page, or 0 with errno `ENOMEM`.
  public mutating func valloc(_ size: UInt64, in process: ProcessID) throws(FatalSignal) -> UInt64 {
    try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.valloc(size, kernel: &kernel)
    }
  }

  /// pvalloc(3): whole pages at the start of a page, or 0 with errno `ENOMEM`.
  public mutating func pvalloc(_ size: UInt64, in process: ProcessID) throws(FatalSignal) -> UInt64 {
    try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.pvalloc(size, kernel: &kernel)
    }
  }

  /// free(3).
  ///
  /// - Throws: SIGABRT with glibc's message for misuse that glibc notices.
  public mutating func free(_ address: UInt64, in process: ProcessID) throws(FatalSignal) {
    try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.free(address, kernel: &kernel)
    }
  }

  /// malloc_usable_size(3) in bytes, 0 for a null pointer.
  public mutating func mallocUsableSize(
    _ address: UInt64, in process: ProcessID
  ) throws(FatalSignal) -> UInt64 {
    if address == 0 { return 0 }
    return try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.usableSize(of: address, kernel: &kernel)
    }
  }

  /// malloc_trim(3): 1 when memory went back to the kernel, else 0.
  public mutating func mallocTrim(_ padding: UInt64, in process: ProcessID) throws(FatalSignal) -> Int32 {
    try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.trim(keeping: padding, kernel: &kernel) ? 1 : 0
    }
  }

  /// mallopt(3): 1 for success, 0 for an error.
  public mutating func mallopt(
    _ parameter: Int32, _ value: Int32, in process: ProcessID
  ) throws(FatalSignal) -> Int32 {
    try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.setOption(parameter, value, kernel: &kernel)
    }
  }

  /// mallinfo2(3).
  public mutating func mallinfo2(in process: ProcessID) throws(FatalSignal) -> MallocInformation {
    try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.information(kernel: &kernel)
    }
  }

  /// malloc_stats(3): the text that it writes to standard error.
  public mutating func mallocStats(in process: ProcessID) throws(FatalSignal) -> String {
    try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.statisticsText(kernel: &kernel)
    }
  }

  /// malloc_info(3): the document that it writes, or `EINVAL` for options other than 0.
  public mutating func mallocInfo(
    options: Int32, in process: ProcessID
  ) throws(FatalSignal) -> Result<String, ErrorNumber> {
    try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.informationDocument(options: options, kernel: &kernel)
    }
  }

  /// The block of a process that an address lies in, freed or not; nil outside of all blocks.
  package func allocation(containing address: UInt64, in process: ProcessID) -> MallocAllocation? {
    guard let task = processes.handle(of: process) else { return nil }
    return processes[task].malloc?.allocation(containing: address)
  }
}
