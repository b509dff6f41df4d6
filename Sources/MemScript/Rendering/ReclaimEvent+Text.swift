// Reclaim and swap as trace lines.

import LinuxMemory

extension ReclaimEvent {
  /// The line of one event.
  var traceLine: TraceLine {
    switch self {
    case .kswapdWoke(let zone, let free, let low):
      return TraceLine("kswapd", "woken: zone \(zone) has \(free) free pages, low watermark \(low)")
    case .kswapdStopped(let freed): return .counted("kswapd", freed, "freed until it sleeps again")
    case .directReclaim(_, let freed):
      return .counted("reclaim", freed, "freed by the process that asks for memory")
    case .swappedOut(let process, let pages, let area):
      return .counted("swap", pages, "of PID \(process) written to \(area)")
    case .swappedIn(let process, let pages): return .counted("swap", pages, "of PID \(process) read back")
    case .droppedFilePages(let pages): return .counted("reclaim", pages, "of file cache dropped")
    case .swapOn(let path, let pages, let priority):
      return TraceLine("swap", "\(path) on: \(pageCountText(pages)), priority \(priority)")
    case .swapOff(let path): return TraceLine("swap", "\(path) off")
    }
  }
}
