// heap: the chunks of a process's heap, and what keeps it from shrinking.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let heapAround = call(
    "heap", [.init("ptr", .pointer, optional: true)], layer: .cLibrary,
    summary: "Shows the chunk that ptr points into, with its neighbours and its header.",
    details: "Without ptr, as 'heap' alone or with an option, it shows the whole heap."
  ) { session, arguments in
    guard let found = session.lookedAt(), let state = found.process.malloc else {
      throw ScriptError("the process is dead: it has no heap")
    }
    if arguments.isPresent(0) {
      session.emit(session.heapText(around: try arguments.address(0), of: found.process, state))
    } else {
      try session.printHeap(of: found, state, listsAll: false, session.emit)
    }
    return .null
  }

  static let heap = ShellCommand(
    name: "heap", usage: "[-a] [--json] [-p PID|NAME] [--if NAME=VALUE]...", source: "",
    summary: "Shows the heap of the current process: its chunks, its totals, and why freed memory stays.",
    details:
      "The picture shows the heap to scale, which of its pages are in memory, the variables that point into it, "
      + "and what no variable points to. Neighbours that are alike stand in one line with their count; -a lists "
      + "every chunk, -p chooses a process, also one that a signal ended. What malloc_trim(0) would return is what it does return if it is called next. "
      + "With --if, the script runs again from its beginning on another machine, as far as here, with a variable of malloc's "
      + "environment (MALLOC_ARENA_MAX=2) or a setting of the machine (glibc=2.41), and the figures stand side by side. "
      + "With an operand, heap shows the surroundings of a pointer.",
    style: .tryHelp,
    options: OptionTable(flags: "aj", valued: "pi", long: [("all", "a"), ("json", "j"), ("if", "i")]),
    worksAfterPanic: true
  ).entry { run in
    let options = try run.options()
    try run.refuseOperands(of: options)
    let (found, state) = try run.allocator(chosenBy: options)
    if run.session.noteHeapLook(found.process, state) { return }
    if options.has("i") {
      if options.has("j") || options.has("a") {
        throw ShellFailure("\(run.command.name): --if prints a table: it goes with -p alone")
      }
      run.print(try run.session.heapComparison(of: found, state, with: run.rehearsalChange(options)))
    } else if options.has("j") || run.session.recordSink != nil && !run.isRead {
      run.show(try run.session.heapPicture(of: found, state), as: options) { _ in "" }
    } else {
      try run.session.printHeap(of: found, state, listsAll: options.has("a")) { run.print($0) }
    }
  }
}

extension ShellRun {
  /// The process that `-p` names, dead or alive, else the current one, and its allocator.
  func allocator(chosenBy options: ShellOptions) throws -> (found: LookedAtProcess, state: MallocState) {
    let word = options.value("p")?.text
    guard let found = session.lookedAt(word), let state = found.process.malloc else {
      let name = word ?? String(session.currentProcess.rawValue)
      throw ShellFailure("\(command.name): no process \(name) lives, or is remembered")
    }
    return (found, state)
  }
}
