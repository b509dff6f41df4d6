// mlock and its kin: pages that must stay.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let mlock = call(
    "mlock", [.init("addr", .pointer), .init("len", .integer)], layer: .systemCall, source: "mlock(2)",
    summary: "Brings the pages of len bytes from addr on into memory and keeps them there.",
    details: "Returns 0, or -1 and sets errno; without privilege RLIMIT_MEMLOCK is the limit."
  ) { session, arguments in
    let address = try arguments.address(0)
    let length = try arguments.size(1)
    return session.completed(try session.machine.mlock(address, length: length, in: session.currentProcess))
  }

  static let mlock2 = call(
    "mlock2", [.init("addr", .pointer), .init("len", .integer), .init("flags", .integer)], layer: .systemCall,
    source: "mlock2(2)",
    summary: "As mlock; with MLOCK_ONFAULT pages are locked when they come, not brought in at once.",
    details: "Returns 0, or -1 and sets errno."
  ) { session, arguments in
    let address = try arguments.address(0)
    let length = try arguments.size(1)
    let flags = try arguments.integer(2)
    guard flags == 0 || flags == 1 else { return session.failed(.EINVAL) }
    return session.completed(
      try session.machine.mlock(address, length: length, onFault: flags == 1, in: session.currentProcess))
  }

  static let munlock = call(
    "munlock", [.init("addr", .pointer), .init("len", .integer)], layer: .systemCall, source: "munlock(2)",
    summary: "Takes the lock of mlock from len bytes from addr on."
  ) { session, arguments in
    let address = try arguments.address(0)
    let length = try arguments.size(1)
    return session.completed(
      try session.machine.munlock(address, length: length, in: session.currentProcess))
  }

  static let mlockall = call(
    "mlockall", [.init("flags", .integer)], layer: .systemCall, source: "mlockall(2)",
    summary: "Locks all pages of the process: MCL_CURRENT those it has, MCL_FUTURE those it will get.",
    details: "With MCL_ONFAULT pages are locked when they are first touched, not brought in at once. "
      + "Returns 0, or "
      + "-1 and sets errno."
  ) { session, arguments in
    let flags = LockFlags(rawValue: Int32(truncatingIfNeeded: try arguments.integer(0)))
    return session.completed(try session.machine.mlockall(flags, in: session.currentProcess))
  }

  static let munlockall = call(
    "munlockall", layer: .systemCall, source: "munlockall(2)",
    summary: "Takes back what mlock and mlockall did."
  ) { session, _ in
    session.completed(try session.machine.munlockall(in: session.currentProcess))
  }
}
