// Sizes and flags to kmalloc caches.

/// The kinds of kmalloc caches (`enum kmalloc_cache_type`).
public enum KmallocKind: Int, CaseIterable, Sendable {
  /// `kmalloc-…`.
  case normal
  /// `dma-kmalloc-…`: from ZONE_DMA.
  case dma
  /// `kmalloc-cg-…`: charged to the memory cgroup.
  case charged
  /// `kmalloc-rcl-…`: freed by a shrinker.
  case reclaimable

  /// The kind that serves a request (`kmalloc_type`).
  public init(_ flags: GFPFlags) {
    if flags.isDisjoint(with: [.__GFP_DMA, .__GFP_RECLAIMABLE, .__GFP_ACCOUNT]) {
      self = .normal
    } else if flags.contains(.__GFP_DMA) {
      self = .dma
    } else {
      self = flags.contains(.__GFP_RECLAIMABLE) ? .reclaimable : .charged
    }
  }

  /// What precedes the size in a cache's name.
  var prefix: String {
    switch self {
    case .normal: return "kmalloc-"
    case .dma: return "dma-kmalloc-"
    case .charged: return "kmalloc-cg-"
    case .reclaimable: return "kmalloc-rcl-"
    }
  }
}

extension Slab {
  /// The sizes of kmalloc caches on x86.
  package static let kmallocSizes = [8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192]

  /// The address that kmalloc(0) returns (`ZERO_SIZE_PTR`).
  package static let zeroSizePointer: UInt64 = 16

  /// The index in `kmallocSizes` of the class that serves a size; nil for 0 and above 8 KiB
  /// (`kmalloc_index`).
  package static func kmallocClass(of size: UInt64) -> Int? {
    guard size > 0, size <= 8192 else { return nil }
    return kmallocSizes.firstIndex { UInt64($0) >= size }
  }

  /// The name of a class as part of a cache's name: `96`, `4k`.
  static func className(_ size: Int) -> String {
    size >= 1024 ? "\(size / 1024)k" : "\(size)"
  }

  /// The number of the cache that serves a size, at most 8 KiB.
  func kmallocCache(size: UInt64, flags: GFPFlags) -> Int? {
    guard let index = Self.kmallocClass(of: size) else { return nil }
    return Int(kmallocCaches[KmallocKind(flags).rawValue][index])
  }

  /// The usable bytes of an allocation (`ksize`, mm/slab_common.c).
  ///
  /// - Returns: 0 for NULL and for the pointer that kmalloc(0) returns; a misuse for an address that
  ///   belongs to no allocation.
  package func usableSize(at address: UInt64) -> Result<UInt64, SlabMisuse> {
    if address <= Self.zeroSizePointer { return .success(0) }
    if let number = slabNumber(at: address) {
      let slab = pool[Int(number)]
      guard let cache = caches[Int(slab.cache)] else { return .failure(.notAllocated(address)) }
      guard let object = objectIndex(of: address, in: number) else {
        return .failure(.insideObject(address, cache: cache.name))
      }
      guard slab.isInUse(object) else { return .failure(.doubleFree(address, cache: cache.name)) }
      return .success(UInt64(cache.usableBytes(profile)))
    }
    if let frame = frame(at: address), address & 4095 == 0, let order = large[frame] {
      return .success(4096 << UInt64(order))
    }
    return .failure(.notAllocated(address))
  }
}
