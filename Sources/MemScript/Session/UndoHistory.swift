// Rewinding: what a REPL input changed, kept so that it can be taken back.

import LinuxMemory
import ScriptLanguage

/// Earlier states of a session, newest last.
struct UndoHistory {
  /// Everything that an input can change.
  struct State {
    let machine: Machine
    let variables: ScriptEngine.Snapshot
    let names: ProcessNames
    let currentProcess: ProcessID
    let workingDirectory: String
    let status: Int32
  }

  /// How many inputs can be taken back; a state shares what did not change with its neighbours.
  static let depth = 100

  private var states: [State] = []

  mutating func push(_ state: State) {
    if states.count == UndoHistory.depth { states.removeFirst() }
    states.append(state)
  }

  mutating func pop() -> State? { states.popLast() }
}

extension Session {
  /// Keeps the present state for `undo()`.
  func rememberForUndo() {
    history.push(
      UndoHistory.State(
        machine: machine, variables: engine.snapshot(), names: names, currentProcess: currentProcess,
        workingDirectory: workingDirectory, status: status))
  }

  /// Takes the last interactive input back: the machine, the variables and the shell are as before it.
  ///
  /// - Returns: false when there is nothing to take back.
  public func undo() -> Bool {
    guard let state = history.pop() else { return false }
    machine = state.machine
    machine.events.isEnabled = isTracing
    engine.restore(state.variables)
    names = state.names
    currentProcess = state.currentProcess
    workingDirectory = state.workingDirectory
    status = state.status
    return true
  }
}
