// Under which names /sys/kernel/slab shows a cache.

extension SlabCache {
  /// The name of the directory of a cache that others may share, such as `:aA-0000192`; nil for a cache
  /// that nobody shares, whose directory has its own name (`create_unique_id`, mm/slub.c).
  public var uniqueName: String? {
    guard isMergeable else { return nil }
    let letters: [(SlabFlags, String)] = [
      (.SLAB_CACHE_DMA, "d"), (.SLAB_CACHE_DMA32, "D"), (.SLAB_RECLAIM_ACCOUNT, "a"),
      (.SLAB_CONSISTENCY_CHECKS, "F"), (.SLAB_ACCOUNT, "A"),
    ]
    let kind = letters.filter { flags.contains($0.0) }.map(\.1).joined()
    let size = String(geometry.size)
    let zeros = String(repeating: "0", count: Swift.max(0, 7 - size.utf8.count))
    return ":" + kind + (kind.isEmpty ? "" : "-") + zeros + size
  }

  /// Every name: its own, those of the caches that share it, and that of its directory.
  public var names: [String] { [name] + aliases + (uniqueName.map { [$0] } ?? []) }
}

extension Slab {
  /// The cache with a name of `/proc/slabinfo` or `/sys/kernel/slab`, links included.
  package func cache(named name: String) -> SlabCache? {
    index(named: name).flatMap { caches[$0] }
  }

  /// How many bytes an object of the cache with a name takes; 0 when there is none. The cache is not copied.
  func objectSize(ofCache name: String) -> Int {
    index(named: name).map { caches[$0]?.geometry.size ?? 0 } ?? 0
  }

  /// The number of the cache with a name.
  package func cacheID(named name: String) -> SlabCacheID? {
    index(named: name).map { SlabCacheID(index: $0) }
  }

  /// The place of the cache with a name in `caches`; the newest one counts, as its link replaced the others.
  func index(named name: String) -> Int? {
    // By place: a closure over the caches would get a copy of each.
    let places = caches.indices
    if let place = places.last(where: { caches[$0]?.name == name })
      ?? places.last(where: { caches[$0]?.aliases.contains(name) ?? false })
    {
      return place
    }
    // A name of this kind is put together for each cache that is asked.
    return name.hasPrefix(":") ? places.first { caches[$0]?.uniqueName == name } : nil
  }
}
