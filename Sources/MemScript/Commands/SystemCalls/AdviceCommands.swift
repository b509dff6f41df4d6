// madvise and mincore: what a program says of its memory, and asks.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let madvise = call(
    "madvise", [.init("addr", .pointer), .init("length", .integer), .init("advice", .integer)],
    layer: .systemCall, source: "madvise(2)",
    summary: "Advises the kernel about length bytes from addr on; MADV_DONTNEED gives their pages back.",
    details: "Returns 0, or -1 and sets errno."
  ) { session, arguments in
    let address = try arguments.address(0)
    let length = try arguments.size(1)
    let number = Int32(truncatingIfNeeded: try arguments.integer(2))
    guard let advice = MemoryAdvice(rawValue: number) else { return session.failed(.EINVAL) }
    return session.completed(
      try session.machine.madvise(address, length: length, advice, in: session.currentProcess))
  }

  static let mincore = call(
    "mincore", [.init("addr", .pointer), .init("length", .integer)], layer: .systemCall, source: "mincore(2)",
    summary: "Returns how many of the pages of length bytes from addr on are resident.",
    details: "C fills a vector with one byte a page; here the number of set bytes is the result. -1 "
      + "with errno "
      + "EINVAL or ENOMEM on failure."
  ) { session, arguments in
    let address = try arguments.address(0)
    let length = try arguments.size(1)
    switch session.machine.mincore(address, length: length, in: session.currentProcess) {
    case .success(let runs):
      return .integer(runs.reduce(0) { $0 + ($1.isResident ? Int64($1.count) : 0) })
    case .failure(let errno): return session.failed(errno)
    }
  }
}
