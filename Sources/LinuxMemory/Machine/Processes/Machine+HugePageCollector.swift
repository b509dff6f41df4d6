// When khugepaged begins with a process, and what becomes of what it held.

extension Machine {
  /// Tells khugepaged of a process that takes a huge page (`khugepaged_enter_vma`).
  ///
  /// - Parameter area: Where it takes it.
  mutating func noteHugePageUser(_ process: ProcessID, in area: VirtualMemoryArea, size: UInt64) {
    guard hugePageCollector.isIdle(at: clock), size > 0 else { return }
    let first = (area.pages.lowerBound + size - 1) / size
    let blocks = Int(clamping: max(area.pages.upperBound / size, first) - first)
    hugePageCollector.begin(with: process, blocks: blocks, at: clock)
  }

  /// Frees the kernel's own pages of a process that ends, but for what khugepaged holds.
  mutating func freeKernelPages(of index: Int) {
    var pages = processes[at: index].kernelPages
    processes[at: index].kernelPages = ProcessKernelPages()
    if hugePageCollector.holds(processes[at: index].id, at: clock),
      let root = pages.takeRoot(configuration.profile)
    {
      hugePageCollector.keep(root, at: clock)
    }
    freeKernelPages(pages)
  }

  /// Lets khugepaged go on when its time has come.
  mutating func wakeHugePageCollector() {
    guard let root = hugePageCollector.wake(at: clock) else { return }
    pageAllocator.free(root.frame, order: root.order)
  }
}
