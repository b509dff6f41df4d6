// The interpreter as a host uses it.

/// Which statements announce themselves to the host before and after they run.
public enum StatementMarks: Sendable, Equatable {
  /// None; scripts run at full speed.
  case none
  /// Every simple statement, at any depth and in functions too; marks nest when a function is called.
  case everyStatement
  /// Every statement of the outermost level, a whole loop or block as one.
  case topLevel
}

/// Runs scripts against one host. Globals and functions persist from one run to the next.
public final class ScriptEngine {
  /// How a run behaves.
  public struct Options: Sendable, Equatable {
    /// Which statements are marked.
    public var marks: StatementMarks
    /// Whether values of bare expressions and of assignments go to `ScriptHost.show`.
    public var isInteractive: Bool

    /// Makes options.
    public init(marks: StatementMarks = .none, isInteractive: Bool = false) {
      self.marks = marks
      self.isInteractive = isInteractive
    }
  }

  /// The state of all globals and functions at one moment; see `snapshot()`.
  public struct Snapshot {
    init() {}
  }

  /// The host; it owns the engine and must outlive every run.
  private unowned let host: any ScriptHost
  /// The limits of every run.
  public var limits: ScriptLimits
  /// The way to stop a run from another thread or a signal handler.
  public let interruption = InterruptFlag()

  /// Makes an engine. Its host is not retained: the host owns the engine.
  public init(host: any ScriptHost, limits: ScriptLimits = ScriptLimits()) {
    self.host = host
    self.limits = limits
  }

  /// All that is wrong with a source text, without running it or remembering anything of it.
  public func check(_ source: SourceText) -> [Diagnostic] { [] }

  /// Compiles and runs a source text.
  ///
  /// A source text with errors runs not at all and leaves no trace.
  public func run(_ source: SourceText, options: Options = Options()) -> RunOutcome { .finished }

  /// Whether a text is the beginning of something longer: an open block, parenthesis or comment.
  public func isIncomplete(_ text: String) -> Bool { false }

  /// The names of all globals that have a value, sorted.
  public var globalNames: [String] { [] }

  /// The value of a global, nil when it has none.
  public func value(ofGlobal name: String) -> Value? { nil }

  /// The names of all functions that scripts have defined, sorted.
  public var functionNames: [String] { [] }

  /// Copies all globals and functions, for undo.
  public func snapshot() -> Snapshot { Snapshot() }

  /// Puts all globals and functions back to how they were.
  public func restore(_ snapshot: Snapshot) {}
}
