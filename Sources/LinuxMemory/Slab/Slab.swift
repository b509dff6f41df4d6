// The slab allocator: caches, their slabs, and which slab an address lies in.

/// All slab caches of a machine (SLUB, mm/slub.c of Linux 6.1).
///
/// The allocator never asks for pages itself: a call that needs a slab says so, and whoever drives it
/// brings the pages.
package struct Slab: Sendable, Equatable, Codable {
  /// Pages that a slab allocator gives back.
  struct ReturnedPages: Equatable {
    /// The cache they belonged to.
    let cache: String
    /// The first frame.
    let frame: FrameNumber
    /// The order.
    let order: Int
  }

  /// The caches in order of creation; nil where one was destroyed.
  var caches: [SlabCache?] = []
  /// All slabs since boot, by number.
  var pool: [SlabPage] = []
  /// Numbers of slabs that are gone.
  var unused: [Int32] = []
  /// The slab whose first page a frame is.
  var slabByFrame: [Int: Int32] = [:]
  /// The order of each allocation that went straight to the page allocator, by first frame.
  var large: [Int: Int] = [:]
  /// The cache whose descriptor lies at an address.
  @InKeyOrder var cacheByAddress: [UInt64: Int32] = [:]
  /// The number of the cache for each kind of kmalloc and size class.
  var kmallocCaches: [[Int32]] = []
  /// The largest order that any slab since boot has.
  var largestSlabOrder = 0
  /// Pages of large allocations from before the first script command.
  var bootLargePages = 0
  /// Their frames.
  var bootLargeFrames: [FrameRange] = []
  /// The facts about the architecture.
  let profile: ArchitectureProfile
  /// How many CPUs there are.
  let cpus: Int
  /// What the order of objects in new slabs is drawn from.
  let seed: UInt64

  init(profile: ArchitectureProfile, cpus: Int, seed: UInt64 = 0) {
    self.profile = profile
    self.cpus = cpus
    self.seed = seed
  }

  /// How many numbers have been given to caches, destroyed ones included.
  package var cacheCount: Int { caches.count }

  /// The caches, the newest first as in `/proc/slabinfo`.
  package var cachesNewestFirst: [SlabCache] { caches.reversed().compactMap { $0 } }

  /// The cache with a number.
  package func cache(_ id: SlabCacheID) -> SlabCache? {
    caches.indices.contains(id.index) ? caches[id.index] : nil
  }

  /// The number of the cache whose descriptor lies at an address.
  package func cacheID(at address: UInt64) -> SlabCacheID? {
    cacheByAddress[address].map { SlabCacheID(index: Int($0)) }
  }

  /// Pages of all slabs that a shrinker may free (SReclaimable).
  package var reclaimablePages: Int {
    caches.reduce(0) { $0 + ($1.map { $0.isReclaimable ? $0.pages : 0 } ?? 0) }
  }

  /// Pages of all other slabs and of large allocations (SUnreclaim).
  package var unreclaimablePages: Int {
    let slabs = caches.reduce(0) { $0 + ($1.map { $0.isReclaimable ? 0 : $0.pages } ?? 0) }
    return large.values.reduce(slabs + bootLargePages) { $0 + (1 << $1) }
  }

  /// How many slabs a CPU holds (`cpu_slabs`).
  package func slabsOnCPU(_ cache: SlabCache) -> Int {
    cache.perCPUPartialSlabs + (cache.current >= 0 ? 1 : 0)
  }

  /// Objects in use in the node's partial slabs (`objects_partial`).
  package func objectsOnPartialSlabs(_ cache: SlabCache) -> Int {
    partialNumbers(from: cache.nodeHead).reduce(0) { $0 + pool[Int($1)].used }
  }

  /// The kernel address of a frame in the direct map.
  func address(of frame: Int) -> UInt64 {
    profile.directMapBase &+ UInt64(frame) << 12
  }

  /// The frame at a kernel address in the direct map; nil below it and beyond physical memory.
  func frame(at address: UInt64) -> Int? {
    guard address >= profile.directMapBase else { return nil }
    let physical = address - profile.directMapBase
    return physical < profile.physicalLimit ? Int(physical >> 12) : nil
  }

  /// The address of an object of a slab.
  func address(of object: Int, in slab: Int32) -> UInt64 {
    let geometry = caches[Int(pool[Int(slab)].cache)]?.geometry
    return address(of: pool[Int(slab)].frame)
      + UInt64(object * (geometry?.size ?? 0) + (geometry?.leftPadding ?? 0))
  }

  /// The object of a slab that starts at an address; nil when none does.
  func objectIndex(of address: UInt64, in slab: Int32) -> Int? {
    guard let geometry = caches[Int(pool[Int(slab)].cache)]?.geometry else { return nil }
    let offset = Int(address - self.address(of: pool[Int(slab)].frame)) - geometry.leftPadding
    guard offset >= 0, offset % geometry.size == 0 else { return nil }
    let object = offset / geometry.size
    return object < pool[Int(slab)].capacity ? object : nil
  }

  /// The slab in which an address lies.
  func slabNumber(at address: UInt64) -> Int32? {
    guard let frame = frame(at: address) else { return nil }
    for order in 0...largestSlabOrder {
      let first = frame & ~((1 << order) - 1)
      if let number = slabByFrame[first], Int(pool[Int(number)].order) >= order {
        let slab = pool[Int(number)]
        if frame < slab.frame + (1 << Int(slab.order)) { return number }
      }
    }
    return nil
  }
}
