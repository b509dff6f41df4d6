// What the kernel prints about mistakes with slab caches.

extension Machine {
  /// Logs which objects keep a cache from being destroyed (`free_partial`, `list_slab_objects`, mm/slub.c;
  /// `kmem_cache_destroy`, mm/slab_common.c). Only partial slabs are on a list that can be searched; the
  /// flags of their pages are left out.
  mutating func reportRemainingObjects(of cache: Int) {
    guard let description = slab.caches[cache] else { return }
    for partial in slab.slabs(of: SlabCacheID(index: cache)) where partial.place == .nodePartial {
      reportRemainingObjects(in: partial, of: description)
    }
    logWarning(
      "kmem_cache_destroy \(description.name): Slab cache still has objects when called from a script")
  }

  /// Logs that an object was freed to a cache that it is not of (`cache_from_obj`, mm/slab.h).
  mutating func reportWrongCache(_ named: String, actual: String) {
    logWarning("cache_from_obj: Wrong slab cache. \(named) but object is from \(actual)")
  }

  private mutating func reportRemainingObjects(in partial: SlabDescription, of cache: SlabCache) {
    let page = pointerText(pageStruct(of: partial.frame))
    let size = UInt64(cache.geometry.size)
    let free = partial.freeList.first.map { pointerText(partial.address + UInt64($0) * size) } ?? "0"
    let rule = { (character: Character) in String(repeating: character, count: 77) }
    var lines = [
      rule("="),
      "BUG \(cache.name) (Not tainted): Objects remaining in \(cache.name) on __kmem_cache_shutdown()",
      rule("-"), "",
      "Slab 0x\(page) objects=\(partial.capacity) used=\(partial.capacity - partial.freeList.count) fp=0x\(free)",
      stackDumpHeading,
    ]
    for (index, isUsed) in partial.used.enumerated() where isUsed {
      let offset = UInt64(index) * size
      lines.append("Object 0x\(pointerText(partial.address + offset)) @offset=\(offset)")
    }
    for line in lines { log.append(line, at: clock, level: .error) }
  }
}
