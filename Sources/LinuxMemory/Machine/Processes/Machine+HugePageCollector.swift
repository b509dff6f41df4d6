// When khugepaged begins with a process, and what becomes of what it held.

extension Machine {
  /// Tells khugepaged of a process that takes a huge page (`khugepaged_enter_vma`).
  ///
  /// - Parameter area: Where it takes it.
  mutating func noteHugePageUser(_ task: ProcessHandle, in area: VirtualMemoryArea, size: UInt64) {
    guard hugePageCollector.isIdle(at: clock), size > 0 else { return }
    let first = (area.pages.lowerBound + size - 1) / size
    let blocks = Int(clamping: max(area.pages.upperBound / size, first) - first)
    hugePageCollector.begin(with: task.id, blocks: blocks, at: clock)
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

  /// Lets khugepaged go on when its time has come.
  mutating func wakeHugePageCollector() {
    guard let root = hugePageCollector.wake(at: clock) else { return }
    ledger.give(root.frame, order: root.order, of: .process)
  }
}
