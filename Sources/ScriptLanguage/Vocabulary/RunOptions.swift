// How a run behaves.

/// Which statements announce themselves to the host before and after they run.
public enum StatementMarks: Sendable, Equatable {
  /// None; scripts run at full speed.
  case none
  /// Every simple statement, at any depth and in functions too; marks nest when a function is called.
  case everyStatement
  /// Every statement of the outermost level, a whole loop or block as one.
  case topLevel
}

/// How a run behaves.
public struct RunOptions: Sendable, Equatable {
  /// Which statements are marked.
  public var marks: StatementMarks
  /// Whether values of bare expressions and of assignments go to `ScriptHost.show`.
  public var isInteractive: Bool
  /// Whether an `expect` that holds goes to `ScriptHost.expectationHeld`.
  public var tellsExpectations: Bool

  /// Makes options.
  public init(marks: StatementMarks = .none, isInteractive: Bool = false, tellsExpectations: Bool = false) {
    self.marks = marks
    self.isInteractive = isInteractive
    self.tellsExpectations = tellsExpectations
  }
}
