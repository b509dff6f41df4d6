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
  /// An access was refused with SIGSEGV or SIGBUS; `permissions` are those of the mapping there, nil where nothing is
  /// mapped (SEGV_ACCERR and SEGV_MAPERR).
  case refused(process: ProcessID, address: UInt64, signal: Int32, permissions: MemoryPermissions?)
}

extension FaultEvent {
  /// The pages of an event that was served: where they begin, how many there are, and the event with
  /// another number of pages.
  private var served:
    (process: ProcessID, address: UInt64, pages: Int, resized: (ProcessID, UInt64, Int) -> FaultEvent)?
  {
    switch self {
    case .demandZero(let process, let address, let pages): (process, address, pages, FaultEvent.demandZero)
    case .zeroPage(let process, let address, let pages): (process, address, pages, FaultEvent.zeroPage)
    case .copied(let process, let address, let pages): (process, address, pages, FaultEvent.copied)
    case .reused(let process, let address, let pages): (process, address, pages, FaultEvent.reused)
    case .swappedIn(let process, let address, let pages): (process, address, pages, FaultEvent.swappedIn)
    case .sharedPage(let process, let address, let pages): (process, address, pages, FaultEvent.sharedPage)
    case .hugePage(let process, let address, let pages): (process, address, pages, FaultEvent.hugePage)
    case .refused: nil
    }
  }

  /// One event for this one and one that goes on behind its pages in the same way; nil when it does not.
  func joined(with next: FaultEvent) -> FaultEvent? {
    guard let first = served, let second = next.served, first.process == second.process,
      first.address &+ UInt64(first.pages) * pageSize == second.address,
      first.resized(second.process, second.address, second.pages) == next
    else { return nil }
    return first.resized(first.process, first.address, first.pages + second.pages)
  }
}
