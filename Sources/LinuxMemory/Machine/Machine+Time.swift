// The passing of time, and what waits for it.

extension Machine {
  /// Lets time pass; the flusher writes what has been dirty for too long, and khugepaged wakes.
  ///
  /// - Parameter microseconds: How long; the clock stays within 64 bits.
  public mutating func sleep(microseconds: UInt64) {
    let (later, overflow) = clock.addingReportingOverflow(microseconds)
    clock = overflow ? .max : later
    writeExpired()
    wakeHugePageCollector()
  }

  /// Lets khugepaged go on when its time has come.
  private mutating func wakeHugePageCollector() {
    guard let root = hugePageCollector.wake(at: clock) else { return }
    ledger.give(root.frame, order: root.order, of: .process)
    record(.process(.hugePageCollectorLetGo(pages: 1 << root.order)))
  }

  /// Writes the files whose pages have been dirty for longer than `dirty_expire_centisecs`, when time has passed.
  private mutating func writeExpired() {
    guard tunables.dirtyWritebackCentiseconds > 0 else { return }
    let age = UInt64(max(tunables.dirtyExpireCentiseconds, 0)) * 10_000
    let before = reclaim.counters.written
    defer { tellOfWriteback(since: before) }
    while let oldest = files.longestDirty, clock - min(clock, oldest.since) >= age {
      reclaim.counters.written += files.clean(0..<UInt64.max, of: oldest.file)
    }
  }
}
