// The C names of the page-request flags and of their usual combinations.

// swift-format-ignore-file: AlwaysUseLowerCamelCase, NoLeadingUnderscores, AllPublicDeclarationsHaveDocumentation

extension GFPFlags {
  /// From ZONE_DMA: the first 16 MiB.
  public static let __GFP_DMA = GFPFlags(rawValue: 0x01)
  /// High memory may be used.
  public static let __GFP_HIGHMEM = GFPFlags(rawValue: 0x02)
  /// From the first 4 GiB.
  public static let __GFP_DMA32 = GFPFlags(rawValue: 0x04)
  /// The page can be migrated or reclaimed.
  public static let __GFP_MOVABLE = GFPFlags(rawValue: 0x08)
  /// For slab caches whose objects a shrinker frees.
  public static let __GFP_RECLAIMABLE = GFPFlags(rawValue: 0x10)
  /// High priority: half of the min watermark may be used.
  public static let __GFP_HIGH = GFPFlags(rawValue: 0x20)
  /// Physical input and output may be started.
  public static let __GFP_IO = GFPFlags(rawValue: 0x40)
  /// File systems may be called.
  public static let __GFP_FS = GFPFlags(rawValue: 0x80)
  /// Zeroed on success.
  public static let __GFP_ZERO = GFPFlags(rawValue: 0x100)
  /// Cannot sleep and is high priority.
  public static let __GFP_ATOMIC = GFPFlags(rawValue: 0x200)
  /// The caller may reclaim directly.
  public static let __GFP_DIRECT_RECLAIM = GFPFlags(rawValue: 0x400)
  /// kswapd may be woken.
  public static let __GFP_KSWAPD_RECLAIM = GFPFlags(rawValue: 0x800)
  /// The page will be dirtied.
  public static let __GFP_WRITE = GFPFlags(rawValue: 0x1000)
  /// No report when the request fails.
  public static let __GFP_NOWARN = GFPFlags(rawValue: 0x2000)
  /// Try hard, but fail rather than kill.
  public static let __GFP_RETRY_MAYFAIL = GFPFlags(rawValue: 0x4000)
  /// Never fail.
  public static let __GFP_NOFAIL = GFPFlags(rawValue: 0x8000)
  /// Give up after one round of reclaim.
  public static let __GFP_NORETRY = GFPFlags(rawValue: 0x10000)
  /// All reserves may be used.
  public static let __GFP_MEMALLOC = GFPFlags(rawValue: 0x20000)
  /// A compound page.
  public static let __GFP_COMP = GFPFlags(rawValue: 0x40000)
  /// No reserves, whatever the context says.
  public static let __GFP_NOMEMALLOC = GFPFlags(rawValue: 0x80000)
  /// The cpuset's policy is enforced.
  public static let __GFP_HARDWALL = GFPFlags(rawValue: 0x100000)
  /// From the given node only.
  public static let __GFP_THISNODE = GFPFlags(rawValue: 0x200000)
  /// Charged to the memory cgroup.
  public static let __GFP_ACCOUNT = GFPFlags(rawValue: 0x400000)
  /// Direct reclaim and kswapd.
  public static let __GFP_RECLAIM: GFPFlags = [.__GFP_DIRECT_RECLAIM, .__GFP_KSWAPD_RECLAIM]

  /// From interrupt context: no sleeping, part of the reserves.
  public static let GFP_ATOMIC: GFPFlags = [.__GFP_HIGH, .__GFP_ATOMIC, .__GFP_KSWAPD_RECLAIM]
  /// The usual request of the kernel.
  public static let GFP_KERNEL: GFPFlags = [.__GFP_RECLAIM, .__GFP_IO, .__GFP_FS]
  /// The same, charged to the memory cgroup.
  public static let GFP_KERNEL_ACCOUNT: GFPFlags = [.GFP_KERNEL, .__GFP_ACCOUNT]
  /// No sleeping, no reserves.
  public static let GFP_NOWAIT: GFPFlags = [.__GFP_KSWAPD_RECLAIM]
  /// No input and output during reclaim.
  public static let GFP_NOIO: GFPFlags = [.__GFP_RECLAIM]
  /// No file system calls during reclaim.
  public static let GFP_NOFS: GFPFlags = [.__GFP_RECLAIM, .__GFP_IO]
  /// For user space, directly addressable by the kernel.
  public static let GFP_USER: GFPFlags = [.__GFP_RECLAIM, .__GFP_IO, .__GFP_FS, .__GFP_HARDWALL]
  /// Bare GFP_DMA, as the kernel spells it.
  public static let GFP_DMA: GFPFlags = [.__GFP_DMA]
  /// Bare GFP_DMA32, as the kernel spells it.
  public static let GFP_DMA32: GFPFlags = [.__GFP_DMA32]
  /// For user space, high memory allowed.
  public static let GFP_HIGHUSER: GFPFlags = [.GFP_USER, .__GFP_HIGHMEM]
  /// For anonymous and file pages of user space.
  public static let GFP_HIGHUSER_MOVABLE: GFPFlags = [.GFP_HIGHUSER, .__GFP_MOVABLE]
  /// For a transparent huge page, without any reclaim.
  public static let GFP_TRANSHUGE_LIGHT: GFPFlags = [
    .__GFP_IO, .__GFP_FS, .__GFP_HARDWALL, .__GFP_HIGHMEM, .__GFP_MOVABLE,
    .__GFP_COMP, .__GFP_NOMEMALLOC, .__GFP_NOWARN,
  ]
  /// For a transparent huge page, with direct reclaim and compaction.
  public static let GFP_TRANSHUGE: GFPFlags = [.GFP_TRANSHUGE_LIGHT, .__GFP_DIRECT_RECLAIM]
}

extension GFPFlags {
  /// The request for a page of user memory.
  public static let userPage: GFPFlags = [.GFP_HIGHUSER_MOVABLE, .__GFP_COMP, .__GFP_ZERO]
  /// The request for a page that is read back from swap.
  public static let swapIn: GFPFlags = [.GFP_HIGHUSER_MOVABLE, .__GFP_COMP]
}
