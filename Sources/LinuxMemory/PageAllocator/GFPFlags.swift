// Flags of a page request: which zones may serve it and what the allocator may do for it.

/// Get-free-pages flags with the values of Linux 6.1 (`gfp_t`, include/linux/gfp_types.h).
///
/// The names of the C macros are in `GFPFlags+Names.swift`.
public struct GFPFlags: OptionSet, Hashable, Sendable {
  /// The bits as the kernel numbers them.
  public let rawValue: UInt32

  /// Makes flags of raw bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The zone above which the request may not be served (`gfp_zone`).
  ///
  /// HighMem for movable requests only where the architecture has it; the caller clamps to the zones
  /// that exist.
  public var highestZone: ZoneKind {
    if contains(.__GFP_DMA) { return .dma }
    if contains(.__GFP_DMA32) { return .dma32 }
    return contains(.__GFP_HIGHMEM) ? .highMem : .normal
  }

  /// The migrate type of the pages (`gfp_migratetype`).
  public var migrateType: MigrateType {
    if contains(.__GFP_MOVABLE) { return .movable }
    return contains(.__GFP_RECLAIMABLE) ? .reclaimable : .unmovable
  }

  /// Whether the caller may sleep, so that direct reclaim may run for it.
  public var mayReclaim: Bool { contains(.__GFP_DIRECT_RECLAIM) }

  /// The mark that the first try of the slow path is checked against (`gfp_to_alloc_flags`).
  public var slowPathWatermark: Watermark {
    if contains(.__GFP_MEMALLOC) && !contains(.__GFP_NOMEMALLOC) { return .none }
    let waits = mayReclaim || contains(.__GFP_NOMEMALLOC)
    guard contains(.__GFP_HIGH) else { return waits ? .min : .minWithoutWaiting }
    if waits { return .urgent }
    return contains(.__GFP_ATOMIC) ? .atomic : .nonBlocking
  }
}
