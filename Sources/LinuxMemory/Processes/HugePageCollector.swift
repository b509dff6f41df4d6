// khugepaged, as far as it shows: it holds on to the process whose memory it is looking through.

/// The kernel's thread that looks for small pages to collect into huge ones (mm/khugepaged.c).
///
/// Collecting is not modelled. What shows without it is that the root of a page table outlives its process while
/// khugepaged has not got through that process's memory.
struct HugePageCollector: Sendable, Equatable, Codable {
  /// How long it sleeps after each look, in microseconds (`scan_sleep_millisecs`).
  static let sleepDuration: UInt64 = 10_000_000
  /// How many huge pages' worth of memory it looks at before it sleeps (`pages_to_scan`).
  static let blocksPerLook = 8

  /// The process that it began with last.
  private var process: ProcessID?
  /// How many huge pages' worth of memory that process had then.
  private var blocks = 0
  /// When it began, in microseconds since boot.
  private var start: UInt64 = 0
  /// What it keeps of the process, once that has ended.
  private(set) var root: ProcessKernelPages.Block?

  /// How often it has looked by a time.
  private func looks(by time: UInt64) -> UInt64 { (max(time, start) - start) / Self.sleepDuration + 1 }

  /// Whether it would begin with a process that comes to have huge pages at a time.
  func isIdle(at time: UInt64) -> Bool {
    process == nil || root == nil && looks(by: time) > 1 && isThrough(at: time)
  }

  /// Whether it has come to the end of the process's memory.
  private func isThrough(at time: UInt64) -> Bool {
    looks(by: time) >= UInt64(blocks / Self.blocksPerLook) + 1
  }

  /// Begins with a process.
  mutating func begin(with process: ProcessID, blocks: Int, at time: UInt64) {
    self.process = process
    self.blocks = max(blocks, 0)
    start = time
  }

  /// Whether it is in the middle of a process's memory, so that the root of the page table stays when that ends.
  func holds(_ process: ProcessID, at time: UInt64) -> Bool {
    self.process == process && !isThrough(at: time)
  }

  /// Keeps the root of the page table of the process that it holds; from then on only its next look counts.
  mutating func keep(_ root: ProcessKernelPages.Block, at time: UInt64) {
    self.root = root
    let next = looks(by: time).multipliedReportingOverflow(by: Self.sleepDuration).partialValue
    start = start.addingReportingOverflow(next).partialValue
  }

  /// Lets go of a process that has ended, if it is time for the next look.
  ///
  /// - Returns: What was kept of it.
  mutating func wake(at time: UInt64) -> ProcessKernelPages.Block? {
    guard let kept = root, time >= start else { return nil }
    self = HugePageCollector()
    return kept
  }
}
