// Flags of a slab cache.

// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// Flags of `kmem_cache_create` with the values of Linux 6.1 (`slab_flags_t`, include/linux/slab.h).
public struct SlabFlags: OptionSet, Hashable, Sendable, Codable {
  /// The bits as the kernel numbers them.
  public let rawValue: UInt32

  /// Makes flags of raw bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Frees are checked before they are done.
  public static let SLAB_CONSISTENCY_CHECKS = SlabFlags(rawValue: 0x100)
  /// Words around an object reveal writes beyond it.
  public static let SLAB_RED_ZONE = SlabFlags(rawValue: 0x400)
  /// Free objects are filled with a pattern.
  public static let SLAB_POISON = SlabFlags(rawValue: 0x800)
  /// Marks the caches of kmalloc; ignored in a creation.
  public static let SLAB_KMALLOC = SlabFlags(rawValue: 0x1000)
  /// Objects begin on cache lines.
  public static let SLAB_HWCACHE_ALIGN = SlabFlags(rawValue: 0x2000)
  /// Pages come from ZONE_DMA.
  public static let SLAB_CACHE_DMA = SlabFlags(rawValue: 0x4000)
  /// Pages come from ZONE_DMA32.
  public static let SLAB_CACHE_DMA32 = SlabFlags(rawValue: 0x8000)
  /// Who allocated and who freed an object is kept behind it.
  public static let SLAB_STORE_USER = SlabFlags(rawValue: 0x10000)
  /// Objects can be freed by a shrinker.
  public static let SLAB_RECLAIM_ACCOUNT = SlabFlags(rawValue: 0x20000)
  /// Failing to create the cache is fatal.
  public static let SLAB_PANIC = SlabFlags(rawValue: 0x40000)
  /// Pages are freed after a grace period, so the free pointer lies behind the object.
  public static let SLAB_TYPESAFE_BY_RCU = SlabFlags(rawValue: 0x80000)
  /// Pages are spread over nodes; SLUB ignores it.
  public static let SLAB_MEM_SPREAD = SlabFlags(rawValue: 0x100000)
  /// Every allocation and every free is logged.
  public static let SLAB_TRACE = SlabFlags(rawValue: 0x200000)
  /// The leak detector does not follow the objects.
  public static let SLAB_NOLEAKTRACE = SlabFlags(rawValue: 0x800000)
  /// Objects are charged to the memory cgroup.
  public static let SLAB_ACCOUNT = SlabFlags(rawValue: 0x400_0000)
  /// `slub_debug=` on the command line does not touch the cache.
  public static let SLAB_NO_USER_FLAGS = SlabFlags(rawValue: 0x1000_0000)

  /// Flags that switch on debugging, which does without slabs of a CPU (`SLAB_DEBUG_FLAGS`).
  public static let debugging: SlabFlags = [
    .SLAB_CONSISTENCY_CHECKS, .SLAB_RED_ZONE, .SLAB_POISON, .SLAB_STORE_USER, .SLAB_TRACE,
  ]

  /// Flags that a cache keeps (`CACHE_CREATE_MASK`).
  static let kept: SlabFlags = debugging.union([
    .SLAB_HWCACHE_ALIGN, .SLAB_CACHE_DMA, .SLAB_CACHE_DMA32, .SLAB_PANIC, .SLAB_TYPESAFE_BY_RCU,
    .SLAB_NOLEAKTRACE, .SLAB_RECLAIM_ACCOUNT, .SLAB_ACCOUNT, .SLAB_NO_USER_FLAGS,
  ])

  /// Flags that a creation may name (`SLAB_FLAGS_PERMITTED`).
  public static let permitted: SlabFlags = kept.union([.SLAB_MEM_SPREAD, .SLAB_KMALLOC])

  /// Flags that keep a cache from being merged (`SLAB_NEVER_MERGE`).
  static let neverMerge: SlabFlags = [
    .SLAB_RED_ZONE, .SLAB_POISON, .SLAB_STORE_USER, .SLAB_TRACE, .SLAB_TYPESAFE_BY_RCU, .SLAB_NOLEAKTRACE,
  ]

  /// Flags in which two caches must agree to be merged (`SLAB_MERGE_SAME`).
  static let mergeSame: SlabFlags = [
    .SLAB_RECLAIM_ACCOUNT, .SLAB_CACHE_DMA, .SLAB_CACHE_DMA32, .SLAB_ACCOUNT,
  ]
}
