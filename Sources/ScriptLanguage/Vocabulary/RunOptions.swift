// How a run behaves.

/// Which statements announce themselves to the host before and after they run.
public enum StatementMarks: Sendable, Equatable {
  /// None; scripts run at full speed.
  case none
  /// Every simple statement, at any depth and in functions too; marks nest when a function is called.
  case everyStatement
  /// As `everyStatement`, and loops, conditions and blocks when they begin.
  case everyStatementAndBlock
  /// Every statement of the outermost level, a whole loop or block as one.
  case topLevel
}

/// What the host wants before or after a statement.
public enum StatementAction: Sendable, Equatable {
  /// The run goes on.
  case proceed
  /// The run ends, as if it had been interrupted.
  case stop
  /// The run returns as ``RunOutcome/paused`` and can be resumed here.
  case pause
}

/// How a run behaves.
public struct RunOptions: Sendable, Equatable {
  /// Which statements are marked.
  public var marks: StatementMarks
  /// Whether values of bare expressions and of assignments go to `ScriptHost.show`.
  public var isInteractive: Bool
  /// Whether the value of the last statement is kept, see ``ScriptEngine/evaluate(_:)``; a text that is one expression is
  /// read as one.
  var yieldsValue = false
  /// Whether an `expect` that holds goes to `ScriptHost.expectationHeld`.
  public var tellsExpectations: Bool

  /// Makes options.
  public init(marks: StatementMarks = .none, isInteractive: Bool = false, tellsExpectations: Bool = false) {
    self.marks = marks
    self.isInteractive = isInteractive
    self.tellsExpectations = tellsExpectations
  }
}
