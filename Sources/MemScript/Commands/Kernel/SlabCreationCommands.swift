// kmem_cache_create and kmem_cache_create_usercopy: new caches of equal objects.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let kmemCacheCreate = call(
    "kmem_cache_create",
    [
      .init("name", .string), .init("size", .integer), .init("align", .integer, optional: true),
      .init("flags", .integer, optional: true), .init("ctor", .any, optional: true),
    ], layer: .kernel, source: "mm/slab_common.c",
    summary: "Makes a cache of objects of size bytes and returns it.",
    details: "Like the kernel, it shares an existing cache whose objects are alike. Returns NULL on "
      + "failure. Any ctor but NULL stands for a constructor: it does nothing, but the cache is laid out as "
      + "with one and shared with nobody. SLAB_POISON, SLAB_RED_ZONE, SLAB_STORE_USER, "
      + "SLAB_CONSISTENCY_CHECKS and SLAB_TRACE lay objects out as on Linux and keep them from the CPU's own "
      + "lists; the checks themselves are not made."
  ) { session, arguments in
    try session.createCache(arguments, flags: 3, constructor: 4, userSize: 0)
  }

  static let kmemCacheCreateUsercopy = call(
    "kmem_cache_create_usercopy",
    [
      .init("name", .string), .init("size", .integer), .init("align", .integer), .init("flags", .integer),
      .init("useroffset", .integer), .init("usersize", .integer), .init("ctor", .any, optional: true),
    ], layer: .kernel, source: "mm/slab_common.c",
    summary: "As kmem_cache_create, for objects of which usersize bytes may be copied to user space.",
    details: "With a usersize the cache is shared with nobody."
  ) { session, arguments in
    let (offset, size) = (try arguments.size(4), try arguments.size(5))
    // The kernel warns of a region beyond the object and goes on without one.
    let (end, overflow) = offset.addingReportingOverflow(size)
    let objectSize = try arguments.size(1)
    let isInside = !overflow && end <= objectSize
    return try session.createCache(arguments, flags: 3, constructor: 6, userSize: isInside ? size : 0)
  }
}

extension Session {
  /// Makes a cache of a name, a size and an alignment, which are the first three arguments.
  fileprivate func createCache(
    _ arguments: borrowing CallArguments, flags: Int, constructor: Int, userSize: UInt64
  ) throws -> ScriptValue {
    let name = try arguments.string(0)
    let size = try arguments.size(1)
    let alignment = arguments.isPresent(2) ? try arguments.size(2) : 0
    let bits = arguments.isPresent(flags) ? try arguments.integer(flags) : 0
    guard let raw = UInt32(exactly: bits) else {
      throw ScriptError("SLAB flags have 32 bits", argument: flags)
    }
    let hasConstructor = arguments.isPresent(constructor) && arguments[constructor] != .null
    return kernelAddress(
      machine.kmemCacheCreate(
        name: name, size: size, alignment: alignment, flags: SlabFlags(rawValue: raw),
        hasConstructor: hasConstructor, userSize: userSize))
  }
}
