// How requests for pages are met: the zones' free pages, then whatever else can be done.

/// What came of a request for pages.
public enum AllocationOutcome: Sendable, Equatable {
  /// So many pages were given, at least one; ask again for the rest.
  case allocated(Int)
  /// The asking process was killed while it waited for memory.
  case killed
}

extension Machine {
  /// Gives a process pages of memory.
  ///
  /// - Parameters:
  ///   - count: How many pages, at least 1.
  ///   - process: Who asks.
  ///   - runs: Receives the pages in the order of allocation.
  mutating func allocateUserPages(
    _ count: Int, for process: ProcessID, into runs: inout [FrameRange]
  ) -> AllocationOutcome {
    for watermark in [Watermark.low, .min] {
      let given = pageAllocator.allocatePages(
        count, .GFP_HIGHUSER_MOVABLE, watermark: watermark, into: &runs)
      if given > 0 { return .allocated(given) }
    }
    terminate(process, .killed(signal: 9))
    return .killed
  }

  /// Gives the kernel a block of pages, or nil when there is none.
  mutating func allocateKernelPages(order: Int, flags: GFPFlags) -> FrameNumber? {
    pageAllocator.allocate(order: order, flags, watermark: .low)
      ?? pageAllocator.allocate(order: order, flags, watermark: flags.slowPathWatermark)
  }
}
