// brk and sbrk: the program break.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let brk = call(
    "brk", [.init("addr", .pointer)], layer: .systemCall, source: "brk(2)",
    summary: "Sets the end of the heap, the program break, to addr.",
    details:
      "Returns 0, or -1 with errno ENOMEM. An address below the break is no error for glibc's wrapper, whether "
      + "the kernel moves the break there or leaves it. glibc's malloc moves the break too."
  ) { session, arguments in
    let address = try arguments.address(0)
    let end = try session.machine.brk(address, in: session.currentProcess)
    return end >= address ? .integer(0) : session.failed(.ENOMEM)
  }

  static let sbrk = call(
    "sbrk", [.init("increment", .integer)], layer: .systemCall, source: "sbrk(2)",
    summary: "Moves the program break by increment bytes and returns where it was; sbrk(0) asks where it is.",
    details: "Returns -1 with errno ENOMEM when the kernel refuses."
  ) { session, arguments in
    let increment = try arguments.integer(0)
    return session.completedAddress(try session.machine.sbrk(increment, in: session.currentProcess))
  }
}
