// What happens to a group at its limits, counted.

/// An event of a group (`enum memcg_memory_event`).
package enum MemoryGroupEvent: Int, CaseIterable, Sendable, Codable {
  /// Pages were taken although `memory.low` protects them.
  case low
  /// A task was over `memory.high` and had to reclaim.
  case high
  /// A charge ran into `memory.max`.
  case max
  /// Reclaim found nothing, and the OOM killer was asked.
  case oom
  /// A process was killed.
  case oomKill
  /// A whole group was killed.
  case oomGroupKill
  /// Swap use was above `memory.swap.high`.
  case swapHigh
  /// A page could not go to swap for `memory.swap.max`.
  case swapMax
  /// A page could not go to swap.
  case swapFail

  /// The name in `memory.events` or `memory.swap.events`.
  package var name: String {
    switch self {
    case .low: "low"
    case .high, .swapHigh: "high"
    case .max, .swapMax: "max"
    case .oom: "oom"
    case .oomKill: "oom_kill"
    case .oomGroupKill: "oom_group_kill"
    case .swapFail: "fail"
    }
  }

  /// The events of `memory.events`, in its order.
  package static let ofMemory: [MemoryGroupEvent] = [.low, .high, .max, .oom, .oomKill, .oomGroupKill]
  /// The events of `memory.swap.events`, in its order.
  package static let ofSwap: [MemoryGroupEvent] = [.swapHigh, .swapMax, .swapFail]
}

/// How often each event came.
package struct MemoryEventCounts: Sendable, Equatable, Codable {
  private var counts: [Int] = []

  /// How often an event came.
  package internal(set) subscript(event: MemoryGroupEvent) -> Int {
    get { counts.isEmpty ? 0 : counts[event.rawValue] }
    set {
      if counts.isEmpty { counts = Array(repeating: 0, count: MemoryGroupEvent.allCases.count) }
      counts[event.rawValue] = newValue
    }
  }
}
