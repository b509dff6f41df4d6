// rand and srand: glibc's own sequence, one for each process.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let rand = call(
    "rand", layer: .cLibrary, source: "rand(3)",
    summary: "Returns the next number of the process's sequence, 0 to RAND_MAX.",
    details:
      "The numbers are glibc's: a process that sets no seed has that of srand(1), and a child goes on as its parent would."
  ) { session, _ in .integer(Int64(session.machine.rand(in: session.currentProcess))) }

  static let srand = call(
    "srand", [.init("seed", .integer)], layer: .cLibrary, source: "srand(3)",
    summary: "Begins the sequence of a seed in the current process."
  ) { session, arguments in
    session.machine.srand(UInt32(truncatingIfNeeded: try arguments.integer(0)), in: session.currentProcess)
    return .null
  }
}
