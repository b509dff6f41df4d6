// The caches that exist before the first script command.

/// A slab cache of a booted kernel as recorded in `/proc/slabinfo` and `/sys/kernel/slab`.
struct BootSlabCache: Sendable {
  /// With which others the kernel would merge it.
  enum Merging: Sendable {
    /// None: it has a constructor, its objects outlive their freeing, or its kind forbids it.
    case none
    /// Those without special accounting.
    case plain
    /// Those charged to the memory cgroup.
    case account
    /// Those that a shrinker frees.
    case reclaimable
    /// Those that are charged and that a shrinker frees.
    case both
  }

  let name: String
  /// Bytes of an object.
  let objectSize: Int
  /// Bytes from one object to the next.
  let size: Int
  let align: Int
  let merging: Merging
  /// The other caches that share it, by name.
  let aliases: [String]
  /// Whether its pages count as reclaimable.
  let isReclaimable: Bool
  /// Slabs at the first shell prompt.
  let slabs: Int

  init(
    _ name: String, _ objectSize: Int, _ size: Int, align: Int, _ merging: Merging = .none,
    aliases: [String] = [], reclaimable: Bool = false, slabs: Int = 0
  ) {
    self.name = name
    self.objectSize = objectSize
    self.size = size
    self.align = align
    self.merging = merging
    self.aliases = aliases
    isReclaimable = reclaimable || merging == .reclaimable || merging == .both
    self.slabs = slabs
  }

  /// The flags as far as they are known.
  var flags: SlabFlags {
    var flags: SlabFlags = isReclaimable ? [.SLAB_RECLAIM_ACCOUNT] : []
    if merging == .account || merging == .both { flags.insert(.SLAB_ACCOUNT) }
    if name.hasPrefix("kmalloc-cg") { flags.insert(.SLAB_ACCOUNT) }
    if name.hasPrefix("dma-kmalloc") { flags.insert(.SLAB_CACHE_DMA) }
    if align == 64 { flags.insert(.SLAB_HWCACHE_ALIGN) }
    return flags
  }

  /// Whether only a machine with high memory has it: for the pages that are copied for devices.
  var needsHighMemory: Bool { name == "bio-96" }
}

/// The slab caches of a booted kernel and how they grow with the machine.
struct BootSlabs: Sendable {
  /// The caches in the order of `/proc/slabinfo`, the newest first.
  let caches: [BootSlabCache]
  /// Pages of large allocations at the first shell prompt.
  let largePages: Int
  /// The objects that a machine with four CPUs has more than one with one CPU.
  let growthToFourCPUs: [String: Int]
  /// Objects for each memory block beyond the eight of 1 GiB.
  let growthPerMemoryBlock: [String: Int]
  /// The cache that has free objects in partial slabs of the node, and how many with one CPU and with four.
  let freeObjects: (name: String, one: Int, four: Int)
}
