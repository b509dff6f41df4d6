// vzalloc: zeroed memory in the vmalloc area.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let vzalloc = call(
    "vzalloc", [.init("size", .integer)], layer: .kernel, source: "mm/vmalloc.c",
    summary: "As vmalloc, with the memory set to zero."
  ) { session, arguments in
    session.kernelAddress(session.machine.vmalloc(try arguments.size(0)))
  }
}
