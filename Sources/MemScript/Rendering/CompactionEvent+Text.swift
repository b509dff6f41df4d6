// Compaction as trace lines.

import LinuxMemory

extension CompactionEvent {
  /// The line of one event.
  var traceLine: TraceLine {
    switch self {
    case .compacted(let zone, let order, let moved, let largest):
      let reason = order.map { " for a block of \(pageCountText(1 << $0))" } ?? ""
      let result = largest.map { "the largest free block has \(pageCountText(1 << $0))" } ?? "nothing is free"
      return TraceLine("compaction", "zone \(zone)\(reason): \(pageCountText(moved)) moved, \(result)")
    case .unsuitable(let zone, let order):
      return TraceLine(
        "compaction",
        "zone \(zone): too little is free to compact for a block of \(pageCountText(1 << order))")
    }
  }
}
