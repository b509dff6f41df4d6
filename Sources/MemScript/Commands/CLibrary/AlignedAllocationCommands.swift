// memalign and its kin: blocks at aligned addresses.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let memalign = call(
    "memalign", [.init("alignment", .integer), .init("size", .integer)], layer: .cLibrary,
    source: "memalign(3)",
    summary: "Allocates size bytes at an address that is a multiple of alignment.",
    details: "An alignment that is not a power of two is raised to the next one, as glibc does."
  ) { session, arguments in
    let alignment = try arguments.size(0)
    let size = try arguments.size(1)
    return ScriptValue.result(try session.machine.memalign(alignment, size, in: session.currentProcess))
  }

  static let alignedAlloc = call(
    "aligned_alloc", [.init("alignment", .integer), .init("size", .integer)], layer: .cLibrary,
    source: "aligned_alloc(3)",
    summary: "Allocates size bytes at an address that is a multiple of alignment.",
    details: "The same as memalign, but since glibc 2.38 an alignment that is no power of two is EINVAL."
  ) { session, arguments in
    let alignment = try arguments.size(0)
    let size = try arguments.size(1)
    return ScriptValue.result(try session.machine.alignedAlloc(alignment, size, in: session.currentProcess))
  }

  static let posixMemalign = call(
    "posix_memalign", [.init("alignment", .integer), .init("size", .integer)], layer: .cLibrary,
    source: "posix_memalign(3)",
    summary: "Allocates size bytes at a multiple of alignment, a power of two and a multiple of a "
      + "pointer's size.",
    details: "C stores the pointer through its first argument; here it is the result. On failure the "
      + "result is "
      + "NULL and errno is what C returns: EINVAL or ENOMEM."
  ) { session, arguments in
    let alignment = try arguments.size(0)
    let size = try arguments.size(1)
    switch try session.machine.posixMemalign(alignment, size, in: session.currentProcess) {
    case .success(let pointer): return ScriptValue.result(pointer)
    case .failure(let errno):
      session.machine.setErrno(errno, of: session.currentProcess)
      return ScriptValue.result(0)
    }
  }

  static let valloc = call(
    "valloc", [.init("size", .integer)], layer: .cLibrary, source: "valloc(3)",
    summary: "Allocates size bytes at the start of a page."
  ) { session, arguments in
    let size = try arguments.size(0)
    return ScriptValue.result(try session.machine.valloc(size, in: session.currentProcess))
  }

  static let pvalloc = call(
    "pvalloc", [.init("size", .integer)], layer: .cLibrary, source: "pvalloc(3)",
    summary: "Allocates whole pages, at the start of a page."
  ) { session, arguments in
    let size = try arguments.size(0)
    return ScriptValue.result(try session.machine.pvalloc(size, in: session.currentProcess))
  }
}
