// Objects leave and enter slabs; slabs move between the CPU, the node and the page allocator.

extension Slab {
  /// Takes an object of a cache.
  ///
  /// - Returns: its address; nil when the cache needs a new slab first (`___slab_alloc`).
  mutating func takeObject(of cache: Int) -> UInt64? {
    // Stored properties one by one: a computed one would copy the whole cache first.
    guard caches.indices.contains(cache), let flags = caches[cache]?.flags else { return nil }
    if !flags.isDisjoint(with: .debugging) { return takeObjectFromNode(cache) }
    while true {
      let current = caches[cache]?.current ?? -1
      if current >= 0 {
        if let sequence = caches[cache]?.sequence, let object = pool[Int(current)].takeObject(sequence) {
          caches[cache]?.ownObjects += 1
          return address(of: object, in: current)
        }
        pool[Int(current)].place = .full
        caches[cache]?.current = -1
      }
      guard activatePartial(cache) else { return nil }
    }
  }

  /// Takes an object of a cache that is debugged: always from the node's first partial slab
  /// (`alloc_single_from_partial`).
  private mutating func takeObjectFromNode(_ cache: Int) -> UInt64? {
    guard let slab = caches[cache]?.nodeHead, slab >= 0, let sequence = caches[cache]?.sequence,
      let object = pool[Int(slab)].takeObject(sequence)
    else { return nil }
    caches[cache]?.ownObjects += 1
    caches[cache]?.nodeFreeObjects -= 1
    if pool[Int(slab)].free == 0 {
      unlinkFromNode(slab, cache)
      pool[Int(slab)].place = .full
    }
    return address(of: object, in: slab)
  }

  /// Makes a partial slab the CPU's current one: first its own, then one of the node's
  /// (`get_partial_node`, which also fills half of the CPU's list).
  private mutating func activatePartial(_ cache: Int) -> Bool {
    if let slab = caches[cache]?.perCPUPartial.popLast() {
      pool[Int(slab)].place = .current
      caches[cache]?.current = slab
      return true
    }
    guard let slab = caches[cache]?.nodeHead, slab >= 0 else { return false }
    unlinkFromNode(slab, cache)
    pool[Int(slab)].place = .current
    caches[cache]?.current = slab
    let limit = (caches[cache]?.perCPUPartialLimit ?? 0) / 2
    var taken = 0
    while taken <= limit, let next = caches[cache]?.nodeHead, next >= 0 {
      unlinkFromNode(next, cache)
      pool[Int(next)].place = .perCPUPartial
      caches[cache]?.perCPUPartial.append(next)
      taken += 1
    }
    return true
  }

  /// Gives a cache pages for a new slab, which becomes the CPU's current one; that of a cache that is debugged
  /// becomes the node's first partial one.
  mutating func addSlab(to cache: Int, frame: FrameNumber, order: Int) {
    guard caches.indices.contains(cache), let geometry = caches[cache]?.geometry,
      let start = caches[cache]?.sequence.start(count: geometry.objectsPerSlab)
    else { return }
    let capacity = (4096 << order) / geometry.size
    let slab = SlabPage(
      cache: Int32(truncatingIfNeeded: cache), frame: frame.rawValue, order: order, capacity: capacity,
      untouched: start)
    let number: Int32
    if let reused = unused.popLast() {
      number = reused
      pool[Int(number)] = slab
    } else {
      number = Int32(truncatingIfNeeded: pool.count)
      pool.append(slab)
    }
    slabByFrame[frame.rawValue] = number
    largestSlabOrder = Swift.max(largestSlabOrder, order)
    caches[cache]?.ownSlabs += 1
    caches[cache]?.ownCapacity += capacity
    caches[cache]?.ownPages += 1 << order
    if caches[cache]?.isDebugged == true { return linkToNode(number, cache, atHead: true) }
    if let old = caches[cache]?.current, old >= 0 { deactivate(old, cache) }
    caches[cache]?.current = number
  }

  /// Puts an object back (`__slab_free`).
  ///
  /// - Parameters:
  ///   - address: the object.
  ///   - slab: the slab it lies in.
  ///   - returned: receives slabs that became empty and are not kept.
  /// - Returns: the mistake, if it is one; then nothing has changed.
  mutating func putObject(
    _ address: UInt64, inSlab slab: Int32, returned: inout [ReturnedPages]
  ) -> SlabMisuse? {
    let number = Int(slab)
    let cache = Int(pool[number].cache)
    guard let name = caches[cache]?.name else { return .notAllocated(address) }
    guard let object = objectIndex(of: address, in: slab) else { return .insideObject(address, cache: name) }
    guard pool[number].isInUse(object) else { return .doubleFree(address, cache: name) }
    pool[number].putObject(object)
    caches[cache]?.ownObjects -= 1
    switch pool[number].place {
    case .current, .perCPUPartial, .gone:
      break
    case .full where caches[cache]?.flags.isDisjoint(with: .debugging) == false:
      keepForNode(slab, cache, returned: &returned)
    case .full:
      keepForCPU(slab, cache, returned: &returned)
    case .nodePartial:
      caches[cache]?.nodeFreeObjects += 1
      if pool[number].used == 0, (caches[cache]?.nodeCount ?? 0) >= (caches[cache]?.minimumPartial ?? 0) {
        unlinkFromNode(slab, cache)
        discard(slab, returned: &returned)
      }
    }
    return nil
  }

  /// Puts a slab that was full last on the node's list (`free_debug_processing`); one with a single object,
  /// empty now, may go back at once.
  private mutating func keepForNode(_ slab: Int32, _ cache: Int, returned: inout [ReturnedPages]) {
    if pool[Int(slab)].used == 0, (caches[cache]?.nodeCount ?? 0) >= (caches[cache]?.minimumPartial ?? 0) {
      discard(slab, returned: &returned)
    } else {
      linkToNode(slab, cache)
    }
  }

  /// Adds a slab to the CPU's partial ones; when there are enough, the others go to the node
  /// (`put_cpu_partial`).
  private mutating func keepForCPU(_ slab: Int32, _ cache: Int, returned: inout [ReturnedPages]) {
    let limit = caches[cache]?.perCPUPartialLimit ?? 0
    if (caches[cache]?.perCPUPartial.count ?? 0) >= Swift.max(limit, 1) {
      unfreezePartials(cache, returned: &returned)
    }
    pool[Int(slab)].place = .perCPUPartial
    caches[cache]?.perCPUPartial.append(slab)
  }

  /// Moves the CPU's partial slabs to the node; empty ones beyond the minimum are given back, the last one
  /// first (`__unfreeze_partials`).
  mutating func unfreezePartials(_ cache: Int, returned: inout [ReturnedPages]) {
    let slabs = caches[cache]?.perCPUPartial ?? []
    caches[cache]?.perCPUPartial = []
    let minimum = caches[cache]?.minimumPartial ?? 0
    var empty: [Int32] = []
    for slab in slabs.reversed() {
      if pool[Int(slab)].used == 0, (caches[cache]?.nodeCount ?? 0) >= minimum {
        empty.append(slab)
      } else {
        linkToNode(slab, cache)
      }
    }
    for slab in empty.reversed() { discard(slab, returned: &returned) }
  }

  /// Takes the CPU's current slab away from it (`deactivate_slab`, `flush_slab`).
  mutating func flushCurrent(_ cache: Int, returned: inout [ReturnedPages]) {
    guard let current = caches[cache]?.current, current >= 0 else { return }
    caches[cache]?.current = -1
    let minimum = caches[cache]?.minimumPartial ?? 0
    if pool[Int(current)].used == 0, (caches[cache]?.nodeCount ?? 0) >= minimum {
      discard(current, returned: &returned)
    } else {
      deactivate(current, cache)
    }
  }

  private mutating func deactivate(_ slab: Int32, _ cache: Int) {
    if pool[Int(slab)].free == 0 {
      pool[Int(slab)].place = .full
    } else {
      linkToNode(slab, cache, atHead: true)
    }
  }

  /// Hands a slab's pages back.
  mutating func discard(_ slab: Int32, returned: inout [ReturnedPages]) {
    let number = Int(slab)
    let cache = Int(pool[number].cache)
    let frame = pool[number].frame
    let order = Int(pool[number].order)
    caches[cache]?.ownSlabs -= 1
    caches[cache]?.ownCapacity -= pool[number].capacity
    caches[cache]?.ownPages -= 1 << order
    slabByFrame[frame] = nil
    pool[number].place = .gone
    pool[number].freed = []
    unused.append(slab)
    returned.append(
      ReturnedPages(cache: caches[cache]?.name ?? "", frame: FrameNumber(frame), order: order))
  }
}

extension Slab {
  /// Puts a slab on the node's list of partial slabs.
  mutating func linkToNode(_ slab: Int32, _ cache: Int, atHead: Bool = false) {
    let number = Int(slab)
    pool[number].place = .nodePartial
    pool[number].previous = -1
    pool[number].next = -1
    let head = caches[cache]?.nodeHead ?? -1
    let tail = caches[cache]?.nodeTail ?? -1
    if head < 0 {
      caches[cache]?.nodeHead = slab
      caches[cache]?.nodeTail = slab
    } else if atHead {
      pool[number].next = head
      pool[Int(head)].previous = slab
      caches[cache]?.nodeHead = slab
    } else {
      pool[number].previous = tail
      pool[Int(tail)].next = slab
      caches[cache]?.nodeTail = slab
    }
    caches[cache]?.nodeCount += 1
    caches[cache]?.nodeFreeObjects += pool[number].free
  }

  /// Takes a slab off the node's list of partial slabs.
  mutating func unlinkFromNode(_ slab: Int32, _ cache: Int) {
    let number = Int(slab)
    let previous = pool[number].previous
    let next = pool[number].next
    if previous < 0 { caches[cache]?.nodeHead = next } else { pool[Int(previous)].next = next }
    if next < 0 { caches[cache]?.nodeTail = previous } else { pool[Int(next)].previous = previous }
    pool[number].previous = -1
    pool[number].next = -1
    caches[cache]?.nodeCount -= 1
    caches[cache]?.nodeFreeObjects -= pool[number].free
  }

  /// The node's partial slabs from the head.
  func nodePartialNumbers(_ cache: Int) -> [Int32] { partialNumbers(from: caches[cache]?.nodeHead ?? -1) }

  /// A slab of a node's list and those behind it.
  func partialNumbers(from head: Int32) -> [Int32] {
    var result: [Int32] = []
    var slab = head
    while slab >= 0 {
      result.append(slab)
      slab = pool[Int(slab)].next
    }
    return result
  }
}
