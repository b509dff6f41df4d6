// The buddy allocator as trace lines.

import LinuxMemory

extension PageAllocatorEvent {
  /// The line of one event.
  var traceLine: TraceLine {
    switch self {
    case .split(_, let from, let to):
      return TraceLine("buddy", "block of \(pageCountText(1 << from)) split for \(pageCountText(1 << to))")
    case .merged(_, let order):
      return TraceLine("buddy", "two buddies merged into \(pageCountText(1 << order))")
    case .stolen(_, let order, let from, let by):
      return TraceLine("buddy", "block of \(pageCountText(1 << order)) taken from the \(from) list for \(by)")
    case .allocated(let frame, let order):
      return TraceLine(
        "buddy",
        "block of \(pageCountText(1 << order)) (order \(order)) for the kernel: frame \(frame.rawValue)")
    case .freed(let frame, let order):
      return TraceLine(
        "buddy", "block of \(pageCountText(1 << order)) (order \(order)) given back: frame \(frame.rawValue)")
    case .refused(let order, let freePages, let largest):
      let found =
        largest.map { "the largest within the watermarks has \(pageCountText(1 << $0))" }
        ?? "none within the watermarks"
      return TraceLine(
        "buddy", "no block of \(pageCountText(1 << order)): \(pageCountText(freePages)) are free, \(found)")
    }
  }
}
