// Taking the kernel's own pages for a process, and giving them back.

extension Machine {
  /// Takes the kernel's own pages for a new process.
  ///
  /// - Parameter parent: in whose call; nil for init.
  /// - Returns: nil when there is no memory for them.
  mutating func takeKernelPages(for parent: ProcessHandle? = nil) -> ProcessKernelPages? {
    takeKernelPages(ProcessKernelPages.orders(configuration.profile), for: parent)
  }

  /// Takes blocks of pages for a process or a thread.
  mutating func takeKernelPages(_ orders: [Int], for parent: ProcessHandle?) -> ProcessKernelPages? {
    var pages = ProcessKernelPages()
    for order in orders {
      let flags = GFPFlags.GFP_KERNEL_ACCOUNT.union(.__GFP_ZERO)
      guard let frame = allocateKernelPages(order: order, flags: flags, owner: .process, for: parent) else {
        freeKernelPages(pages)
        return nil
      }
      pages.blocks.append(ProcessKernelPages.Block(frame: frame, order: order))
    }
    guard let group = kernelGroup(of: parent) else { return pages }
    let runs = pages.blocks.map { FrameRange(start: $0.frame, count: 1 << $0.order) }
    let count = runs.reduce(0) { $0 + $1.count }
    return chargeKernelPages(count, .process, runs, to: group, for: parent) ? pages : nil
  }

  /// Gives them back.
  mutating func freeKernelPages(_ pages: ProcessKernelPages) {
    for block in pages.blocks { ledger.give(block.frame, order: block.order, of: .process) }
  }

  /// Frees the kernel's own pages of a process that ends, but for what khugepaged holds.
  mutating func freeKernelPages(of task: ProcessHandle) {
    var pages = processes[task].kernelPages
    processes[task].kernelPages = ProcessKernelPages()
    if hugePageCollector.holds(task.id, at: clock),
      let root = pages.takeRoot(configuration.profile)
    {
      hugePageCollector.keep(root, at: clock)
    }
    freeKernelPages(pages)
  }
}
