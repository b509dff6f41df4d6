// mmap, munmap, mremap, mprotect: mappings.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let mmap = call(
    "mmap",
    [
      .init("addr", .pointer), .init("length", .integer), .init("prot", .integer, optional: true),
      .init("flags", .integer, optional: true), .init("fd", .any, optional: true),
      .init("offset", .integer, optional: true),
    ], layer: .systemCall, source: "mmap(2)",
    summary: "Maps length bytes of memory and returns their address.",
    details: "Left out, prot is PROT_READ | PROT_WRITE, flags MAP_PRIVATE | MAP_ANONYMOUS, fd -1. Returns "
      + "MAP_FAILED (-1) and sets errno on failure. For a mapping of a file, fd is the file's path: "
      + "mmap(NULL, 1M, PROT_READ, MAP_PRIVATE, \"/data/big\")."
  ) { session, arguments in
    let address = try arguments.address(0)
    let length = try arguments.size(1)
    let protection = arguments.isPresent(2) ? try session.permissions(arguments, 2) : [.read, .write]
    let bits = arguments.isPresent(3) ? try arguments.integer(3) : 0x22
    guard let raw = UInt32(exactly: bits) else { return session.failed(.EINVAL) }
    let flags = MappingFlags(rawValue: raw)
    if flags.contains(.hugeTLB) { throw ScriptError(notModelled: "MAP_HUGETLB", argument: 3) }
    if !flags.contains(.anonymous) {
      guard case .string(let path) = arguments[4] else {
        throw ScriptError(
          "fd has to be the path of a file", argument: 4,
          hint: "write the path in quotes, or add MAP_ANONYMOUS for memory without a file")
      }
      return session.completedAddress(
        try session.machine.mmap(
          file: session.absolutePath(path), offset: try arguments.size(5),
          address: address, length: length, protection: protection, flags: flags,
          in: session.currentProcess))
    }
    return session.completedAddress(
      try session.machine.mmap(
        address: address, length: length, protection: protection, flags: flags, in: session.currentProcess))
  }

  static let munmap = call(
    "munmap", [.init("addr", .pointer), .init("length", .integer)], layer: .systemCall, source: "munmap(2)",
    summary: "Removes the mappings of length bytes from addr on.",
    details: "Returns 0, or -1 with errno EINVAL or ENOMEM."
  ) { session, arguments in
    let address = try arguments.address(0)
    let length = try arguments.size(1)
    return session.completed(
      try session.machine.munmap(address, length: length, in: session.currentProcess))
  }

  static let mremap = call(
    "mremap",
    [
      .init("old_address", .pointer), .init("old_size", .integer), .init("new_size", .integer),
      .init("flags", .integer, optional: true), .init("new_address", .pointer, optional: true),
    ], layer: .systemCall, source: "mremap(2)",
    summary: "Grows, shrinks or moves a mapping and returns its address.",
    details: "Left out, flags is 0: it may not move. Returns MAP_FAILED (-1) and sets errno on failure."
  ) { session, arguments in
    let oldAddress = try arguments.address(0)
    let oldLength = try arguments.size(1)
    let newLength = try arguments.size(2)
    let bits = arguments.isPresent(3) ? try arguments.integer(3) : 0
    guard let flags = UInt32(exactly: bits) else { return session.failed(.EINVAL) }
    let newAddress = arguments.isPresent(4) ? try arguments.address(4) : 0
    return session.completedAddress(
      try session.machine.mremap(
        oldAddress, oldLength: oldLength, newLength: newLength, flags: RemapFlags(rawValue: flags),
        newAddress: newAddress,
        in: session.currentProcess))
  }

  static let mprotect = call(
    "mprotect", [.init("addr", .pointer), .init("len", .integer), .init("prot", .integer)],
    layer: .systemCall, source: "mprotect(2)",
    summary: "Sets what may be done with len bytes from addr on: PROT_NONE, PROT_READ, PROT_WRITE, "
      + "PROT_EXEC.",
    details: "Returns 0, or -1 and sets errno."
  ) { session, arguments in
    let address = try arguments.address(0)
    let length = try arguments.size(1)
    let protection = try session.permissions(arguments, 2)
    return session.completed(
      try session.machine.mprotect(
        address, length: length, protection: protection, in: session.currentProcess))
  }
}

extension Session {
  /// The PROT_ bits of an argument.
  fileprivate func permissions(
    _ arguments: borrowing CallArguments, _ index: Int
  ) throws -> MemoryPermissions {
    let bits = try arguments.integer(index)
    guard (0...7).contains(bits) else {
      throw ScriptError(
        "prot is PROT_NONE or PROT_READ | PROT_WRITE | PROT_EXEC; other bits are not modelled",
        kind: .notModelled("other bits of prot"),
        argument: index)
    }
    return MemoryPermissions(rawValue: UInt8(bits))
  }
}
