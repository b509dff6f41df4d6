// kmalloc and its kin: small objects for the kernel.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let kmalloc = call(
    "kmalloc", [.init("size", .integer), .init("flags", .integer, optional: true)], layer: .kernel,
    source: "include/linux/slab.h",
    summary: "Allocates size bytes of kernel memory that are contiguous in RAM.",
    details: "Up to 8 KiB come from the slab cache of the next size, more straight from the buddy "
      + "allocator, up to "
      + "4 MiB. flags is GFP_KERNEL when left out. Returns NULL on failure."
  ) { session, arguments in
    let size = try arguments.size(0)
    return session.kernelAddress(session.machine.kmalloc(size, try arguments.allocationFlags(1)))
  }

  static let kzalloc = call(
    "kzalloc", [.init("size", .integer), .init("flags", .integer, optional: true)], layer: .kernel,
    source: "include/linux/slab.h",
    summary: "As kmalloc, with the memory set to zero."
  ) { session, arguments in
    let size = try arguments.size(0)
    return session.kernelAddress(session.machine.kzalloc(size, try arguments.allocationFlags(1)))
  }

  static let krealloc = call(
    "krealloc",
    [.init("p", .pointer), .init("new_size", .integer), .init("flags", .integer, optional: true)],
    layer: .kernel, source: "mm/slab_common.c",
    summary: "Changes the size of an object, moving it when its cache has no room."
  ) { session, arguments in
    let address = try arguments.address(0)
    let size = try arguments.size(1)
    let flags = try arguments.allocationFlags(2)
    return try session.kernelCall("krealloc") {
      session.kernelAddress(try session.machine.krealloc(address, size, flags))
    }
  }

  static let kfree = call(
    "kfree", [.init("objp", .pointer)], layer: .kernel, source: "mm/slab_common.c",
    summary: "Frees what kmalloc returned; kfree(NULL) does nothing.",
    details: "A wrong or freed address is reported and otherwise ignored; a real kernel may crash later."
  ) { session, arguments in
    let address = try arguments.address(0)
    return try session.kernelCall("kfree") {
      try session.machine.kfree(address)
      return .null
    }
  }

  static let ksize = call(
    "ksize", [.init("objp", .pointer)], layer: .kernel, source: "mm/slab_common.c",
    summary: "Returns how many bytes the object at objp really has."
  ) { session, arguments in
    let address = try arguments.address(0)
    return try session.kernelCall("ksize") {
      .integer(Int64(clamping: try session.machine.ksize(address)))
    }
  }
}
