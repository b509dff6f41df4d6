// free: giving a block back.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let free = call(
    "free", [.init("ptr", .pointer)], layer: .cLibrary, source: "free(3)",
    summary: "Frees the block at ptr; free(NULL) does nothing.",
    details: "A pointer that malloc did not return, or one that was freed already, ends the process "
      + "with glibc's "
      + "own message where glibc notices it. 'free' alone or with a flag is the shell's command."
  ) { session, arguments in
    try session.machine.free(try arguments.address(0), in: session.currentProcess)
    return .null
  }

  static let mallocTrim = call(
    "malloc_trim", [.init("pad", .integer, optional: true)], layer: .cLibrary, source: "malloc_trim(3)",
    summary: "Gives free memory of the heap back to the kernel, keeping pad bytes at its top.",
    details: "Returns 1 when memory was given back, else 0."
  ) { session, arguments in
    let pad = arguments.isPresent(0) ? try arguments.size(0) : 0
    return .integer(Int64(try session.machine.mallocTrim(pad, in: session.currentProcess)))
  }
}
