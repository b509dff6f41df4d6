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
    /// About how many bytes it takes, with what it shares with its neighbours.
    let byteCount: Int
  }

  /// How many inputs can be taken back; a state shares what did not change with its neighbours.
  static let depth = 100

  private var states: [State] = []

  /// About how many bytes the states take.
  private(set) var stateByteCount = 0

  mutating func push(_ state: State) {
    if states.count == UndoHistory.depth { dropOldest() }
    states.append(state)
    stateByteCount += state.byteCount
  }

  mutating func pop() -> State? {
    guard let state = states.popLast() else { return nil }
    stateByteCount -= state.byteCount
    return state
  }

  /// Lets the oldest states go until the others take no more than so many bytes; the newest stays, as the way back
  /// from a state that is too large.
  mutating func shrink(to limit: Int) {
    while stateByteCount > limit, states.count > 1 { dropOldest() }
  }

  private mutating func dropOldest() { stateByteCount -= states.removeFirst().byteCount }
}

extension Session {
  /// Keeps the present state for `undo()`, unless there is no room for it beside itself: then the earlier one is the
  /// way back.
  func rememberForUndo(before source: SourceText) {
    let variables = engine.snapshot()
    let bytes = machine.stateByteCount + variables.byteCount
    guard bytes <= limits.stateBytes / 2 else { return }
    var machine = machine
    machine.events = EventPort()
    history.push(
      UndoHistory.State(
        input: String(decoding: source.bytes, as: UTF8.self).firstLine, machine: machine,
        variables: variables,
        names: names, currentProcess: currentProcess, workingDirectory: workingDirectory,
        exportedVariables: exportedVariables, status: status, byteCount: bytes))
  }

  /// Takes the last interactive input back: the machine, the variables and the shell are as before it.
  ///
  /// - Returns: the first line of the input that was taken back, nil when there is nothing to take back.
  public func undo() -> String? {
    guard let state = history.pop() else { return nil }
    machine = state.machine
    attachMachine()
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
    guard var first = lines.first else { return "" }
    if first.utf8.count > 200 { first = Substring(first.unicodeScalars.prefix(100)) + "…" }
    return lines.count > 1 ? first + " …" : String(first)
  }
}
