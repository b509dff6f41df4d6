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

extension FaultEvent {
  /// One event for this one and one that goes on behind its pages in the same way; nil when it does not.
  func joined(with next: FaultEvent) -> FaultEvent? {
    switch (self, next) {
    case (.demandZero(let a), .demandZero(let b)):
      return Self.continues(a, b) ? .demandZero(process: a.0, address: a.1, pages: a.2 + b.2) : nil
    case (.zeroPage(let a), .zeroPage(let b)):
      return Self.continues(a, b) ? .zeroPage(process: a.0, address: a.1, pages: a.2 + b.2) : nil
    case (.copied(let a), .copied(let b)):
      return Self.continues(a, b) ? .copied(process: a.0, address: a.1, pages: a.2 + b.2) : nil
    case (.reused(let a), .reused(let b)):
      return Self.continues(a, b) ? .reused(process: a.0, address: a.1, pages: a.2 + b.2) : nil
    case (.swappedIn(let a), .swappedIn(let b)):
      return Self.continues(a, b) ? .swappedIn(process: a.0, address: a.1, pages: a.2 + b.2) : nil
    case (.sharedPage(let a), .sharedPage(let b)):
      return Self.continues(a, b) ? .sharedPage(process: a.0, address: a.1, pages: a.2 + b.2) : nil
    case (.hugePage(let a), .hugePage(let b)):
      return Self.continues(a, b) ? .hugePage(process: a.0, address: a.1, pages: a.2 + b.2) : nil
    default: return nil
    }
  }

  private static func continues(
    _ first: (ProcessID, UInt64, Int), _ second: (ProcessID, UInt64, Int)
  ) -> Bool {
    first.0 == second.0 && first.1 &+ UInt64(first.2) * pageSize == second.1
  }
}
