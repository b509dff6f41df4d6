// kcalloc: an array of zeroed kernel memory.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let kcalloc = call(
    "kcalloc",
    [.init("n", .integer), .init("size", .integer), .init("flags", .integer, optional: true)], layer: .kernel,
    source: "include/linux/slab.h",
    summary: "Allocates n elements of size bytes, set to zero; NULL when the product overflows."
  ) { session, arguments in
    let (count, size) = (try arguments.size(0), try arguments.size(1))
    let flags = try arguments.allocationFlags(2)
    let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
    // A size_t has 32 bits on i386.
    let limit = session.machine.configuration.profile.wordSize == 8 ? UInt64.max : UInt64(UInt32.max)
    guard !overflow, bytes <= limit else { return ScriptValue.result(0) }
    return session.kernelAddress(session.machine.kzalloc(bytes, flags))
  }
}
