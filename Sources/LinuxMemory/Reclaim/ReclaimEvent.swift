// What reclaim and swap report.

/// A step of page reclaim; all counts in pages.
public enum ReclaimEvent: Sendable, Equatable {
  /// kswapd was woken: a zone fell to its low watermark.
  case kswapdWoke(zone: String, freePages: Int, lowWatermark: Int)
  /// kswapd stopped; it had freed this many pages in all.
  case kswapdStopped(freedPages: Int)
  /// An asking process reclaimed for itself.
  case directReclaim(process: ProcessID?, freedPages: Int)
  /// Pages of a process went to swap.
  case swappedOut(process: ProcessID, pages: Int, area: String)
  /// swapoff brought pages of a process back.
  case swappedIn(process: ProcessID, pages: Int)
  /// Clean pages of files were dropped.
  case droppedFilePages(Int)
  /// An area was switched on.
  case swapOn(path: String, pages: Int, priority: Int)
  /// An area was switched off.
  case swapOff(path: String)
}
