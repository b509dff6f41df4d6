// The process in which the recordings of glibc's malloc were made.

extension Machine {
  /// Where the area for mappings ended in the recording program with its tables for a short trace: it decides
  /// which mapping an alignment above 2 MiB finds.
  private static let recordedMappingTop: UInt64 = 0x7fff_f740_0000
  /// The same for 32-bit programs, whose area ended at 0xf7600000 under a 64-bit kernel: here at the place that lies
  /// in the same way to the powers of two that matter.
  private static let recordedNarrowMappingTop: UInt64 = 0xb760_0000

  /// Starts a program in the conditions of the recordings: loaded at a fixed place, without huge pages and
  /// without privilege, the area for mappings free of holes and its upper end at a multiple of 2 MiB.
  ///
  /// - Parameter hasThreads: whether it is the recording program with threads.
  /// - Returns: The process and the top of its area for mappings.
  public mutating func spawnRecordingProcess(hasThreads: Bool = false) -> Result<
    (process: ProcessID, mappingTop: UInt64), ErrorNumber
  > {
    let isWide = configuration.profile.wordSize == 8
    let process: ProcessID
    switch spawn(name: "oracle", program: .positionIndependent(on: configuration.profile)) {
    case .failure(let error): return .failure(error)
    case .success(let id): process = id
    }
    _ = prctl(.setHugePagesDisabled, argument: 1, in: process)
    guard let task = processes.handle(of: process) else { return .failure(.ESRCH) }
    processes[task].userID = 1000
    let space = processes[task].addressSpace
    let lowest =
      space.areas.list.first { $0.start > space.layout.heapStart }?.start ?? space.layout.mappingTop
    let hugePage = UInt64(configuration.profile.hugePageSize)
    let aligned = lowest & ~(hugePage - 1)
    let recorded = isWide ? Self.recordedMappingTop : Self.recordedNarrowMappingTop
    // With threads it was at a multiple of what arenas are aligned to.
    let top = min(aligned, hasThreads && isWide ? recorded & ~(64 << 20 - 1) : recorded)
    guard top < lowest else { return .success((process, top)) }
    let filler = try? mmap(
      address: top, length: lowest - top, protection: [],
      flags: [.private, .anonymous, .noReserve, .fixedNoReplace], in: process)
    guard case .success = filler else { return .failure(.ENOMEM) }
    return .success((process, top))
  }

  /// How large the stacks are that the recording program makes itself.
  static let recordingStackSize: UInt64 = 256 << 10

  /// Makes stacks as the recording program has them, where it gives its threads stacks of its own: written already, above all
  /// that is recorded.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - address: where the first one begins.
  ///   - process: the recording program.
  package mutating func makeRecordingStacks(_ count: Int, at address: UInt64, in process: ProcessID) {
    let length = UInt64(clamping: count) &* Self.recordingStackSize
    let mapped = try? mmap(
      address: address, length: length, protection: [.read, .write], flags: [.private, .anonymous, .fixed],
      in: process)
    if case .success = mapped { try? access(address, length: length, .write, in: process) }
  }
}
