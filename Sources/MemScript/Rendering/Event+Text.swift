// Events of every layer as trace lines.

import LinuxMemory

extension Event {
  /// The line that a trace prints for it.
  var traceLine: TraceLine {
    switch self {
    case .addressSpace(let event): return event.traceLine
    case .fault(let event): return event.traceLine
    case .reclaim(let event): return event.traceLine
    case .overcommit(let event): return event.traceLine
    case .outOfMemory(let event): return event.traceLine
    case .glibc(let event): return event.traceLine
    case .process(let event): return event.traceLine
    case .pageAllocator(let event): return event.traceLine
    case .compaction(let event): return event.traceLine
    case .slab(let event): return event.traceLine
    case .vmalloc(let event): return event.traceLine
    }
  }
}
