// The slab caches as a value: who holds how much, and how full the slabs are.

import LinuxMemory

/// What `slab` shows without a name.
public struct SlabView: Sendable, Equatable, Encodable {
  /// One cache.
  public struct Cache: Sendable, Equatable, Encodable {
    /// Its name in `/proc/slabinfo`.
    public var name: String
    /// Bytes of an object with its padding, and objects in a slab.
    public var objectSize: Int, objectsPerSlab: Int
    /// Objects in use, and for how many there is room.
    public var used: Int, total: Int
    /// Pages of its slabs.
    public var pages: Int
    /// Whether a shrinker can free them (SReclaimable).
    public var isReclaimable: Bool
  }

  /// The caches that hold pages, the largest first.
  public var caches: [Cache]
  /// Pages of blocks that kmalloc took past the caches, because they are too large for them.
  public var largePages: Int

  /// Looks at a machine.
  public init(of machine: Machine) {
    caches = machine.slab.cachesNewestFirst.filter { $0.pages > 0 }.map { cache in
      Cache(
        name: cache.name, objectSize: cache.geometry.size, objectsPerSlab: cache.geometry.objectsPerSlab,
        used: cache.usedObjects, total: cache.objectCount, pages: cache.pages,
        isReclaimable: cache.isReclaimable)
    }.sorted { ($1.pages, $0.name) < ($0.pages, $1.name) }
    let inCaches = caches.reduce(0) { $0 + $1.pages }
    largePages = max(machine.slab.reclaimablePages + machine.slab.unreclaimablePages - inCaches, 0)
  }

  /// The picture: a bar for each of the largest caches.
  public func text(_ style: ViewStyle = ViewStyle(), limit: Int = 12) -> String {
    let size = { (pages: Int) in byteCountText(UInt64(max(pages, 0)) << 12) }
    let all = caches.reduce(0) { $0 + $1.pages }
    let reclaimable = caches.reduce(0) { $0 + ($1.isReclaimable ? $1.pages : 0) }
    var text = TextWrap.lines(
      "slab: \(size(all)) in \(caches.count) caches, \(size(reclaimable)) of it reclaimable; \(size(largePages)) in blocks too large for caches",
      width: style.columns, hanging: 4)
    let cells = style.columns < 70 ? 8 : 16
    for cache in caches.prefix(limit) {
      let bar = style.bar(
        [(UInt64(max(cache.used, 0)), .full)], of: UInt64(max(cache.total, 1)), cells: cells)
      text += "  \(cache.name.alignedLeft(20)) \(bar) \(size(cache.pages).alignedRight(9))"
      text += style.columns < 70 ? "\n" : "  \(cache.used) of \(cache.total) x \(cache.objectSize) bytes\n"
    }
    if caches.count > limit {
      text += TextWrap.lines(
        "  ... \(caches.count - limit) more; 'slab NAME' draws one, 'slabtop' lists all",
        width: style.columns, hanging: 4)
    }
    return text + style.legend([(.full, "objects in use"), (.empty, "free in its slabs")], behind: " ")
  }
}
