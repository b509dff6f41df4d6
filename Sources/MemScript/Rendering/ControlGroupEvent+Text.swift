// Events of control groups as text.

import LinuxMemory

extension ControlGroupEvent {
  /// The event as a line of the trace.
  ///
  /// - Parameter pages: how many pages or times, those of others that are told with it included.
  func traceLine(pages: Int) -> TraceLine {
    switch self {
    case .made(let path): return TraceLine("cgroup", "\(path) was made")
    case .removed(let path, let held):
      let rest = held > 0 ? "; \(pagesText(held)) stay charged until somebody frees them" : ""
      return TraceLine("cgroup", "\(path) was removed\(rest)")
    case .moved(let process, let path):
      return TraceLine("cgroup", "PID \(process) is in \(path) now; what it had stays charged where it was")
    case .limited(let group, _):
      let count = pages == 1 ? "1 charge" : "\(pages) charges"
      return TraceLine("cgroup", "\(group) is at its memory.max: \(count) refused")
    case .reclaimed(let group, _):
      return TraceLine("cgroup", "\(pagesText(pages)) reclaimed inside \(group)")
    case .protectionBroken(let group):
      return TraceLine("cgroup", "pages of \(group) were taken although its memory.low protects them")
    case .outOfMemory(let group):
      return TraceLine("cgroup", "nothing more to reclaim inside \(group): the OOM killer looks there")
    case .throttled(let process, let group, let microseconds):
      return TraceLine(
        "cgroup",
        "PID \(process) slept \(microseconds / 1000) ms: \(group) or a group above it is above memory.high or memory.swap.high"
      )
    case .stuck(let process, let group):
      return TraceLine(
        "cgroup", "PID \(process) tries for ever: \(group) has no room, and nobody in it may be killed")
    }
  }
}
