// Thread blocks: which thread of a process acts, and the holds on its arena.

import LinuxMemory
import ScriptLanguage

extension Session {
  /// Enters the block of a thread of the current process, which is created when it has none of the name.
  ///
  /// - Parameters:
  ///   - name: its name in scripts; the kernel keeps 15 bytes of it.
  ///   - stack: the bytes of its stack; nil for what the library makes.
  func enterThread(named name: String, stack: Int64? = nil) throws {
    try leaveIfCurrentProcessDied()
    try Session.checkProcessName(name)
    guard !name.isEmpty else { throw ScriptError("a thread has a name") }
    guard name != Session.mainName else {
      throw ScriptError("'main' is the thread of the process itself", hint: "outside a block it acts")
    }
    let number: Int
    if let known = thread(named: name) {
      guard known.isAlive else {
        throw ScriptError("the thread \(name) has ended", hint: "'join \(name)' lets a new one bear the name")
      }
      number = known.number
    } else {
      number = try createThread(named: name, stack: stack)
    }
    let outer = inspectMachine { $0.actingThread(in: currentProcess) }
    blocks.append(
      ProcessBlock(process: currentProcess, name: name, outer: currentProcess, kind: .thread(outer: outer)))
    machine.act(asThread: number, in: currentProcess)
    status = 0
  }

  private func createThread(named name: String, stack: Int64?) throws -> Int {
    if let stack, stack < 0 { throw ScriptError("a stack of \(stack) bytes is not possible") }
    switch try machine.createThread(
      named: name, stack: stack.map { UInt64($0) }, in: currentProcess)
    {
    case .success(let thread): return thread.number
    case .failure(let error):
      let hint: String? =
        error == .EINVAL
        ? "a stack has at least 16 KiB (PTHREAD_STACK_MIN)"
        : "no memory for its stack: 'ulimit -v', vm.max_map_count, vm.overcommit_memory and memory.max can be the reason"
      throw ScriptError("the thread \(name) cannot be created: \(error.message)", hint: hint)
    }
  }

  /// The thread of the current process that bears a name, ended or not.
  func thread(named name: String) -> LinuxThread? {
    let kept = LinuxProcess.commandName(name)
    return inspectMachine { $0.processes[currentProcess]?.threads.last { $0.name == kept } }
  }

  /// Enters a block during which the thread that acts stands inside malloc with its arena locked.
  func enterHold() throws {
    try leaveIfCurrentProcessDied()
    try machine.holdArena(true, in: currentProcess)
    blocks.append(
      ProcessBlock(process: currentProcess, name: "holding arena", outer: currentProcess, kind: .hold))
    status = 0
  }

  /// Puts back what was before a block of the current process was entered.
  func leave(_ block: ProcessBlock) {
    guard inspectMachine({ $0.isAlive(block.process) }) else { return }
    switch block.kind {
    case .process(let thread): if thread != 0 { machine.act(asThread: thread, in: block.process) }
    case .thread(let outer):
      let isThere =
        outer == 0
        || inspectMachine {
          $0.processes[block.process]?.threads.contains { $0.number == outer && $0.isAlive } == true
        }
      machine.act(asThread: isThere ? outer : 0, in: block.process)
    case .hold: _ = try? machine.holdArena(false, in: block.process)
    }
  }

  /// Ends the thread that acts; its blocks are left.
  func exitThread() throws {
    guard inspectMachine({ $0.actingThread(in: currentProcess) }) != 0,
      let block = blocks.lastIndex(where: { $0.isThread && $0.process == currentProcess })
    else {
      throw ScriptError(
        "the main thread acts here", hint: "'exit' ends the process; 'thread NAME { ... }' acts as a thread")
    }
    try machine.exitThread(in: currentProcess)
    throw BlockExit(openBlocks: block, status: 0, endsScript: false)
  }

  /// Waits for a thread of the current process.
  func joinThread(named name: String) throws {
    guard name != Session.mainName else {
      throw ScriptError("the main thread is not waited for: its end is that of the process", argument: 0)
    }
    guard let thread = thread(named: name) else {
      let others = inspectMachine { $0.processes[currentProcess]?.threads.map(\.name) ?? [] }
      throw ScriptError(
        "the process has no thread \(name)", argument: 0,
        hint: others.isEmpty
          ? "'thread \(name) { ... }' makes it" : "it has \(others.joined(separator: ", "))")
    }
    switch try machine.joinThread(thread.number, in: currentProcess) {
    case .success: status = 0
    case .failure(let error):
      throw ScriptError("\(name) cannot be waited for: \(error.message)", argument: 0)
    }
  }
}
