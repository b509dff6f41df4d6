// mallopt: the allocator's parameters.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let mallopt = call(
    "mallopt", [.init("param", .integer), .init("value", .integer)], layer: .cLibrary, source: "mallopt(3)",
    summary: "Sets a parameter of the allocator: M_TRIM_THRESHOLD, M_MMAP_MAX, M_TOP_PAD and their kin.",
    details: "Returns 1 on success and 0 on error. Both arguments are a C int: of larger numbers the "
      + "low 32 bits "
      + "count, so that -1UL is -1."
  ) { session, arguments in
    let parameter = Int32(truncatingIfNeeded: try arguments.integer(0))
    let value = Int32(truncatingIfNeeded: try arguments.integer(1))
    return .integer(Int64(try session.machine.mallopt(parameter, value, in: session.currentProcess)))
  }
}
