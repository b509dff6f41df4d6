// fork and exit: processes begin and end.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let fork = call(
    "fork", [.init("name", .string)], layer: .systemCall, source: "fork(2)",
    summary: "Makes a copy of the current process; 'process NAME { ... }' then acts as that child.",
    details: "Returns the child's PID, or -1 and sets errno. All pages are shared until one side "
      + "writes to them."
  ) { session, arguments in
    let name = try arguments.string(0)
    guard name != Session.mainName else {
      throw ScriptError("'main' is the process of the script itself", argument: 0)
    }
    try Session.checkProcessName(name, argument: 0)
    switch try session.machine.fork(session.currentProcess, name: name) {
    case .success(let child):
      session.names.bind(name, to: child)
      return .integer(Int64(child.rawValue))
    case .failure(let errno): return session.failed(errno)
    }
  }

  static let getpid = call(
    "getpid", layer: .systemCall, source: "getpid(2)", summary: "Returns the PID of the current process."
  ) { session, _ in .integer(Int64(session.currentProcess.rawValue)) }

  static let getppid = call(
    "getppid", layer: .systemCall, source: "getpid(2)",
    summary: "Returns the PID of the current process's parent."
  ) { session, _ in
    .integer(Int64(session.machine.process(session.currentProcess)?.parent.rawValue ?? 0))
  }

  static let getuid = call(
    "getuid", layer: .systemCall, source: "getuid(2)",
    summary: "Returns the user that the current process runs as; 0 is root."
  ) { session, _ in .integer(Int64(session.machine.process(session.currentProcess)?.userID ?? 0)) }

  static let setuid = call(
    "setuid", [.init("uid", .integer)], layer: .systemCall, source: "setuid(2)",
    summary: "Makes the process run as another user, with the privileges of that user.",
    details: "0 is root. Returns 0, or -1 with errno EPERM for a process that is not root, EINVAL for -1."
  ) { session, arguments in
    let user = UInt32(truncatingIfNeeded: try arguments.integer(0))
    return session.completed(session.machine.setuid(user, in: session.currentProcess))
  }

  static let exit = call(
    "exit", [.init("status", .integer, optional: true)], layer: .systemCall, source: "exit(3)",
    summary: "Ends the current process; the rest of its block is skipped. Outside any block the script ends.",
    details: "The low 8 bits of status, 0 when it is left out, are what 'status' holds afterwards."
  ) { session, arguments in
    let code = arguments.isPresent(0) ? try arguments.integer(0) : 0
    session.machine.exit(session.currentProcess, status: Int32(truncatingIfNeeded: code))
    return .null
  }
}
