// Flags of a slab cache.

// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// Flags of `kmem_cache_create` with the values of Linux 6.1 (`slab_flags_t`, include/linux/slab.h).
public struct SlabFlags: OptionSet, Hashable, Sendable {
  /// The bits as the kernel numbers them.
  public let rawValue: UInt32

  /// Makes flags of raw bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Objects begin on cache lines.
  public static let SLAB_HWCACHE_ALIGN = SlabFlags(rawValue: 0x2000)
  /// Pages come from ZONE_DMA.
  public static let SLAB_CACHE_DMA = SlabFlags(rawValue: 0x4000)
  /// Pages come from ZONE_DMA32.
  public static let SLAB_CACHE_DMA32 = SlabFlags(rawValue: 0x8000)
  /// Objects can be freed by a shrinker.
  public static let SLAB_RECLAIM_ACCOUNT = SlabFlags(rawValue: 0x20000)
  /// Failing to create the cache is fatal.
  public static let SLAB_PANIC = SlabFlags(rawValue: 0x40000)
  /// Pages are freed after a grace period, so the free pointer lies behind the object.
  public static let SLAB_TYPESAFE_BY_RCU = SlabFlags(rawValue: 0x80000)
  /// Pages are spread over nodes.
  public static let SLAB_MEM_SPREAD = SlabFlags(rawValue: 0x100000)
  /// Objects are charged to the memory cgroup.
  public static let SLAB_ACCOUNT = SlabFlags(rawValue: 0x400_0000)

  /// Everything that is modelled.
  public static let modelled: SlabFlags = [
    .SLAB_HWCACHE_ALIGN, .SLAB_CACHE_DMA, .SLAB_CACHE_DMA32, .SLAB_RECLAIM_ACCOUNT, .SLAB_PANIC,
    .SLAB_TYPESAFE_BY_RCU, .SLAB_MEM_SPREAD, .SLAB_ACCOUNT,
  ]

  /// Flags in which two caches must agree to be merged (`SLAB_MERGE_SAME`).
  static let mergeSame: SlabFlags = [
    .SLAB_RECLAIM_ACCOUNT, .SLAB_CACHE_DMA, .SLAB_CACHE_DMA32, .SLAB_ACCOUNT,
  ]
}
