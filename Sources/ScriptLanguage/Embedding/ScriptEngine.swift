// The interpreter as a host uses it.

/// Runs scripts against one host. Globals and functions persist from one run to the next.
public final class ScriptEngine {
  /// How a run behaves.
  public typealias Options = RunOptions

  /// The host, which the engine keeps: a host that keeps its engine has to let go of it to be freed. No reference to it
  /// is weak, for then each call of a command would cost half as much again.
  let host: any ScriptHost
  var commands: CommandTable
  /// Grows whenever `commands` changes.
  var commandsVersion = 0
  let interpreter: Interpreter
  var names = ProgramNames()
  /// Which state the names are in; a number is never given again.
  var namesVersion = 0
  /// The number of the newest state of names.
  var lastNamesVersion = 0
  /// The scripts that were compiled to be run often, as long as somebody keeps them.
  var compiled: [WeakScript] = []
  /// Whether a text is being compiled: the host, whom it may ask for another text or warn, cannot run anything then.
  var isCompiling = false
  /// Whether the host has other commands than those that the functions are linked to.
  private var relinkIsDue = false
  /// The code that calls a function for the host, by the function's index.
  var callers: [Int: (globals: Int, parameters: Int, chunk: Chunk)] = [:]

  /// The limits of every run.
  public var limits: ScriptLimits {
    didSet { budget.limits = limits }
  }

  /// What the present run, or the last one, has left of them.
  public let budget: ScriptBudget

  /// How many bytes of source texts stay because functions came from them.
  let keptSources: SourceBytes

  /// The way to stop a run from another thread or a signal handler.
  public let interruption: InterruptFlag

  /// The failed `expect`s of the last run, also when it ended as `.exited` or was interrupted.
  public var failedExpectations: [Diagnostic] { interpreter.failedExpectations }

  /// Makes an engine and reads the host's commands; ``reloadCommands()`` reads them again.
  public init(host: any ScriptHost, limits: ScriptLimits = ScriptLimits()) {
    self.host = host
    self.limits = limits
    commands = CommandTable(host.signatures) { host.advice(for: $0) }
    interruption = InterruptFlag()
    let sources = SourceBytes()
    budget = ScriptBudget(interruption: interruption, limits: limits) {
      host.stateByteCount() + sources.count
    }
    interpreter = Interpreter(budget: budget)
    keptSources = sources
  }

  /// Reads the host's commands anew: scripts that run from now on have them, and functions of earlier ones, too.
  public func reloadCommands() {
    let host = host
    commands = CommandTable(host.signatures) { host.advice(for: $0) }
    commandsVersion &+= 1
    callers = [:]
    // Code that runs, or waits to go on, must not be replaced.
    relinkIsDue = true
    if !isRunning, !isPaused { relink() }
  }

  /// Links all functions to the host's commands, if those have changed.
  func relink() {
    guard relinkIsDue else { return }
    relinkIsDue = false
    interpreter.relink(commands)
  }

  /// Whether a script is being compiled or runs; a paused one does not.
  public var isRunning: Bool { interpreter.isRunning || isCompiling }

  /// Whether a script is paused.
  public var isPaused: Bool { interpreter.suspension != nil }

  /// Where a span lies in the source texts of the present run.
  package func location(of span: SourceSpan) -> SourceLocation { interpreter.location(span) }

  /// The names of the functions that every script has, sorted, each with how a call is written and
  /// what it does.
  package static var builtinFunctions: [(name: String, usage: String, summary: String)] {
    BuiltinFunction.allCases.filter { $0 != .power }.map { ($0.rawValue, $0.usage, $0.summary) }
      .sorted { $0.0 < $1.0 }
  }

  /// Whether a text is a name that a variable, a function or a command can have: no reserved word.
  package static func isName(_ text: String) -> Bool { Lexer.isName(text) }

  /// The reserved words of the language, sorted.
  package static var keywords: [String] { Keyword.allCases.map(\.rawValue).sorted() }
}

/// A compiled script that an engine does not keep.
struct WeakScript {
  weak var script: CompiledScript?
}
