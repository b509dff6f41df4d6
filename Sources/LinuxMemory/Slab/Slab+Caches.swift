// Caches come and go.

extension Slab {
  /// The cache that a new one would be merged into (`find_mergeable`, mm/slab_common.c).
  func mergeTarget(objectSize: Int, alignment: Int, flags: SlabFlags) -> Int? {
    guard flags.isDisjoint(with: .neverMerge) else { return nil }
    let word = SlabGeometry.roundUp(objectSize, to: profile.wordSize)
    let alignment = SlabGeometry.alignment(alignment, objectSize: word, flags, profile)
    let size = SlabGeometry.roundUp(word, to: alignment)
    return caches.indices.first { index in
      guard let cache = caches[index], cache.isMergeable, cache.geometry.size >= size else { return false }
      return cache.flags.intersection(.mergeSame) == flags.intersection(.mergeSame)
        && cache.geometry.size & (alignment - 1) == 0 && cache.geometry.size - size < profile.wordSize
    }
  }

  /// Enters a cache that does not share another one's slabs.
  mutating func insert(_ cache: SlabCache) -> SlabCacheID {
    let index = caches.count
    var cache = cache
    cache.sequence = SlabSequence(seed: seed, cache: index)
    caches.append(cache)
    if cache.address != 0 { cacheByAddress[cache.address] = Int32(truncatingIfNeeded: index) }
    return SlabCacheID(index: index)
  }

  /// The address of a cache's descriptor; nil for one from before the first script command.
  func descriptorAddress(of index: Int) -> UInt64? {
    cacheByAddress.first { Int($0.value) == index }?.key
  }

  /// Lets one more creation share a cache.
  mutating func share(_ index: Int, name: String, objectSize: Int) {
    caches[index]?.references += 1
    caches[index]?.aliases.append(name)
    if let size = caches[index]?.objectSize { caches[index]?.objectSize = Swift.max(size, objectSize) }
  }

  /// Gives empty slabs back, the last of the list first, and sorts the partial ones, the fullest first
  /// (`__kmem_cache_shrink`).
  ///
  /// - Returns: the pages that the cache no longer needs.
  mutating func shrink(_ cache: Int) -> [ReturnedPages] {
    var returned = flush(cache)
    let slabs = nodePartialNumbers(cache)
    for slab in slabs { unlinkFromNode(slab, cache) }
    let kept = slabs.filter { pool[Int($0)].used > 0 }
    for slab in slabs.reversed() where pool[Int(slab)].used == 0 { discard(slab, returned: &returned) }
    // Slabs with up to 32 free objects are sorted; the emptier ones follow in their old order.
    let sortable = kept.filter { pool[Int($0)].free <= 32 }
    let sorted = (1...32).flatMap { free in
      // Each is moved to the front of its class.
      sortable.reversed().filter { pool[Int($0)].free == free }
    }
    for slab in sorted + kept.filter({ pool[Int($0)].free > 32 }) { linkToNode(slab, cache) }
    return returned
  }

  /// Takes all slabs away from the CPU (`flush_all`).
  ///
  /// - Returns: the pages that the cache no longer needs.
  mutating func flush(_ cache: Int) -> [ReturnedPages] {
    var returned: [ReturnedPages] = []
    flushCurrent(cache, returned: &returned)
    unfreezePartials(cache, returned: &returned)
    return returned
  }

  /// Ends one creation's use of a cache; the last one removes it (`kmem_cache_destroy`). While objects
  /// remain the cache stays, and for good, since nobody refers to it any more.
  ///
  /// - Parameter returned: receives the pages that are free now.
  /// - Returns: whether it was the last use.
  mutating func destroy(_ cache: Int, returned: inout [ReturnedPages]) -> Bool {
    guard let description = caches[cache] else { return false }
    caches[cache]?.references -= 1
    guard description.references == 1 else { return false }
    returned += flush(cache)
    for slab in nodePartialNumbers(cache).reversed() where pool[Int(slab)].used == 0 {
      unlinkFromNode(slab, cache)
      discard(slab, returned: &returned)
    }
    if description.usedObjects == 0 {
      if let address = descriptorAddress(of: cache) { cacheByAddress[address] = nil }
      caches[cache] = nil
    }
    return true
  }
}
