// heap: the chunks of a process's heap, and what keeps it from shrinking.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let heapAround = call(
    "heap", [.init("ptr", .pointer, optional: true)], layer: .cLibrary,
    summary: "Shows the chunk that ptr points into, with its neighbours and its header.",
    details: "Without ptr, as 'heap' alone or with an option, it shows the whole heap."
  ) { session, arguments in
    guard let (process, state) = session.allocator(of: session.currentProcess) else {
      throw ScriptError("the process is dead: it has no heap")
    }
    if arguments.isPresent(0) {
      session.emit(session.heapText(around: try arguments.address(0), of: process, state))
    } else {
      try session.printHeap(of: process, state, listsAll: false, session.emit)
    }
    return .null
  }

  static let heap = ShellCommand(
    name: "heap", usage: "[-a] [-p PID]", source: "",
    summary: "Shows the heap of the current process: its chunks, its totals, and why freed memory stays.",
    details:
      "Neighbours that are alike stand in one line with their count; -a lists every chunk, -p chooses a "
      + "process. What malloc_trim(0) would return is what it does return if it is called next. With an operand, "
      + "heap shows the surroundings of a pointer.",
    style: .tryHelp, options: OptionTable(flags: "a", valued: "p", long: [("all", "a")])
  ).entry { run in
    let options = try run.options()
    try run.refuseOperands(of: options)
    let (process, state) = try run.allocator(chosenBy: options)
    try run.session.printHeap(of: process, state, listsAll: options.has("a")) { run.print($0) }
  }
}

extension ShellRun {
  /// Throws for a word that is no option.
  func refuseOperands(of options: ShellOptions) throws {
    guard let word = options.operands.first else { return }
    throw command.usageFailure("extra operand '\(word.text)'")
  }

  /// The living process that `-p` names, else the current one, and its allocator.
  func allocator(chosenBy options: ShellOptions) throws -> (process: Process, state: MallocState) {
    var process = session.currentProcess
    if let word = options.value("p") {
      guard let number = Int32(word.text) else {
        throw ShellFailure("\(command.name): '\(word.text)' is not a PID")
      }
      process = ProcessID(number)
    }
    guard let found = session.allocator(of: process) else {
      throw ShellFailure("\(command.name): no living process has PID \(process.rawValue)")
    }
    return found
  }
}
