// What becomes of a process whose allocator follows a list that has no end.

extension MallocState {
  /// No list has more chunks than this without having one of them twice.
  private var longestList: UInt64 {
    let bytes = arenas.indices.reduce(mappings.bytes) {
      $0 &+ ($1 == arenaNumber ? arena : arenas[$1]).systemBytes
    }
    return bytes / layout.headerSize + UInt64(MallocLayout.binCount)
  }

  /// Ends a walk along a list of chunks that has no end.
  ///
  /// A list that misuse has bent into a circle keeps the real process busy for ever; the simulated one ends
  /// as if somebody had lost patience and killed it.
  ///
  /// - Parameter steps: How many steps were made so far.
  /// - Throws: SIGKILL when there are more than the longest list could have, and when whoever runs the machine wants its
  ///   work ended; the process lives on then, and the caller leaves its lists whole.
  @inline(__always)
  func checkProgress(_ steps: UInt64, _ kernel: inout some MallocKernel) throws(FatalSignal) {
    if steps & 0xff == 0 { try look(steps, &kernel) }
  }

  @inline(never)
  private func look(_ steps: UInt64, _ kernel: inout some MallocKernel) throws(FatalSignal) {
    if steps > longestList { throw kernel.killSpinning() }
    try kernel.spend(256)
  }
}
