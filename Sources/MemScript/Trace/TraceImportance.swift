// What matters of a story: which steps the brief trace tells, and which are never cut.

import LinuxMemory

/// How much a step matters.
enum TraceImportance: Int, Comparable {
  /// Follows from another step that is told.
  case detail
  /// Decided something, or changed what the user asked to change.
  case step
  /// An end, a refusal, or somebody else's loss.
  case critical

  static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension TraceStory.Entry {
  /// How much it matters in a call.
  func importance(in call: TraceCall) -> TraceImportance {
    if isSetUp { return .detail }
    switch first {
    case .glibc(let event): return event.importance
    case .fault(.refused): return .critical
    case .fault, .addressSpace(.breakMoved), .addressSpace(.mapped), .addressSpace(.unmapped),
      .addressSpace(.remapped), .addressSpace(.discarded):
      // glibc's line has told why, and how much.
      return call.kind == .allocator || call.kind == .start ? .detail : .step
    case .addressSpace(.refused): return .critical
    case .addressSpace: return .step
    case .overcommit, .outOfMemory, .process(.killed): return .critical
    case .process(.hugePageCollectorBegan), .process(.hugePageCollectorLetGo): return .detail
    case .process: return .step
    case .pageAllocator(.refused): return .critical
    case .pageAllocator(.allocated), .pageAllocator(.freed), .pageAllocator(.stolen): return .step
    case .pageAllocator: return .detail
    case .slab(.failed), .slab(.misuse), .vmalloc(.failed), .vmalloc(.misuse): return .critical
    case .slab, .vmalloc: return .step
    case .reclaim(.kswapdWoke): return .detail
    case .reclaim(.kswapdStopped), .reclaim(.directReclaim), .reclaim(.swappedOut), .reclaim(.swappedIn),
      .reclaim(.droppedFilePages), .reclaim(.swapOn), .reclaim(.swapOff):
      return .step
    case .compaction(.compacted): return .step
    case .compaction: return .detail
    case .pageCache: return .step
    case .controlGroup(.limited), .controlGroup(.outOfMemory), .controlGroup(.stuck): return .critical
    case .controlGroup: return .step
    }
  }
}

extension GlibcEvent {
  fileprivate var importance: TraceImportance {
    switch self {
    case .outOfMemory, .alignmentRefused, .breakRefused, .mappingRefused, .remapRefused, .mappingLimitReached:
      return .critical
    case .initialized, .stashed, .sorted, .zeroed, .restCut, .threadCacheBypassed, .alignmentTrimmed,
      .threadCacheCreated, .consolidated, .topAbandoned:
      return .detail
    default: return .step
    }
  }
}
