// A slab cache: objects of one size, and the slabs they lie in.

/// A slab cache (`struct kmem_cache`).
public struct SlabCache: Sendable, Equatable, Codable {
  /// The name in `/proc/slabinfo`.
  public let name: String
  /// Bytes of an object as asked for.
  public internal(set) var objectSize: Int
  /// How objects are laid out.
  public let geometry: SlabGeometry
  /// The flags it was created with.
  public let flags: SlabFlags
  /// Whether like caches may share it.
  let isMergeable: Bool
  /// How many bytes of an object may be copied to and from user space (`usersize`).
  public let userSize: Int
  /// Whether a constructor prepares the objects of a new slab.
  public let hasConstructor: Bool
  /// How many creations it serves.
  public internal(set) var references: Int
  /// The kernel address of its descriptor.
  public let address: UInt64
  /// How many partial slabs the node keeps even when they are empty (`min_partial`).
  public internal(set) var minimumPartial: Int
  /// How many free objects the CPU may keep in partial slabs (`cpu_partial`).
  public internal(set) var perCPUPartialObjects: Int
  /// In which order the objects of new slabs are handed out; the number of the cache decides.
  var sequence = SlabSequence(seed: 0, cache: 0)
  /// The names under which later creations were merged into it.
  public internal(set) var aliases: [String] = []

  /// Slabs from before the first script command; all their objects are in use.
  public internal(set) var bootSlabs = 0
  /// The pages of those slabs.
  var bootFrames: [FrameRange] = []
  /// Slabs allocated since boot.
  public internal(set) var ownSlabs = 0
  /// Objects handed out since boot and not yet freed.
  public internal(set) var ownObjects = 0
  /// The current slab of the CPU, or -1.
  var current: Int32 = -1
  /// The partial slabs of the CPU, the one to use next last.
  var perCPUPartial: [Int32] = []
  /// The node's partial slabs, linked.
  var nodeHead: Int32 = -1
  var nodeTail: Int32 = -1
  var nodeCount = 0
  /// Free objects in the node's partial slabs.
  var nodeFreeObjects = 0
  /// Capacity of the slabs allocated since boot; they differ when a smaller order had to do.
  var ownCapacity = 0
  /// Pages of the slabs allocated since boot.
  var ownPages = 0

  /// `<num_slabs>` of `/proc/slabinfo`.
  public var slabCount: Int { bootSlabs + ownSlabs }
  /// `<num_objs>` of `/proc/slabinfo`.
  public var objectCount: Int { bootSlabs * geometry.objectsPerSlab + ownCapacity }
  /// `<active_objs>` of `/proc/slabinfo`: everything but the free objects on the node's partial slabs,
  /// since SLUB does not look into the slabs that a CPU holds.
  public var activeObjects: Int { objectCount - nodeFreeObjects }
  /// Objects that are really in use.
  public var usedObjects: Int { bootSlabs * geometry.objectsPerSlab + ownObjects }
  /// Pages of all slabs.
  public var pages: Int { (bootSlabs << geometry.order) + ownPages }
  /// Whether every step is checked: then no CPU holds slabs (`kmem_cache_debug`).
  public var isDebugged: Bool { !flags.isDisjoint(with: .debugging) }
  /// Whether the pages count as SReclaimable.
  public var isReclaimable: Bool { flags.contains(.SLAB_RECLAIM_ACCOUNT) }
  /// Free objects in the CPU's current slab and partial slabs are found through `Slab.slabs(of:)`.
  public var nodePartialSlabs: Int { nodeCount }
  /// How many partial slabs the CPU holds.
  public var perCPUPartialSlabs: Int { perCPUPartial.count }

  init(
    name: String, objectSize: Int, geometry: SlabGeometry, flags: SlabFlags, isMergeable: Bool,
    references: Int = 1, address: UInt64, userSize: Int = 0, hasConstructor: Bool = false
  ) {
    self.name = name
    self.objectSize = objectSize
    self.geometry = geometry
    self.flags = flags
    self.isMergeable = isMergeable
    self.userSize = userSize
    self.hasConstructor = hasConstructor
    self.references = references
    self.address = address
    minimumPartial = geometry.minimumPartial
    perCPUPartialObjects = geometry.perCPUPartialObjects
  }

  /// How many partial slabs the CPU keeps (`cpu_partial_slabs`): as many as hold twice the free objects
  /// that it may keep, for a partial slab is taken to be half full.
  var perCPUPartialLimit: Int {
    (perCPUPartialObjects * 2 + geometry.objectsPerSlab - 1) / geometry.objectsPerSlab
  }

  /// The bytes of an object that its user may have (`slab_ksize`, mm/slab.h): all up to the next object unless
  /// something is kept behind it.
  func usableBytes(_ profile: ArchitectureProfile) -> Int {
    if !flags.isDisjoint(with: [.SLAB_RED_ZONE, .SLAB_POISON]) { return objectSize }
    if !flags.isDisjoint(with: [.SLAB_TYPESAFE_BY_RCU, .SLAB_STORE_USER]) {
      return SlabGeometry.roundUp(objectSize, to: profile.wordSize)
    }
    return geometry.size
  }

  /// The flags for requests of pages on behalf of the cache (`allocflags`).
  var pageFlags: GFPFlags {
    var result: GFPFlags = geometry.order > 0 ? [.__GFP_COMP] : []
    if flags.contains(.SLAB_CACHE_DMA) { result.insert(.__GFP_DMA) }
    if flags.contains(.SLAB_CACHE_DMA32) { result.insert(.__GFP_DMA32) }
    if isReclaimable { result.insert(.__GFP_RECLAIMABLE) }
    return result
  }
}

/// The number of a cache; it stays the same as long as the cache exists.
public struct SlabCacheID: Hashable, Sendable {
  let index: Int
}
