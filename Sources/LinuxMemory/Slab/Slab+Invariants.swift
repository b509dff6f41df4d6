// What must hold for the slab allocator at every moment.

extension Slab {
  /// The frames of all slabs and large blocks.
  var heldFrames: [FrameRange] {
    var runs = bootLargeFrames
    for case let cache? in caches { runs += cache.bootFrames }
    for slab in pool where slab.place != .gone {
      runs.append(FrameRange(start: FrameNumber(slab.frame), count: 1 << Int(slab.order)))
    }
    for (frame, order) in large { runs.append(FrameRange(start: FrameNumber(frame), count: 1 << order)) }
    return runs
  }

  /// The rules that caches and slabs break: each slab is where it says and counts its objects, and each cache counts
  /// its slabs.
  func invariantViolations() -> [String] {
    var found: [String] = []
    var sums = [Int: SlabSums]()
    for (number, slab) in pool.enumerated() where slab.place != .gone {
      let used = slab.inUse.reduce(0) { $0 + $1.nonzeroBitCount }
      if used != slab.used { found.append("slab \(number) has \(used) objects in use, \(slab.used) counted") }
      if slabByFrame[slab.frame] != Int32(number) { found.append("slab \(number) is not found by its frame") }
      var sum = sums[Int(slab.cache)] ?? SlabSums()
      sum.slabs += 1
      sum.objects += used
      sum.capacity += slab.capacity
      sum.pages += 1 << Int(slab.order)
      if slab.place == .nodePartial {
        sum.partial += 1
        sum.partialFree += slab.free
      }
      sums[Int(slab.cache)] = sum
    }
    for (index, cache) in caches.enumerated() {
      guard let cache else {
        if sums[index] != nil { found.append("a destroyed cache has slabs") }
        continue
      }
      let counted = SlabSums(
        slabs: cache.ownSlabs, objects: cache.ownObjects, capacity: cache.ownCapacity, pages: cache.ownPages,
        partial: cache.nodeCount, partialFree: cache.nodeFreeObjects)
      if counted != sums[index] ?? SlabSums() {
        found.append("\(cache.name) has \(sums[index] ?? SlabSums()), counted are \(counted)")
      }
    }
    return found
  }

  /// What the slabs of a cache add up to.
  private struct SlabSums: Equatable {
    var slabs = 0, objects = 0, capacity = 0, pages = 0, partial = 0, partialFree = 0
  }
}
