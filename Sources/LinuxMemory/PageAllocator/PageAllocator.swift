// The page allocator: a request's way through the zones.

/// The zones of the machine and the rules by which they serve requests for pages
/// (mm/page_alloc.c of Linux 6.1).
package struct PageAllocator: Sendable, Equatable, Codable {
  /// The zones from the lowest addresses up, the empty ones included.
  package internal(set) var zones: [MemoryZone]
  /// The class of request whose fast path keeps migrate types apart; -1 for none.
  let guardedClass: Int
  /// Where requests of each kind of zone go.
  let routes: RequestRoutes
  /// `min_free_kbytes` as it is in force.
  package internal(set) var minFreeKilobytes = 0
  /// `watermark_scale_factor`, in ten-thousandths of a zone.
  package internal(set) var watermarkScaleFactor = 10
  /// `lowmem_reserve_ratio`, one divisor per zone; 0 reserves nothing.
  package internal(set) var lowmemReserveRatio: [Int]
  /// How many CPUs share the zones.
  let cpus: Int

  /// Pages that the allocator was given at boot (`totalram_pages`, MemTotal).
  package var totalPages: Int { zones.reduce(0) { $0 + $1.managed } }
  /// Pages on the free lists of all zones (`NR_FREE_PAGES`, MemFree).
  package var freePageCount: Int { zones.reduce(0) { $0 + $1.freePages } }
  /// Pages on per-CPU lists, which MemFree does not count.
  package var perCPUPageCount: Int { zones.reduce(0) { $0 + $1.allCPUsCount } }

  /// About how many bytes of the host's memory the free lists take.
  var stateByteCount: Int { zones.reduce(0) { $0 + $1.index.stateByteCount } }

  /// Whether zones note what they do for `drainEvents`.
  package var recordsEvents = false {
    didSet {
      for index in zones.indices { zones[index].recordsEvents = recordsEvents }
    }
  }

  /// The events since the last call, zone by zone.
  package mutating func drainEvents() -> [PageAllocatorEvent] {
    var result: [PageAllocatorEvent] = []
    for index in zones.indices where !zones[index].events.isEmpty {
      result += zones[index].events
      zones[index].events.removeAll()
    }
    return result
  }

  /// The index in `zones` of the highest zone that a request may be served from.
  @inline(__always)
  package func requestClass(of flags: GFPFlags) -> Int {
    routes.requestClass(flags.highestZone)
  }

  /// The index in `zones` of the zone that holds a frame; nil for a frame in no zone.
  @inline(__always)
  package func zoneIndex(of frame: FrameNumber) -> Int? {
    var index = routes.highest
    while index >= 0 {
      if zones[index].contains(frame) { return index }
      index &-= 1
    }
    return nil
  }

  /// Whether some of the frames lie in a zone that a request of a class can use.
  func isReachable(_ runs: [FrameRange], requestClass: Int) -> Bool {
    runs.contains { run in (zoneIndex(of: run.start) ?? 0) <= requestClass }
  }

  /// Takes a block of `1 << order` pages, without reclaim and without retry.
  ///
  /// - Parameters:
  ///   - order: 0 to 10.
  ///   - flags: zones and migrate type.
  ///   - watermark: the mark that a zone must keep.
  /// - Returns: the first frame; nil when no zone may give the block
  ///   (`get_page_from_freelist`, mm/page_alloc.c).
  package mutating func allocate(order: Int, _ flags: GFPFlags, watermark: Watermark) -> FrameNumber? {
    let requestClass = requestClass(of: flags)
    let type = flags.migrateType
    if order == 0,
      let frame = zones[routes.firstChoice(flags.highestZone)].takeCached(
        type: type, watermark, requestClass: requestClass)
    {
      zones[routes.firstChoice(flags.highestZone)].noteServed(order: 0)
      return FrameNumber(frame)
    }
    return allocateUncached(order: order, flags, type, watermark, requestClass)
  }

  /// The way of a request that no per-CPU list of the preferred zone can serve at once.
  @inline(never)
  private mutating func allocateUncached(
    order: Int, _ flags: GFPFlags, _ type: MigrateType, _ watermark: Watermark, _ requestClass: Int
  ) -> FrameNumber? {
    guard order >= 0, order <= MemoryZone.largestOrder else { return nil }
    let gentle = avoidsFragmentation(requestClass, watermark)
    let reserves = order > 0 && watermark.prefersAtomicReserve
    if let frame = allocate(
      order, type, watermark, requestClass, avoidsFragmentation: gentle, reserves: reserves)
    {
      return FrameNumber(frame)
    }
    guard gentle,
      let frame = allocate(
        order, type, watermark, requestClass, avoidsFragmentation: false, reserves: reserves)
    else { return nil }
    return FrameNumber(frame)
  }

  /// One round through the zones, from the highest that the request may use down.
  @inline(__always)
  private mutating func allocate(
    _ order: Int, _ type: MigrateType, _ watermark: Watermark, _ requestClass: Int,
    avoidsFragmentation: Bool, reserves: Bool
  ) -> Int? {
    var index = requestClass
    while index >= 0 {
      if zones[index].mayGive(order: order, watermark, requestClass: requestClass),
        let frame = zones[index].take(
          order: order, type: type, watermark: watermark,
          avoidsFragmentation: avoidsFragmentation)
      {
        if reserves { zones[index].reserveHighAtomic(at: frame) }
        zones[index].noteServed(order: order)
        return frame
      }
      index -= 1
    }
    return nil
  }

  /// Whether the first round keeps migrate types apart (`alloc_flags_nofragment`): on the fast path of
  /// a 64-bit machine that has a Normal zone.
  @inline(__always)
  func avoidsFragmentation(_ requestClass: Int, _ watermark: Watermark) -> Bool {
    watermark == .low && requestClass == guardedClass
  }

  /// Notes that a block is given out for what cannot move, or is so no longer: what a page block is used for
  /// decides whom it goes to when one migrate type takes from another.
  mutating func pin(_ frame: FrameNumber, order: Int, _ isPinned: Bool = true) {
    guard let index = zoneIndex(of: frame) else { return }
    zones[index].pin(frame.rawValue, order: order, isPinned)
  }

  /// Gives one page block of the reserves for atomic requests to requests with these flags.
  ///
  /// - Parameter takesLast: whether a zone may lose its last one.
  /// - Returns: whether there was one.
  mutating func unreserveHighAtomic(for flags: GFPFlags, takesLast: Bool) -> Bool {
    for index in (0...requestClass(of: flags)).reversed()
    where zones[index].unreserveHighAtomic(for: flags.migrateType, takesLast: takesLast) {
      return true
    }
    return false
  }

  /// Frees a block that `allocate` returned; the order must be the one it was allocated with.
  @inline(__always)
  package mutating func free(_ frame: FrameNumber, order: Int) {
    guard order >= 0, order <= MemoryZone.largestOrder, let index = zoneIndex(of: frame) else { return }
    if order == 0 {
      zones[index].putPage(frame.rawValue)
    } else {
      zones[index].put(frame.rawValue, order: order)
    }
  }
}
