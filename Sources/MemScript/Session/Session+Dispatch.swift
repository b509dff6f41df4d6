// What the language asks of a session: dispatch, names and values.

import LinuxMemory
import ScriptLanguage

extension Session {
  /// Every command's signature, in the catalogue's order.
  var signatures: [CommandSignature] { commands.map(\.entry.signature) }

  /// Runs a C call for the current process.
  func invoke(_ command: Int, _ arguments: borrowing CallArguments) throws -> ScriptValue {
    let command = commands[command]
    guard case .call(let handler) = command.handler else {
      throw ScriptError("'\(command.entry.signature.name)' is a shell command")
    }
    try prepare(for: command)
    if !staleAddresses.isEmpty { warnAboutStaleAddresses(arguments) }
    if collectsStories { traceCall(command, arguments) }
    do {
      let result = try running(command) { try handler(self, arguments) }
      if collectsStories { collector.leave() }
      if !staleAddresses.isEmpty, case .pointer(let address) = result { staleAddresses.remove(address) }
      if meter.isStopped { try budget.check() }
      if machine.endingCount != seenEndings {
        if try notePanic() { return .null }
        try leaveIfCurrentProcessDied()
      }
      return result
    } catch let death as FatalSignal {
      try budget.check()
      if try notePanic() { return .null }
      throw exit(for: death)
    }
  }

  /// The way out of the blocks of a process that is gone, or that will never go on.
  private func exit(for death: FatalSignal) -> BlockExit {
    if let stuck = machine.takeStuckProcess(), machine.isAlive(stuck.process) { return exit(of: stuck) }
    return blockExit(for: death)
  }

  /// Runs a command's own code. A host's may put another machine in place, also before it fails.
  @inline(__always)
  private func running<Result>(_ command: BoundCommand, _ body: () throws -> Result) throws -> Result {
    guard command.layer == .host else { return try body() }
    // What a host's command does outside must not happen twice.
    guard rehearsal == nil else { throw ScriptInterruption() }
    isMachineTouched = false
    defer {
      if isMachineTouched {
        noteEndings()
        attachMachine()
      }
    }
    return try body()
  }

  /// Runs a shell command.
  func invokeShell(_ command: Int, _ line: ShellLine) throws {
    let command = commands[command]
    guard case .shell(let handler) = command.handler else {
      throw ScriptError("'\(command.entry.signature.name)' is a C call")
    }
    try prepare(for: command)
    previousStatus = status
    status = 0
    if collectsStories { traceCall(command) }
    do {
      try running(command) { try handler(self, line) }
      if collectsStories { collector.leave() }
      try budget.check()
      if try notePanic() { return }
      if !command.entry.worksAfterPanic { try leaveIfCurrentProcessDied() }
    } catch let death as FatalSignal {
      try budget.check()
      if try notePanic() { return }
      throw exit(for: death)
    }
  }

  /// `status`, `errno`, `panic` (the kernel's last words, empty while it runs), or a process's PID by its name.
  func variable(named name: String) -> ScriptValue? {
    switch name {
    case "status": return .integer(Int64(status))
    case "panic":
      isPanicSeen = isPanicSeen || machine.isHalted
      return .string(machine.oomKiller.panic ?? "")
    case "_": return isInteractiveRun ? lastValue : nil
    case "errno": return .integer(Int64(machine.errno(of: currentProcess).rawValue))
    default:
      return names.identifier(of: name).map { .integer(Int64($0.rawValue)) }
        ?? Constants.wordValue(of: name, word: wordBytes)
    }
  }

  /// The names that `variable(named:)` knows now, sorted.
  var hostVariableNames: [String] {
    (names.all + Constants.wordNames + ["errno", "panic", "status"] + (isInteractiveRun ? ["_"] : []))
      .sorted()
  }

  /// Sets `errno`, as a C program may.
  func setVariable(named name: String, to value: ScriptValue) throws {
    guard name == "errno", case .integer(let number) = value, let errno = Int32(exactly: number) else {
      throw ScriptError("`\(name)` takes an error number such as ENOMEM or 0")
    }
    machine.setErrno(ErrorNumber(errno), of: currentProcess)
  }

  /// Ends the script after a failure under `set -e`.
  func shellCommandDidEnd() throws {
    guard status != 0, shellSettings.exitsOnFailure, !isInteractiveRun, !goesOnAfterFailure else { return }
    throw BlockExit(openBlocks: 0, status: status, endsScript: true)
  }

  /// Keeps what is printed.
  func beginCapture() { captures.append("") }

  /// Ends the innermost capture.
  func endCapture() -> String {
    let text = captures.popLast() ?? ""
    capturedBytes -= text.utf8.count
    return text
  }

  /// Shows what an interactive statement came to.
  func show(_ value: ScriptValue, assignedTo name: String?) {
    if let name {
      output(.standard, "\(name) = \(Self.folded(value.description))\n")
    } else if value != .null {
      lastValue = value
      output(.standard, Self.folded(value.description) + "\n")
    }
  }

  /// A long text without its middle: what a shell shows unasked should not scroll the rest away.
  private static func folded(_ text: String) -> String {
    let (longest, ahead, behind) = (1600, 800, 200)
    guard text.utf8.count > longest else { return text }
    let head = String(decoding: text.utf8.prefix(ahead), as: UTF8.self)
    let tail = String(decoding: text.utf8.suffix(behind), as: UTF8.self)
    return "\(head) ... \(text.utf8.count - ahead - behind) bytes more, `print` shows all ... \(tail)"
  }

  /// The text of an included file, through `includeLoader`.
  func includedSource(at path: String, from includer: SourceText) throws -> SourceText {
    guard let includeLoader else {
      throw ScriptError(
        "include is not allowed here",
        hint: "the host sets Session.includeLoader to "
          + "allow it")
    }
    let path = Session.includedPath(path, from: includer.name)
    return SourceText(name: path, bytes: try includeLoader(path))
  }

  /// The path that an `include` means: a relative one starts at the folder of the source it stands in, which
  /// is the current folder when that source is no file.
  static func includedPath(_ path: String, from includer: String) -> String {
    guard !path.hasPrefix("/"), let slash = includer.lastIndex(of: "/") else { return path }
    return String(includer[...slash]) + path
  }

  /// Says a failed `expect` where it happened.
  func expectationFailed(_ diagnostic: Diagnostic) {
    saidExpectations += 1
    if let failedExpectation { failedExpectation(diagnostic) } else { say(diagnostic) }
  }

  /// Tells of an `expect` that held, to a host that asked for it.
  func expectationHeld(at location: SourceLocation) {
    heldExpectation?(location)
    tell(.expectation(location))
  }
}
