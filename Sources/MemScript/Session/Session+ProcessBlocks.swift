// Process blocks: who acts, and what happens when that process dies.

import LinuxMemory
import ScriptLanguage

/// A `process NAME { … }` that is being executed, or a block of a thread or of a hold inside a process.
struct ProcessBlock {
  /// The process inside the block.
  let process: ProcessID
  /// The name under which the block was entered; a later process may bear it too.
  let name: String
  /// The process that acts again behind it.
  let outer: ProcessID
  /// What the block is about.
  var kind = Kind.process(thread: 0)

  /// What a block is about.
  enum Kind {
    /// A process, whose main thread acts; behind the block the thread acts again that did before.
    case process(thread: Int)
    /// A thread; behind the block the one acts again that did before.
    case thread(outer: Int)
    /// A thread that stands inside malloc.
    case hold
  }

  /// Whether it is the block of a process.
  var isProcess: Bool { if case .process = kind { true } else { false } }

  /// Whether it is the block of a thread.
  var isThread: Bool { if case .thread = kind { true } else { false } }
}

extension Session {
  /// The name of the process that acts outside any block.
  static let mainName = "main"

  /// Starts `main` on a freshly booted machine.
  func startMain() {
    toleratesDeadMain = false
    homeName = nil
    // A machine too small for its first process is refused by MachineConfiguration.
    if case .success(let process) = machine.spawn(name: Session.mainName) {
      currentProcess = process
      names.bind(Session.mainName, to: process)
      if rehearsal != nil { setTunables(of: process) }
    }
    warnAboutTunables(machine.configuration.mallocTunables)
  }

  /// Gives a program that has just started the settings of its malloc.
  func setTunables(of process: ProcessID) {
    let tunables = exportedVariables.mallocTunables(
      over: machine.configuration.mallocTunables, forced: rehearsal?.tunables ?? "")
    _ = machine.setMallocTunables(tunables, in: process)
  }

  /// Enters the block of a process, which is started when no living process bears the name.
  ///
  /// - Parameter path: the directory of the control group that it starts in or is moved to; nil for wherever it is.
  func enterProcess(named name: String, in path: String? = nil) throws {
    try leaveIfCurrentProcessDied()
    try Session.checkProcessName(name)
    let group = try path.map(controlGroup(at:))
    let process: ProcessID
    if let known = names.identifier(of: name), inspectMachine({ $0.isAlive(known) }) {
      process = known
    } else {
      if collectsStories { collector.enter(TraceCall(name: name, kind: .start, process: currentProcess)) }
      defer { if collectsStories { collector.leave() } }
      switch machine.spawn(name: name, in: group ?? .root) {
      case .success(let started):
        process = started
        setTunables(of: process)
      case .failure(let errno):
        throw ScriptError(
          "cannot start process '\(name)': \(errno.message)",
          hint: path.flatMap { Self.hint(errno, inGroup: $0) })
      }
      names.bind(name, to: process)
    }
    if let group, case .failure(let error) = machine.moveProcess(process, to: group) {
      throw ScriptError(
        "'\(name)' cannot be put into '\(path ?? "")': \(error.message)",
        hint: path.flatMap { Self.hint(error, inGroup: $0) })
    }
    if inspectMachine({ $0.isFrozen(process) }) {
      throw ScriptError(
        "\(name) is frozen", hint: "`echo 0` to cgroup.freeze of its group, or of one above it, lets it go on"
      )
    }
    let thread = inspectMachine { $0.actingThread(in: process) }
    blocks.append(
      ProcessBlock(process: process, name: name, outer: currentProcess, kind: .process(thread: thread)))
    currentProcess = process
    if thread != 0 { machine.act(asThread: 0, in: process) }
    status = 0
  }

  /// What to look at when a process cannot be in a control group.
  private static func hint(_ error: ErrorNumber, inGroup path: String) -> String? {
    switch error {
    case .ENOMEM: "`cat \(path)/memory.max` tells what its control group may have"
    case .EBUSY:
      "a group that gives controllers to those below it (cgroup.subtree_control) has no processes itself"
    default: nil
    }
  }

  /// The control group whose directory a path is.
  private func controlGroup(at path: String) throws -> ControlGroupID {
    guard path.utf8.count <= SimulatedPath.longest else {
      throw ScriptError("the path of a control group has at most \(SimulatedPath.longest) bytes")
    }
    let absolute = absolutePath(path)
    if let group = inspectMachine({ ControlGroupFiles.group(at: absolute, on: $0) }) { return group }
    throw ScriptError(
      "'\(path)' is no control group",
      hint: absolute.hasPrefix(ControlGroupFiles.mountPoint)
        ? "`mkdir \(path)` makes it" : "control groups lie below \(ControlGroupFiles.mountPoint)")
  }

  /// Makes the inputs that follow act in the name of a process, as inside a block of it that does not end.
  ///
  /// - Parameter name: the process, which is started when none that lives bears the name; nil for main.
  /// - Throws: `ScriptError` when it cannot be started.
  package func stay(in name: String?) throws {
    let before = snapshot()
    let home = name == Session.mainName ? nil : name
    guard let process = names.identifier(of: Session.mainName) else { return }
    currentProcess = process
    homeName = nil
    if let home {
      toleratesDeadMain = true
      try enterProcess(named: home)
      blocks.removeLast()
      homeName = home
    }
    noteStep(SessionInput(text: ".process \(name ?? Session.mainName)"), before: before)
  }

  /// Acts in main's name again when the process is gone in whose name inputs acted.
  func returnFromDeadHome() {
    guard homeName != nil, !machine.isAlive(currentProcess) else { return }
    homeName = nil
    if let main = names.identifier(of: Session.mainName) { currentProcess = main }
  }

  /// Throws for a name that no script needs: each is kept, and its process has the first 15 bytes of it.
  static func checkProcessName(_ name: String, argument: Int? = nil) throws {
    guard name.utf8.count > longestProcessName else { return }
    throw ScriptError(
      "a process's name has at most \(longestProcessName) bytes, not \(name.utf8.count)", argument: argument)
  }

  /// As many bytes as a file's name has (NAME_MAX).
  private static let longestProcessName = 255

  /// Leaves the innermost block; the blocks of an outer process that was killed in it are left too.
  func leaveProcess() throws {
    guard let block = blocks.popLast() else { return }
    leave(block)
    currentProcess = block.outer
    if blocks.isEmpty { machine.settleReclaim() }
    // A death inside the block of a thread is on its way out to the block of the process, and said.
    if block.isProcess, inspectMachine({ !$0.isHalted }) { try leaveIfCurrentProcessDied() }
  }

  /// Leaves what an error or an interrupt left open.
  func leaveAllBlocks() {
    while let block = blocks.popLast() {
      leave(block)
      currentProcess = block.outer
    }
  }

  /// Throws when the acting process was killed by what somebody else did, or the machine halted.
  func leaveIfCurrentProcessDied() throws {
    try requireRunningMachine()
    let isAlive = inspectMachine { $0.processes.isAlive(currentProcess) }
    guard !isAlive, !toleratesDeadMain || !blocks.isEmpty else {
      seenEndings = machine.endingCount
      return
    }
    throw exit(of: currentProcess)
  }

  /// In whose name shell commands read and write: once the acting process is dead, init's, as a shell's would be.
  var shellProcess: ProcessID {
    inspectMachine { $0.isAlive(currentProcess) || $0.isHalted } ? currentProcess : ProcessID(1)
  }

  /// Makes the next command look whether its process is alive.
  func noteEndings() { seenEndings = -1 }

  /// Throws when the process for which a command would act is dead. A shell and the kernel need none.
  func requireActor(for entry: CatalogueEntry) throws {
    if entry.worksAfterPanic, machine.isHalted { return }
    try leaveIfCurrentProcessDied()
    guard toleratesDeadMain, blocks.isEmpty else { return }
    let name = homeName ?? Session.mainName
    switch entry.layer {
    case .cLibrary, .systemCall, .touching:
      throw ScriptError(
        "the process \(name) is dead", hint: "'.undo' brings it back, 'machine ram=1G' boots anew")
    case .kernel, .shell, .simulation, .host: return
    }
  }

  /// What a fatal signal of a process means for the script, with the words that a shell prints for it.
  func blockExit(for death: FatalSignal) -> BlockExit {
    if let message = death.message { output(.standardError, message + "\n") }
    deathWords = death.message
    return exit(of: death.process)
  }

  /// What it means for the script that a process can never go on: its block is left, and others act.
  func exit(of stuck: StuckProcess) -> BlockExit {
    let block = blocks.lastIndex { $0.process == stuck.process && $0.isProcess }
    let name = block.map { blocks[$0].name } ?? names.name(of: stuck.process) ?? "?"
    output(
      .diagnostic,
      "warning: \(name) (PID \(stuck.process)) tries the same page fault for ever: \(stuck.group) is at its limit, and "
        + "nobody in it may be killed\n")
    status = 1
    return BlockExit(openBlocks: block ?? 0, status: status, endsScript: block == nil)
  }

  /// Says a panic of the kernel when it has happened. All processes stand still then: every block is left, and the
  /// script goes on with what reads the dead machine; what needs it alive fails.
  ///
  /// - Returns: whether the machine has just panicked, outside any block.
  /// - Throws: the way out of the blocks.
  func notePanic() throws -> Bool {
    guard let panic = machine.oomKiller.panic, !isPanicSaid else { return false }
    isPanicSaid = true
    output(.standardError, "Kernel panic - not syncing: \(panic)\n")
    status = ExitStatus.killed(signal: 9).shellStatus
    guard blocks.isEmpty else { throw BlockExit(openBlocks: 0, status: status, endsScript: false) }
    return true
  }

  /// The way out of the blocks of a process that is gone.
  func exit(of process: ProcessID) -> BlockExit {
    let block = blocks.lastIndex { $0.process == process && $0.isProcess }
    let name =
      block.map { blocks[$0].name } ?? names.name(of: process) ?? machine.process(process)?.name ?? "?"
    let end = machine.processes.exitStatus(of: process) ?? .exited(0)
    var signal: Int32?
    if case .killed(let number) = end {
      signal = number
      output(.standardError, "\(SignalText.description(of: number)) (process \(name), PID \(process))\n")
    }
    status = end.shellStatus
    return BlockExit(openBlocks: block ?? 0, status: status, endsScript: block == nil, signal: signal)
  }
}
