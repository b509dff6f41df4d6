// Rewinding: what a REPL input changed, kept so that it can be taken back.

import LinuxMemory
import ScriptLanguage

/// Earlier states of a session, newest last.
struct UndoHistory {
  /// Everything that an input can change.
  struct State {
    let input: String
    let machine: Machine
    let variables: ScriptEngine.Snapshot
    let names: ProcessNames
    let currentProcess: ProcessID
    let workingDirectory: String
    let exportedVariables: ExportedVariables
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
  /// Keeps the present state for `undo()`, unless the input has mistakes and will not run.
  func rememberForUndo(before source: SourceText) {
    guard !engine.check(source).contains(where: { $0.severity == .error }) else { return }
    history.push(
      UndoHistory.State(
        input: String(decoding: source.bytes, as: UTF8.self).firstLine, machine: machine,
        variables: engine.snapshot(), names: names, currentProcess: currentProcess,
        workingDirectory: workingDirectory, exportedVariables: exportedVariables, status: status))
  }

  /// Takes the last interactive input back: the machine, the variables and the shell are as before it.
  ///
  /// - Returns: the first line of the input that was taken back, nil when there is nothing to take back.
  public func undo() -> String? {
    guard let state = history.pop() else { return nil }
    machine = state.machine
    machine.events.isEnabled = isTracing
    engine.restore(state.variables)
    names = state.names
    currentProcess = state.currentProcess
    workingDirectory = state.workingDirectory
    exportedVariables = state.exportedVariables
    status = state.status
    return state.input
  }
}

extension String {
  /// The first line, with an ellipsis when there are more.
  fileprivate var firstLine: String {
    let lines = split(separator: "\n", maxSplits: 1)
    guard let first = lines.first else { return "" }
    return lines.count > 1 ? first + " …" : String(first)
  }
}
