// What the slab allocator did, for whoever listens.

/// A step of the slab allocator.
public enum SlabEvent: Sendable, Equatable {
  /// A cache served a request: bytes asked for, bytes usable, the object's address.
  case served(cache: String, requested: UInt64, usable: UInt64, address: UInt64)
  /// A request too large for any cache was served by the page allocator.
  case servedLarge(requested: UInt64, order: Int, frame: FrameNumber, address: UInt64)
  /// A cache took pages for a new slab.
  case slabAdded(cache: String, frame: FrameNumber, order: Int, objects: Int)
  /// An empty slab went back to the page allocator.
  case slabReturned(cache: String, frame: FrameNumber, order: Int)
  /// An object went back to its cache.
  case freed(cache: String, address: UInt64)
  /// A large allocation went back to the page allocator.
  case freedLarge(address: UInt64, order: Int)
  /// A request failed.
  case failed(requested: UInt64, KernelAllocationFailure)
  /// A call that a kernel would answer with a BUG or corrupt itself over.
  case misuse(SlabMisuse)
}

/// Why the kernel's allocators gave nothing.
public enum KernelAllocationFailure: Error, Sendable, Equatable {
  /// No pages within the watermark, also after reclaim where that was allowed.
  case outOfMemory
  /// More than any allocator serves.
  case tooLarge
  /// An argument that the kernel refuses (`EINVAL`).
  case invalid(String)
  /// The vmalloc area has no gap that is large enough.
  case addressSpaceExhausted
}

/// A mistake in freeing memory.
public enum SlabMisuse: Error, Sendable, Equatable {
  /// The address belongs to no allocation.
  case notAllocated(UInt64)
  /// The object was free already.
  case doubleFree(UInt64, cache: String)
  /// The address is not the start of an object.
  case insideObject(UInt64, cache: String)
  /// The object belongs to another cache than the one named.
  case wrongCache(UInt64, cache: String, actual: String)
  /// The cache still has objects in use and cannot be destroyed.
  case objectsRemain(cache: String, objects: Int)
  /// The address is not a cache's descriptor.
  case notACache(UInt64)
}
