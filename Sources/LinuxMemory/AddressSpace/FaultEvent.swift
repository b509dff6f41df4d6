// What page faults brought about.

/// Page faults of one access, summed up over consecutive pages.
public enum FaultEvent: Equatable, Sendable {
  /// Pages of zeros were made for a first write.
  case demandZero(process: ProcessID, address: UInt64, pages: Int)
  /// The shared page of zeros was mapped for a first read; it costs no memory.
  case zeroPage(process: ProcessID, address: UInt64, pages: Int)
  /// Pages shared since fork were copied for a write.
  case copied(process: ProcessID, address: UInt64, pages: Int)
  /// Pages that had been shared since fork had one user left and were made writable.
  case reused(process: ProcessID, address: UInt64, pages: Int)
  /// Pages were read back from swap.
  case swappedIn(process: ProcessID, address: UInt64, pages: Int)
  /// Pages of a shared mapping were mapped.
  case sharedPage(process: ProcessID, address: UInt64, pages: Int)
  /// Huge pages were made; `pages` counts base pages.
  case hugePage(process: ProcessID, address: UInt64, pages: Int)
  /// An access was refused with SIGSEGV or SIGBUS.
  case refused(process: ProcessID, address: UInt64, signal: Int32)
}
