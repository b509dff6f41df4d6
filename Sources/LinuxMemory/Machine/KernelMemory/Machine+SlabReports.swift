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
      "kmem_cache_destroy \(description.name): Slab cache still has objects when called from a script",
      about: .cacheInUse)
  }

  /// Logs that an object was freed to a cache that it is not of (`cache_from_obj`, mm/slab.h).
  mutating func reportWrongCache(_ named: String, actual: String) {
    logWarning("cache_from_obj: Wrong slab cache. \(named) but object is from \(actual)", about: .wrongCache)
  }

  /// Logs what the kernel sees of an object that is freed although it is free: with hardened free lists it
  /// notices that the list would lead from the object to itself (`set_freepointer`, mm/slub.c), and nothing
  /// when another object was freed in between.
  mutating func reportDoubleFree(_ address: UInt64) {
    guard let number = slab.slabNumber(at: address), let object = slab.objectIndex(of: address, in: number),
      slab.pool[Int(number)].freed.last.map({ Int($0) }) == object
    else { return }
    logBug(at: "mm/slub.c:419")
  }

  /// Logs a creation that fails (`kmem_cache_create_usercopy`, mm/slab_common.c).
  mutating func reportFailedCreation(_ name: String, _ error: Errno) {
    log.append("kmem_cache_create_usercopy(\(name)) failed with error -\(error.rawValue)", at: clock)
    log.append(stackDumpHeading, at: clock)
  }

  private mutating func reportRemainingObjects(in partial: SlabDescription, of cache: SlabCache) {
    let page = pointerText(pageStruct(of: partial.frame))
    let size = UInt64(cache.geometry.size)
    let padding = UInt64(cache.geometry.leftPadding)
    let free =
      partial.freeList.first.map { pointerText(partial.address + UInt64($0) * size + padding) } ?? "0"
    let rule = { (character: Character) in String(repeating: character, count: 77) }
    let lines = [
      rule("="),
      "BUG \(cache.name) (\(log.taint.text)): Objects remaining in \(cache.name) on __kmem_cache_shutdown()",
      rule("-"), "",
      "Slab 0x\(page) objects=\(partial.capacity) used=\(partial.capacity - partial.freeList.count) fp=0x\(free)",
      stackDumpHeading,
    ]
    for line in lines { log.append(line, at: clock, level: .error) }
    taintByBadPage()
    for (index, isUsed) in partial.used.enumerated() where isUsed {
      let offset = UInt64(index) * size + padding
      log.append(
        "Object 0x\(pointerText(partial.address + offset)) @offset=\(offset)", at: clock, level: .error)
    }
  }
}
