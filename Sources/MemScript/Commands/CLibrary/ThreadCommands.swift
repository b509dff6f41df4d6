// The calls of pthreads that need no block: join, pthread_exit, gettid.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let join = call(
    "join", [.init("name", .string)], layer: .cLibrary, source: "pthread_join(3)",
    summary:
      "Waits for a thread that 'thread NAME { ... }' made; it returns from its function if it has not ended.",
    details:
      "What its cache holds goes back to the arenas, its arena is free for the next thread, its stack is kept "
      + "for one (up to 40 MiB of stacks) or unmapped."
  ) { session, arguments in
    try session.joinThread(named: try arguments.string(0))
    return .null
  }

  static let pthreadExit = call(
    "pthread_exit", layer: .cLibrary, source: "pthread_exit(3)",
    summary:
      "Ends the thread in whose block it stands; 'join NAME' takes what is left of it. 'exit' ends the process."
  ) { session, _ in
    try session.exitThread()
    return .null
  }

  static let gettid = call(
    "gettid", layer: .systemCall, source: "gettid(2)",
    summary: "Returns the number of the thread that acts; that of the main thread is the PID."
  ) { session, _ in
    let process = session.currentProcess
    let number = session.inspectMachine { $0.actingThread(in: process) }
    let thread = session.inspectMachine { $0.processes[process]?.threads.first { $0.number == number } }
    return .integer(Int64((thread?.id ?? process).rawValue))
  }
}
