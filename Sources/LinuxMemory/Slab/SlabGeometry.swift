// How objects are laid out in a slab: the kernel's own calculation.

/// Size, alignment, order and object count of a slab cache (`calculate_sizes`, mm/slub.c of Linux 6.1).
public struct SlabGeometry: Hashable, Sendable, Codable {
  /// Bytes from one object to the next (`<objsize>` of `/proc/slabinfo`).
  public let size: Int
  /// The alignment of objects in bytes.
  public let alignment: Int
  /// The order of a slab's pages.
  public let order: Int
  /// Objects in a slab of that order.
  public let objectsPerSlab: Int
  /// The order that is tried when no slab of the usual order can be had.
  public let minimumOrder: Int
  /// How many partial slabs a node keeps even when they are empty.
  public let minimumPartial: Int
  /// How many free objects a CPU may keep in partial slabs.
  public let perCPUPartialObjects: Int

  /// Bytes before each object in which a red zone reveals writes (`red_left_pad`).
  public let leftPadding: Int

  /// The largest order that is tried for the sake of density (`slub_max_order`).
  private static let preferredOrderLimit = 3
  /// The least alignment of any object (`ARCH_SLAB_MINALIGN`).
  private static let leastAlignment = 8
  /// The most objects that a slab can count (`MAX_OBJS_PER_PAGE`).
  private static let objectLimit = 32_767

  /// Computes the layout.
  ///
  /// - Parameters:
  ///   - objectSize: bytes of an object, at least 1.
  ///   - alignment: the alignment asked for, 0 for none; the kernel does not check that it is a power of two.
  ///   - flags: cache-line alignment, whether the free pointer must lie behind the object, and what debugging
  ///     keeps beside it.
  ///   - hasConstructor: whether free objects must stay as a constructor left them.
  ///   - profile: word size and cache line.
  ///   - cpus: CPUs of the machine; more CPUs ask for more objects per slab.
  /// - Returns: nil when not even one object fits into the largest block.
  package init?(
    objectSize: Int, alignment: Int, flags: SlabFlags, hasConstructor: Bool = false,
    profile: ArchitectureProfile, cpus: Int
  ) {
    guard objectSize > 0, objectSize <= 4096 << MemoryZone.largestOrder else { return nil }
    let alignment = Self.alignment(alignment, objectSize: objectSize, flags, profile)
    let word = profile.wordSize
    let hasRedZone = flags.contains(.SLAB_RED_ZONE)
    var size = Self.roundUp(objectSize, to: word)
    // Behind an object that fills its words the red zone has a word of its own.
    if hasRedZone, size == objectSize { size += word }
    if hasConstructor || !flags.isDisjoint(with: [.SLAB_TYPESAFE_BY_RCU, .SLAB_POISON])
      || (hasRedZone && objectSize < word)
    {
      size += word
    }
    if flags.contains(.SLAB_STORE_USER) { size += 2 * Self.trackSize(profile) }
    let leftPadding = hasRedZone ? Self.roundUp(word, to: alignment) : 0
    if hasRedZone { size += word + leftPadding }
    self.init(
      size: Self.roundUp(size, to: alignment), alignment: alignment, cpus: cpus, leftPadding: leftPadding,
      isDebugged: !flags.isDisjoint(with: .debugging))
  }

  /// Bytes that tell who allocated or freed an object, from where and when (`struct track`).
  private static func trackSize(_ profile: ArchitectureProfile) -> Int {
    roundUp(profile.wordSize + 4 + 4 + 4, to: profile.wordSize) + profile.wordSize
  }

  /// Computes the layout for objects of a known distance.
  init?(size: Int, alignment: Int, cpus: Int, leftPadding: Int = 0, isDebugged: Bool = false) {
    guard size > 0, let order = Self.order(size: size, cpus: cpus) else { return nil }
    self.size = size
    self.alignment = alignment
    self.leftPadding = leftPadding
    self.order = order
    objectsPerSlab = (4096 << order) / size
    minimumOrder = Self.pageOrder(size)
    minimumPartial = Swift.min(10, Swift.max(5, (Int.bitWidth - 1 - size.leadingZeroBitCount) / 2))
    switch size {
    case _ where isDebugged: perCPUPartialObjects = 0
    case 4096...: perCPUPartialObjects = 6
    case 1024...: perCPUPartialObjects = 24
    case 256...: perCPUPartialObjects = 52
    default: perCPUPartialObjects = 120
    }
  }

  /// The alignment in force (`calculate_alignment`, mm/slab_common.c): the part of a cache line that
  /// small objects share evenly.
  static func alignment(
    _ wanted: Int, objectSize: Int, _ flags: SlabFlags, _ profile: ArchitectureProfile
  ) -> Int {
    var result = wanted
    if flags.contains(.SLAB_HWCACHE_ALIGN) {
      var line = profile.cacheLineSize
      while objectSize <= line / 2 { line /= 2 }
      result = Swift.max(result, line)
    }
    return roundUp(Swift.max(result, leastAlignment), to: profile.wordSize)
  }

  /// The order of a slab (`calculate_order`): the smallest that wastes at most a sixteenth, then an
  /// eighth, then a quarter, with fewer and fewer objects.
  private static func order(size: Int, cpus: Int) -> Int? {
    let binaryDigits = Int.bitWidth - Swift.max(cpus, 1).leadingZeroBitCount
    var objects = Swift.min(4 * (binaryDigits + 1), (4096 << preferredOrderLimit) / size)
    while objects > 1 {
      for fraction in [16, 8, 4] {
        let order = order(size: size, objects: objects, limit: preferredOrderLimit, fraction: fraction)
        if order <= preferredOrderLimit { return order }
      }
      objects -= 1
    }
    let single = order(size: size, objects: 1, limit: preferredOrderLimit, fraction: 1)
    if single <= preferredOrderLimit { return single }
    let large = order(size: size, objects: 1, limit: MemoryZone.largestOrder, fraction: 1)
    return large <= MemoryZone.largestOrder ? large : nil
  }

  private static func order(size: Int, objects: Int, limit: Int, fraction: Int) -> Int {
    if 4096 / size > objectLimit { return pageOrder(size * objectLimit) - 1 }
    var order = pageOrder(objects * size)
    while order <= limit, (4096 << order) % size > (4096 << order) / fraction { order += 1 }
    return order
  }

  /// The smallest order whose pages hold a number of bytes (`get_order`).
  static func pageOrder(_ bytes: Int) -> Int {
    bytes <= 4096 ? 0 : Int.bitWidth - ((bytes - 1) >> 12).leadingZeroBitCount
  }

  /// Rounds as the kernel's `ALIGN` does, with a mask: an alignment that is no power of two gives what it gives
  /// there.
  static func roundUp(_ value: Int, to alignment: Int) -> Int {
    (value + alignment - 1) & ~(alignment - 1)
  }
}
