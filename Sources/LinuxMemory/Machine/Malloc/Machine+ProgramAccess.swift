// What a process does to its allocator's words without calling it.

extension Machine {
  /// A store by the program that may hit the allocator's own words, such as one past the end of a block.
  ///
  /// - Parameters:
  ///   - value: The bytes to write, the lowest first.
  ///   - count: How many of them, 1 to 8.
  ///   - address: Where the first one goes.
  ///   - process: Who writes.
  /// - Throws: The signal that the access ends the process with.
  public mutating func store(
    _ value: UInt64, count: Int, at address: UInt64, in process: ProcessID
  ) throws(FatalSignal) {
    try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.programStore(value, count: count, at: address, kernel: &kernel)
    }
  }

  /// A store of bytes by the program.
  ///
  /// - Throws: The signal that the access ends the process with.
  package mutating func store(
    _ bytes: [UInt8], at address: UInt64, in process: ProcessID
  ) throws(FatalSignal) {
    try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.programStore(bytes, at: address, kernel: &kernel)
    }
  }

  /// Fills a range with a byte (memset(3)).
  ///
  /// - Throws: The signal that the access ends the process with.
  package mutating func fill(
    _ byte: UInt8, length: UInt64, at address: UInt64, in process: ProcessID
  ) throws(FatalSignal) {
    try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.programFill(byte, length: length, at: address, kernel: &kernel)
    }
  }

  /// A load by the program.
  ///
  /// - Returns: the bytes; 0 where nobody wrote.
  /// - Throws: The signal that the access ends the process with.
  package mutating func load(
    count: UInt64, at address: UInt64, in process: ProcessID
  ) throws(FatalSignal) -> [UInt8] {
    try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.programLoad(count: count, at: address, kernel: &kernel)
    }
  }

  /// Sets the tunables of a process that has not called its allocator yet.
  ///
  /// - Parameters:
  ///   - tunables: What its environment says.
  ///   - process: Whose allocator.
  /// - Returns: Whether it can still take effect.
  package mutating func setMallocTunables(_ tunables: MallocTunables, in process: ProcessID) -> Bool {
    guard let task = processes.living(process), let state = processes[task].malloc, !state.isInitialized
    else { return false }
    processes[task].mallocStorage = MallocStorage(
      MallocState(layout: state.layout, release: state.release, tunables: tunables))
    copyTunables(in: task)
    return true
  }

  /// What the dynamic linker of older versions does with the tunables before the program begins: it copies the variable to
  /// memory for which it moves the break (tunables_strdup).
  mutating func copyTunables(in task: ProcessHandle) {
    guard let state = processes[task].malloc, state.release.rules.copiesTunablesToHeap,
      state.tunables.variableLength > 0,
      processes[task].addressSpace.programBreak == processes[task].addressSpace.layout.heapStart,
      case .success(let start)? = try? sbrk(Int64(clamping: state.tunables.variableLength), in: task.id)
    else { return }
    try? access(start, length: state.tunables.variableLength, .write, in: task.id)
  }
}
