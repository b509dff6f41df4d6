// setrlimit, getrlimit, getrusage, prctl: limits and counters of a process.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let setrlimit = call(
    "setrlimit",
    [.init("resource", .integer), .init("soft", .integer), .init("hard", .integer, optional: true)],
    layer: .systemCall, source: "setrlimit(2)",
    summary: "Sets a limit of the process: RLIMIT_AS, RLIMIT_DATA, RLIMIT_STACK, RLIMIT_MEMLOCK.",
    details: "C takes both values in a structure. RLIM_INFINITY (-1) is no limit; without hard, the "
      + "hard limit "
      + "stays. Returns 0, or -1 and sets errno."
  ) { session, arguments in
    guard let resource = Resource(rawValue: Int(clamping: try arguments.integer(0))) else {
      return session.failed(.EINVAL)
    }
    let soft = try arguments.size(1)
    let process = session.currentProcess
    let hard = arguments.isPresent(2) ? try arguments.size(2) : session.limit(resource).hard
    let limit = ResourceLimit(soft: soft, hard: hard)
    return session.completed(session.machine.setrlimit(resource, to: limit, in: process))
  }

  static let getrlimit = call(
    "getrlimit", [.init("resource", .integer)], layer: .systemCall, source: "getrlimit(2)",
    summary: "Returns the soft limit of a resource; -1 (RLIM_INFINITY) is none."
  ) { session, arguments in
    guard let resource = Resource(rawValue: Int(clamping: try arguments.integer(0))) else {
      return session.failed(.EINVAL)
    }
    return .integer(Int64(bitPattern: session.limit(resource).soft))
  }

  static let getrusage = call(
    "getrusage", [.init("who", .integer), .init("field", .string, optional: true)], layer: .systemCall,
    source: "getrusage(2)",
    summary: "Returns what the process has used: ru_minflt, ru_majflt or ru_maxrss (KiB), or the "
      + "three in a list.",
    details: "who is RUSAGE_SELF. The other fields of the structure are not modelled."
  ) { session, arguments in
    guard try arguments.integer(0) == 0 else {
      throw ScriptError("only RUSAGE_SELF is modelled", argument: 0)
    }
    guard case .success(let usage) = session.machine.getrusage(session.currentProcess) else {
      return session.failed(.ESRCH)
    }
    let fields: [(name: String, value: UInt64)] = [
      ("ru_maxrss", UInt64(clamping: usage.maximumResidentPages) &* 4), ("ru_minflt", usage.minorFaults),
      ("ru_majflt", usage.majorFaults),
    ]
    guard arguments.isPresent(1) else { return .list(fields.map { .integer(Int64(clamping: $0.value)) }) }
    let name = try arguments.string(1)
    guard let field = fields.first(where: { $0.name == name }) else {
      throw ScriptError(
        notModelled: "'\(name)' of struct rusage", argument: 1,
        hint: "the fields are " + fields.map(\.name).joined(separator: ", "))
    }
    return .integer(Int64(clamping: field.value))
  }

  static let prctl = call(
    "prctl", [.init("option", .integer), .init("arg2", .any, optional: true)], layer: .systemCall,
    source: "prctl(2)",
    summary: "Carries out an operation on the process: PR_SET_NAME, PR_SET_THP_DISABLE, PR_GET_THP_DISABLE.",
    details: "Returns what C returns, or -1 and sets errno. Other operations are not modelled."
  ) { session, arguments in
    let number = Int32(truncatingIfNeeded: try arguments.integer(0))
    guard let option = ProcessControlOption(rawValue: number) else {
      throw ScriptError(
        notModelled: "this operation of prctl", argument: 0,
        hint: "there are PR_SET_NAME, PR_SET_THP_DISABLE and PR_GET_THP_DISABLE")
    }
    let text = option == .setName ? try arguments.string(1) : ""
    let argument = option == .setName || !arguments.isPresent(1) ? 0 : try arguments.size(1)
    switch session.machine.prctl(option, argument: argument, text: text, in: session.currentProcess) {
    case .success(let value): return .integer(Int64(clamping: value))
    case .failure(let errno): return session.failed(errno)
    }
  }
}

extension Session {
  /// A limit of the current process.
  fileprivate func limit(_ resource: Resource) -> ResourceLimit {
    guard case .success(let limit) = machine.getrlimit(resource, in: currentProcess) else {
      return ResourceLimit(soft: 0, hard: 0)
    }
    return limit
  }
}
