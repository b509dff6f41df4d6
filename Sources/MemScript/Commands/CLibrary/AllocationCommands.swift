// malloc, calloc, realloc, reallocarray: getting a block from glibc.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let malloc = call(
    "malloc", [.init("size", .integer)], layer: .cLibrary, source: "malloc(3)",
    summary: "Allocates size bytes and returns a pointer to them.",
    details: "Returns NULL and sets errno to ENOMEM when there is no memory. The memory is not "
      + "touched, but for "
      + "the header of the chunk."
  ) { session, arguments in
    let size = try arguments.size(0)
    return ScriptValue.result(try session.machine.malloc(size, in: session.currentProcess))
  }

  static let calloc = call(
    "calloc", [.init("nmemb", .integer), .init("size", .integer)], layer: .cLibrary, source: "calloc(3)",
    summary: "Allocates an array of nmemb elements of size bytes each, set to zero.",
    details: "Returns NULL and sets errno to ENOMEM when there is no memory or the product overflows."
  ) { session, arguments in
    let count = try arguments.size(0)
    let size = try arguments.size(1)
    return ScriptValue.result(try session.machine.calloc(count, size, in: session.currentProcess))
  }

  static let realloc = call(
    "realloc", [.init("ptr", .pointer), .init("size", .integer)], layer: .cLibrary, source: "realloc(3)",
    summary: "Changes the size of the block at ptr, moving it when it must.",
    details: "realloc(NULL, size) is malloc(size); realloc(ptr, 0) frees ptr and returns NULL."
  ) { session, arguments in
    let pointer = try arguments.address(0)
    let size = try arguments.size(1)
    return ScriptValue.result(try session.machine.realloc(pointer, size, in: session.currentProcess))
  }

  static let reallocarray = call(
    "reallocarray", [.init("ptr", .pointer), .init("nmemb", .integer), .init("size", .integer)],
    layer: .cLibrary, source: "reallocarray(3)",
    summary: "As realloc(ptr, nmemb * size), but fails with ENOMEM when the product overflows."
  ) { session, arguments in
    let pointer = try arguments.address(0)
    let count = try arguments.size(1)
    let size = try arguments.size(2)
    return ScriptValue.result(
      try session.machine.reallocarray(pointer, count, size, in: session.currentProcess))
  }
}
