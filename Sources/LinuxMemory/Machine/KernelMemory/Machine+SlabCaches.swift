// Slab caches of a caller's own: created, used, shrunk, destroyed.

extension Machine {
  /// Creates a slab cache: `struct kmem_cache *kmem_cache_create(name, size, align, flags, ctor)`.
  ///
  /// A cache that is like an existing one shares it (`find_mergeable`), as on Linux.
  ///
  /// - Parameters:
  ///   - name: the name in `/proc/slabinfo`, not empty.
  ///   - size: bytes of an object, 1 to 4 MiB.
  ///   - alignment: 0, or a number of bytes, of which 32 bits count; one that is no power of two is taken as
  ///     `ALIGN` takes it.
  ///   - flags: `SLAB_…`.
  ///   - hasConstructor: whether `ctor` is given; it is not run, but free objects must stay as it left them,
  ///     so that the free pointer lies behind the object and the cache is shared with nobody.
  ///   - userSize: the `usersize` of `kmem_cache_create_usercopy`; a cache with such bytes is shared with
  ///     nobody.
  /// - Returns: the address of the cache's descriptor, which lies in the cache `kmem_cache`; or why the
  ///   call returns NULL.
  public mutating func kmemCacheCreate(
    name: String, size: UInt64, alignment: UInt64, flags: SlabFlags, hasConstructor: Bool = false,
    userSize: UInt64 = 0
  ) -> Result<UInt64, KernelAllocationFailure> {
    guard !name.isEmpty else { return .failure(.invalid("a cache needs a name")) }
    let limit = configuration.profile.kmallocLimit
    // The kernel divides by zero here.
    guard size > 0 else { return .failure(.invalid("objects have 1 to \(limit) bytes, not 0")) }
    guard size <= limit else {
      reportFailedCreation(name, .EINVAL)
      return .failure(.invalid("objects have 1 to \(limit) bytes, not \(size)"))
    }
    guard SlabFlags.permitted.isSuperset(of: flags) else {
      reportFailedCreation(name, .EINVAL)
      return .failure(.invalid("flags outside SLAB_FLAGS_PERMITTED"))
    }
    let flags = flags.intersection(.kept)
    let objectSize = Int(size)
    let align = Int(UInt32(truncatingIfNeeded: alignment))
    // More than an object has may not be copied, and nothing may then.
    let userBytes = userSize <= size ? Int(userSize) : 0
    let isMergeable = flags.isDisjoint(with: .neverMerge) && !hasConstructor && userBytes == 0
    if isMergeable, let shared = slab.mergeTarget(objectSize: objectSize, alignment: align, flags: flags) {
      return shareCache(shared, name: name, objectSize: objectSize)
    }
    guard
      let geometry = SlabGeometry(
        objectSize: objectSize, alignment: align, flags: flags, hasConstructor: hasConstructor,
        profile: configuration.profile, cpus: configuration.cpus)
    else {
      reportFailedCreation(name, .EINVAL)
      return .failure(.tooLarge)
    }
    return allocateDescriptor().map { address in
      _ = slab.insert(
        SlabCache(
          name: name, objectSize: objectSize, geometry: geometry, flags: flags,
          isMergeable: isMergeable, address: address, userSize: userBytes, hasConstructor: hasConstructor))
      return address
    }
  }

  /// Takes an object: `void *kmem_cache_alloc(struct kmem_cache *s, gfp_t flags)`.
  ///
  /// - Returns: the object's address, or why the call returns NULL.
  /// - Throws: `SlabMisuse.notACache` for an address that `kmemCacheCreate` did not return.
  public mutating func kmemCacheAlloc(
    _ cache: UInt64, _ flags: GFPFlags
  ) throws(SlabMisuse) -> Result<UInt64, KernelAllocationFailure> {
    let index = try cacheIndex(cache)
    let size = UInt64(slab.caches[index]?.objectSize ?? 0)
    return allocateObject(index, requested: size, flags)
  }

  /// Gives an object back: `void kmem_cache_free(struct kmem_cache *s, void *p)`.
  ///
  /// - Throws: `SlabMisuse` for an object that is free or that belongs to no cache, and nothing has changed
  ///   then; or for one of another cache, which has got it back then, as with `SLAB_FREELIST_HARDENED`.
  public mutating func kmemCacheFree(_ cache: UInt64, _ address: UInt64) throws(SlabMisuse) {
    let index = try cacheIndex(cache)
    guard address != 0 else { return }
    guard let number = slab.slabNumber(at: address) else { throw misuse(.notAllocated(address)) }
    let actual = Int(slab.pool[Int(number)].cache)
    guard actual != index else { return try freeObject(address, inSlab: number) }
    let (name, actualName) = (slab.caches[index]?.name ?? "", slab.caches[actual]?.name ?? "")
    reportWrongCache(name, actual: actualName)
    try freeObject(address, inSlab: number)
    throw misuse(.wrongCache(address, cache: name, actual: actualName))
  }

  /// Frees the empty slabs of a cache: `int kmem_cache_shrink(struct kmem_cache *s)`.
  ///
  /// - Returns: 0 when the cache has no slab any more, 1 otherwise.
  /// - Throws: `SlabMisuse.notACache` for an address that `kmemCacheCreate` did not return.
  @discardableResult
  public mutating func kmemCacheShrink(_ cache: UInt64) throws(SlabMisuse) -> Int {
    let index = try cacheIndex(cache)
    free(slab.shrink(index))
    return slab.caches[index]?.slabCount == 0 ? 0 : 1
  }

  /// Removes a cache: `void kmem_cache_destroy(struct kmem_cache *s)`. NULL does nothing.
  ///
  /// - Throws: `SlabMisuse.objectsRemain` while objects are in use; the cache stays then, as on Linux.
  public mutating func kmemCacheDestroy(_ cache: UInt64) throws(SlabMisuse) {
    guard cache != 0 else { return }
    let index = try cacheIndex(cache)
    var returned: [Slab.ReturnedPages] = []
    let isLast = slab.destroy(index, returned: &returned)
    free(returned)
    guard isLast else { return }
    if let remaining = slab.caches[index] {
      reportRemainingObjects(of: index)
      throw misuse(.objectsRemain(cache: remaining.name, objects: remaining.usedObjects))
    }
    if let number = slab.slabNumber(at: cache) { try freeObject(cache, inSlab: number) }
  }

  private func cacheIndex(_ address: UInt64) throws(SlabMisuse) -> Int {
    guard let id = slab.cacheID(at: address) else { throw .notACache(address) }
    return id.index
  }

  /// Lets a creation share a cache; one from before the first command gets a descriptor first.
  private mutating func shareCache(
    _ index: Int, name: String, objectSize: Int
  ) -> Result<UInt64, KernelAllocationFailure> {
    if let address = slab.descriptorAddress(of: index) {
      slab.share(index, name: name, objectSize: objectSize)
      return .success(address)
    }
    return allocateDescriptor().map { address in
      slab.cacheByAddress[address] = Int32(truncatingIfNeeded: index)
      slab.share(index, name: name, objectSize: objectSize)
      return address
    }
  }

  private mutating func allocateDescriptor() -> Result<UInt64, KernelAllocationFailure> {
    guard let index = slab.caches.firstIndex(where: { $0?.name == "kmem_cache" }) else {
      return .failure(.outOfMemory)
    }
    let size = UInt64(slab.caches[index]?.objectSize ?? 0)
    return allocateObject(index, requested: size, .GFP_KERNEL)
  }

  /// Logs which objects keep a cache from being destroyed (`free_partial`, `list_slab_objects`, mm/slub.c;
  /// `kmem_cache_destroy`, mm/slab_common.c). Only partial slabs are on a list that can be searched; the
  /// flags of their pages are left out.
  private mutating func reportRemainingObjects(of cache: Int) {
    guard let description = slab.caches[cache] else { return }
    for partial in slab.slabs(of: SlabCacheID(index: cache)) where partial.place == .nodePartial {
      reportRemainingObjects(in: partial, of: description)
    }
    log.warn(
      "kmem_cache_destroy \(description.name): Slab cache still has objects when called from a script",
      about: .cacheInUse, reportContext())
  }

  /// Logs that an object was freed to a cache that it is not of (`cache_from_obj`, mm/slab.h).
  private mutating func reportWrongCache(_ named: String, actual: String) {
    log.warn(
      "cache_from_obj: Wrong slab cache. \(named) but object is from \(actual)", about: .wrongCache,
      reportContext())
  }

  /// Logs a creation that fails (`kmem_cache_create_usercopy`, mm/slab_common.c).
  private mutating func reportFailedCreation(_ name: String, _ error: ErrorNumber) {
    log.append("kmem_cache_create_usercopy(\(name)) failed with error -\(error.rawValue)", at: clock)
    log.append(log.stackDumpHeading(reportContext()), at: clock)
  }

  private mutating func reportRemainingObjects(in partial: SlabDescription, of cache: SlabCache) {
    let page = reportContext().address(pageStruct(of: partial.frame))
    let size = UInt64(cache.geometry.size)
    let padding = UInt64(cache.geometry.leftPadding)
    let free =
      partial.freeList.first.map { reportContext().address(partial.address + UInt64($0) * size + padding) }
      ?? "0"
    let rule = { (character: Character) in String(repeating: character, count: 77) }
    let lines = [
      rule("="),
      "BUG \(cache.name) (\(log.taint.text)): Objects remaining in \(cache.name) on __kmem_cache_shutdown()",
      rule("-"), "",
      "Slab 0x\(page) objects=\(partial.capacity) used=\(partial.capacity - partial.freeList.count) fp=0x\(free)",
      log.stackDumpHeading(reportContext()),
    ]
    for line in lines { log.append(line, at: clock, level: .error) }
    log.taintByBadPage(at: clock)
    for (index, isUsed) in partial.used.enumerated() where isUsed {
      let offset = UInt64(index) * size + padding
      log.append(
        "Object 0x\(reportContext().address(partial.address + offset)) @offset=\(offset)", at: clock,
        level: .error)
    }
  }
}
