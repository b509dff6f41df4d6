// Reclaim and swap as trace lines.

import LinuxMemory

extension ReclaimEvent {
  /// The line of one event.
  ///
  /// - Parameter pages: how many pages, those of others that are told with it included.
  func traceLine(pages: Int) -> TraceLine {
    switch self {
    case .kswapdWoke(let zone, let free, let low):
      return TraceLine(
        "kswapd", "woken: zone \(zone) has \(free) free pages, under its low watermark of \(low)")
    case .kswapdStopped:
      return TraceLine(
        "kswapd",
        pages == 0
          ? "freed nothing: no page could be dropped or swapped"
          : "\(pagesText(pages)) freed in the background")
    case .directReclaim:
      return TraceLine(
        "reclaim",
        pages == 0
          ? "nothing freed by the process that asks for memory (direct reclaim)"
          : "\(pagesText(pages)) freed by the process that asks for memory (direct reclaim)")
    case .swappedOut(let process, _, let area):
      return TraceLine("swap", "\(pagesText(pages)) of PID \(process) written to \(area)")
    case .swappedIn(let process, _):
      return TraceLine("swap", "\(pagesText(pages)) of PID \(process) read back")
    case .droppedFilePages:
      return TraceLine("cache", "\(pagesText(pages)) of files dropped: clean, so nothing to write")
    case .swapOn(let path, let pages, let priority):
      return TraceLine("swap", "\(path) on: \(pagesText(pages)), priority \(priority)")
    case .swapOff(let path): return TraceLine("swap", "\(path) off")
    }
  }
}
