// kmem_cache_…: caches of equal objects.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let kmemCacheAlloc = call(
    "kmem_cache_alloc", [.init("cachep", .pointer), .init("flags", .integer, optional: true)], layer: .kernel,
    source: "mm/slub.c", summary: "Takes an object from a cache; NULL when there is no memory."
  ) { session, arguments in
    let cache = try arguments.address(0)
    let flags = try arguments.allocationFlags(1)
    return try session.kernelCall("kmem_cache_alloc") {
      session.kernelAddress(try session.machine.kmemCacheAlloc(cache, flags))
    }
  }

  static let kmemCacheFree = call(
    "kmem_cache_free", [.init("cachep", .pointer), .init("objp", .pointer)], layer: .kernel,
    source: "mm/slub.c", summary: "Gives an object back to its cache.",
    details: "An object of another cache goes back to that one, with a warning in the kernel log."
  ) { session, arguments in
    let cache = try arguments.address(0)
    let object = try arguments.address(1)
    return try session.kernelCall("kmem_cache_free") {
      try session.machine.kmemCacheFree(cache, object)
      return .null
    }
  }

  static let kmemCacheShrink = call(
    "kmem_cache_shrink", [.init("cachep", .pointer)], layer: .kernel, source: "mm/slab_common.c",
    summary: "Gives a cache's empty slabs back to the buddy allocator.",
    details: "Returns 0 when no slab is left and 1 otherwise."
  ) { session, arguments in
    let cache = try arguments.address(0)
    return try session.kernelCall("kmem_cache_shrink") {
      .integer(Int64(try session.machine.kmemCacheShrink(cache)))
    }
  }

  static let kmemCacheDestroy = call(
    "kmem_cache_destroy", [.init("cachep", .pointer)], layer: .kernel, source: "mm/slab_common.c",
    summary: "Removes a cache; one that others share just loses a user.",
    details: "Objects that are still in use keep the cache for good; the kernel log names those in partial "
      + "slabs."
  ) { session, arguments in
    let cache = try arguments.address(0)
    return try session.kernelCall("kmem_cache_destroy") {
      try session.machine.kmemCacheDestroy(cache)
      return .null
    }
  }
}
