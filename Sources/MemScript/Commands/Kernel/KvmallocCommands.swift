// kvmalloc and kvfree: kernel memory in one piece if that is easy, else mapped.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let kvmalloc = call(
    "kvmalloc", [.init("size", .integer), .init("flags", .integer, optional: true)], layer: .kernel,
    source: "mm/util.c",
    summary: "As kmalloc, but falls back to vmalloc when no block is large enough.",
    details: "On x86_64 a mapping of 2 MiB or more consists of blocks of 2 MiB when there are such. Without "
      + "__GFP_DIRECT_RECLAIM in flags nothing is mapped. Returns NULL on failure."
  ) { session, arguments in
    let size = try arguments.size(0)
    return session.kernelAddress(session.machine.kvmalloc(size, try arguments.allocationFlags(1)))
  }

  static let kvfree = call(
    "kvfree", [.init("addr", .pointer)], layer: .kernel, source: "mm/util.c",
    summary: "Frees what kvmalloc, vmalloc or kmalloc returned; kvfree(NULL) does nothing."
  ) { session, arguments in
    let address = try arguments.address(0)
    return try session.kernelCall("kvfree") {
      try session.machine.kvfree(address)
      return .null
    }
  }
}
