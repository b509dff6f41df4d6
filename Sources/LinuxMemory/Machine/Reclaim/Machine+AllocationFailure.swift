// What the kernel log says when a request for pages fails.

extension Machine {
  /// Reports a request that the page allocator could not serve.
  ///
  /// - Parameters:
  ///   - order: 0 to 10.
  ///   - flags: the flags of the request.
  ///   - process: who asked; init when nobody is named.
  mutating func reportAllocationFailure(order: Int, flags: GFPFlags, for process: ProcessID?) {
    record(
      .pageAllocator(
        .refused(
          order: order, freePages: ledger.allocator.freePageCount,
          largestOrder: ledger.allocator.largestOrder(for: flags))))
    warnOfAllocation("page allocation failure: order:\(order)", flags: flags, for: process)
  }

  /// Logs a failure and the state of memory (`warn_alloc`, mm/page_alloc.c): once in ten seconds, and not for
  /// requests that asked for silence.
  ///
  /// The call trace is left out: a simulated kernel has no such addresses.
  ///
  /// - Parameters:
  ///   - failure: what failed.
  ///   - flags: the flags of the request.
  ///   - process: who asked; init when nobody is named.
  mutating func warnOfAllocation(_ failure: String, flags: GFPFlags, for process: ProcessID? = nil) {
    guard !flags.contains(.__GFP_NOWARN), failureLimit.allows(at: clock, log: &log) else { return }
    let asker = process ?? ProcessID(1)
    let name = processes[asker]?.name ?? "init"
    let wording = configuration.kernel.wording
    let place = wording.namesPolicy ? ", nodemask=(null),cpuset=/,mems_allowed=0" : ""
    log.append("\(name): \(failure), mode:\(flags.reportText(wording.flags))\(place)", at: clock)
    for line in stackDumpLines(for: asker) { log.append(line, at: clock) }
    for line in memoryReport(flags: flags).lines(wording) { log.append(line, at: clock) }
  }
}

extension PageAllocator {
  /// The largest order that a request with these flags would be given; nil when not even a page.
  func largestOrder(for flags: GFPFlags) -> Int? {
    let requestClass = requestClass(of: flags)
    return (0...Zone.largestOrder).last { order in
      zones[...requestClass].contains {
        $0.isPopulated && $0.mayGive(order: order, flags.slowPathWatermark, requestClass: requestClass)
      }
    }
  }
}
