// kmalloc and its kin: from a size to an object of a slab cache, or to pages.

extension Machine {
  /// Allocates kernel memory: `void *kmalloc(size_t size, gfp_t flags)`.
  ///
  /// - Parameters:
  ///   - size: bytes; 0 gives the pointer 16 (`ZERO_SIZE_PTR`), more than 4 MiB fails.
  ///   - flags: zones and what may be done to find memory.
  /// - Returns: the kernel address, in the direct map; or why the call returns NULL.
  public mutating func kmalloc(_ size: UInt64, _ flags: GFPFlags) -> Result<UInt64, KernelAllocationFailure> {
    guard size > 0 else { return .success(Slab.zeroSizePointer) }
    let flags = flags.subtracting([.__GFP_HIGHMEM, .__GFP_DMA32, .__GFP_MOVABLE])
    let result = size <= 8192 ? allocateSmall(size, flags) : allocateLarge(size, flags)
    if case .failure(let reason) = result { record(.slab(.failed(requested: size, reason))) }
    return result
  }

  /// Allocates zeroed kernel memory: `void *kzalloc(size_t size, gfp_t flags)`.
  public mutating func kzalloc(_ size: UInt64, _ flags: GFPFlags) -> Result<UInt64, KernelAllocationFailure> {
    kmalloc(size, flags.union(.__GFP_ZERO))
  }

  /// Resizes kernel memory: `void *krealloc(const void *p, size_t new_size, gfp_t flags)`.
  ///
  /// An object that is large enough stays where it is; it is never made smaller. Size 0 frees.
  ///
  /// - Returns: the address; or why NULL is returned, and then the old object is untouched.
  public mutating func krealloc(
    _ address: UInt64, _ size: UInt64, _ flags: GFPFlags
  ) throws(SlabMisuse) -> Result<UInt64, KernelAllocationFailure> {
    guard size > 0 else {
      try kfree(address)
      return .success(Slab.zeroSizePointer)
    }
    let usable = try ksize(address)
    if usable >= size { return .success(address) }
    let result = kmalloc(size, flags)
    if case .success = result { try kfree(address) }
    return result
  }

  /// Frees kernel memory: `void kfree(const void *p)`. NULL and `ZERO_SIZE_PTR` do nothing.
  ///
  /// - Throws: `SlabMisuse` for an address that kmalloc did not return or that is free already; nothing
  ///   has changed then, where a kernel would stop with a BUG or corrupt itself.
  public mutating func kfree(_ address: UInt64) throws(SlabMisuse) {
    guard address > Slab.zeroSizePointer else { return }
    if let number = slab.slabNumber(at: address) {
      return try freeObject(address, inSlab: number)
    }
    guard let frame = slab.frame(at: address), address & 4095 == 0,
      let order = slab.large.removeValue(forKey: frame)
    else { throw misuse(.notAllocated(address)) }
    releaseBlock(FrameNumber(frame), order: order, of: .slab)
    record(.slab(.freedLarge(address: address, order: order)))
  }

  /// The usable bytes of kernel memory: `size_t ksize(const void *p)`.
  ///
  /// - Throws: `SlabMisuse` for an address that kmalloc did not return.
  public func ksize(_ address: UInt64) throws(SlabMisuse) -> UInt64 {
    try slab.usableSize(at: address).get()
  }

  private mutating func allocateSmall(
    _ size: UInt64, _ flags: GFPFlags
  ) -> Result<UInt64, KernelAllocationFailure> {
    guard let cache = slab.kmallocCache(size: size, flags: flags) else { return .failure(.tooLarge) }
    return allocateObject(cache, requested: size, flags)
  }

  private mutating func allocateLarge(
    _ size: UInt64, _ flags: GFPFlags
  ) -> Result<UInt64, KernelAllocationFailure> {
    guard size <= configuration.profile.kmallocLimit else {
      if !flags.contains(.__GFP_NOWARN) { log.warnOnce(about: .blockTooLarge, reportContext()) }
      return .failure(.tooLarge)
    }
    let order = SlabGeometry.pageOrder(Int(size))
    guard let frame = takeBlock(order: order, flags: flags.union(.__GFP_COMP), for: .slab) else {
      return .failure(.outOfMemory)
    }
    slab.large[frame.rawValue] = order
    let address = slab.address(of: frame.rawValue)
    record(
      .slab(.servedLarge(requested: size, order: order, frame: frame, address: address)))
    return .success(address)
  }

  /// Takes an object of a cache, with a new slab if it must be.
  mutating func allocateObject(
    _ cache: Int, requested: UInt64, _ flags: GFPFlags
  ) -> Result<UInt64, KernelAllocationFailure> {
    var object = slab.takeObject(of: cache)
    if object == nil, addSlab(to: cache, flags) { object = slab.takeObject(of: cache) }
    guard let address = object else { return .failure(.outOfMemory) }
    if events.isObserved, let description = slab.caches[cache] {
      record(
        .slab(
          .served(
            cache: description.name, requested: requested, usable: UInt64(description.geometry.size),
            address: address)))
    }
    return .success(address)
  }

  /// Brings a cache a new slab (`allocate_slab`): of the usual order if that is cheap, else of the
  /// smallest that holds an object.
  private mutating func addSlab(to cache: Int, _ flags: GFPFlags) -> Bool {
    guard let description = slab.caches[cache] else { return false }
    let geometry = description.geometry
    let flags = flags.union(description.pageFlags)
    var first = flags.union([.__GFP_NOWARN, .__GFP_NORETRY]).subtracting(.__GFP_NOFAIL)
    if flags.mayReclaim, geometry.order > geometry.minimumOrder {
      first.formUnion(.__GFP_NOMEMALLOC)
      first.subtract(.__GFP_RECLAIM)
    }
    var order = geometry.order
    var frame = takeBlock(order: order, flags: first, for: .slab)
    if frame == nil {
      order = geometry.minimumOrder
      frame = takeBlock(order: order, flags: flags, for: .slab)
    }
    guard let frame else { return false }
    slab.addSlab(to: cache, frame: frame, order: order)
    record(
      .slab(
        .slabAdded(
          cache: description.name, frame: frame, order: order,
          objects: (4096 << order) / geometry.size)))
    return true
  }

  /// Puts an object back and frees slabs that are not needed any more.
  mutating func freeObject(_ address: UInt64, inSlab number: Int32) throws(SlabMisuse) {
    let name = slab.caches[Int(slab.pool[Int(number)].cache)]?.name ?? ""
    var returned: [Slab.ReturnedPages] = []
    if let mistake = slab.putObject(address, inSlab: number, returned: &returned) {
      if case .doubleFree = mistake { reportDoubleFree(address) }
      throw misuse(mistake)
    }
    record(.slab(.freed(cache: name, address: address)))
    free(returned)
  }

  /// Gives the pages of slabs back to the page allocator.
  mutating func free(_ returned: [Slab.ReturnedPages]) {
    for pages in returned {
      releaseBlock(pages.frame, order: pages.order, of: .slab)
      record(
        .slab(.slabReturned(cache: pages.cache, frame: pages.frame, order: pages.order)))
    }
  }

  /// Records a mistake and hands it on.
  mutating func misuse(_ mistake: SlabMisuse) -> SlabMisuse {
    record(.slab(.misuse(mistake)))
    return mistake
  }

  /// Logs what the kernel sees of an object that is freed although it is free: with hardened free lists it
  /// notices that the list would lead from the object to itself (`set_freepointer`, mm/slub.c), and nothing
  /// when another object was freed in between.
  private mutating func reportDoubleFree(_ address: UInt64) {
    guard let number = slab.slabNumber(at: address), let object = slab.objectIndex(of: address, in: number),
      slab.pool[Int(number)].freed.last.map({ Int($0) }) == object
    else { return }
    log.noteBug(at: "mm/slub.c:419", reportContext())
  }
}
