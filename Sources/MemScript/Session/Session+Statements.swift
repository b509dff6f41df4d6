// Watching a script statement by statement.

import LinuxMemory
import ScriptLanguage

/// A statement of a running script, as its host is told of it.
public struct ScriptStatement: Sendable, Equatable {
  /// How many statements had begun in this session, this one included.
  public var number: Int
  /// The line in its source text, counted from 1.
  public var line: Int
  /// Its first line; of a loop, a condition or a block its head.
  public var text: String
  /// The process that acts.
  public var process: ProcessID
  /// The name of that process.
  public var processName: String
  /// Microseconds since boot on the machine's clock.
  public var time: UInt64
}

extension Session {
  /// Whether statements have to announce themselves to the host.
  var hasStatementHooks: Bool { statementWillRunHook != nil || statementDidRunHook != nil }

  /// Asks the host before a statement.
  func askBefore(_ text: Substring, line: Int) -> StatementAction {
    let statement = ScriptStatement(
      number: statementCount, line: line, text: String(text), process: currentProcess,
      processName: machine.processes.name(of: currentProcess) ?? "", time: machine.clock)
    if statementDidRunHook != nil { openStatements.append(statement) }
    return possible(statementWillRunHook?(statement))
  }

  /// What a hook asks for; where a value is wanted, there is nobody to go on after a pause.
  private func possible(_ action: StatementAction?) -> StatementAction {
    action == .pause && isEvaluating ? .proceed : action ?? .proceed
  }

  /// Asks the host after a statement.
  func askAfter() -> StatementAction {
    guard let hook = statementDidRunHook, var statement = openStatements.popLast() else { return .proceed }
    statement.time = machine.clock
    return possible(hook(statement))
  }
}
