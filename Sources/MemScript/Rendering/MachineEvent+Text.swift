// Events of every layer as trace lines.

import LinuxMemory

extension MachineEvent {
  /// The line that a trace prints for it.
  ///
  /// - Parameters:
  ///   - pages: how many pages it is about, those of others that are told with it included.
  ///   - isSum: whether it stands for others, too: then it tells no place.
  func traceLine(pages: Int, isSum: Bool) -> TraceLine {
    switch self {
    case .addressSpace(let event): return event.traceLine
    case .fault(let event): return event.traceLine(pages: pages, isSum: isSum)
    case .reclaim(let event): return event.traceLine(pages: pages)
    case .overcommit(let event): return event.traceLine
    case .outOfMemory(let event): return event.traceLine
    case .glibc(let event): return event.traceLine
    case .process(let event): return event.traceLine
    case .pageAllocator(let event): return event.traceLine
    case .compaction(let event): return event.traceLine
    case .slab(let event): return event.traceLine
    case .vmalloc(let event): return event.traceLine
    case .pageCache(let event): return event.traceLine(pages: pages, isSum: isSum)
    case .controlGroup(let event): return event.traceLine(pages: pages)
    }
  }
}
