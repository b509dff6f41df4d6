// What the machine tells a listener: one case for each subsystem.

/// Something that a layer of the machine did, in that layer's own terms.
///
/// Rendering an event as text is the listener's work.
public enum MachineEvent: Equatable, Sendable {
  /// A process changed its address space through a system call.
  case addressSpace(AddressSpaceEvent)
  /// Touching memory brought pages into a process.
  case fault(FaultEvent)
  /// Reclaim freed memory, or swap changed.
  case reclaim(ReclaimEvent)
  /// A request for committed memory was refused.
  case overcommit(OvercommitEvent)
  /// The OOM killer acted.
  case outOfMemory(OOMEvent)
  /// glibc's allocator took a step.
  case glibc(GlibcEvent)
  /// A process started or ended.
  case process(ProcessEvent)
  /// The page allocator split, merged or stole blocks.
  case pageAllocator(PageAllocatorEvent)
  /// Pages were moved to make room for large blocks.
  case compaction(CompactionEvent)
  /// A slab cache served a request, grew or shrank.
  case slab(SlabEvent)
  /// Pages of files came into memory, changed there, or went to the disk.
  case pageCache(PageCacheEvent)
  /// A control group changed, or ran into one of its limits.
  case controlGroup(ControlGroupEvent)
  /// The vmalloc area changed.
  case vmalloc(VmallocEvent)
}
