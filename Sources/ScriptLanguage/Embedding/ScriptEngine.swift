// The interpreter as a host uses it.

/// Runs scripts against one host. Globals and functions persist from one run to the next.
public final class ScriptEngine {
  /// How a run behaves.
  public typealias Options = RunOptions

  /// The host; it owns the engine and must outlive every run.
  private unowned let host: any ScriptHost
  private var commands: CommandTable
  /// Grows whenever `commands` changes.
  private var commandsVersion = 0
  private let interpreter: Interpreter
  private var names = ProgramNames()

  /// The limits of every run.
  public var limits: ScriptLimits {
    didSet { budget.limits = limits }
  }

  /// What the present run, or the last one, has left of them.
  public let budget: ScriptBudget

  /// How many bytes of source texts stay because functions came from them.
  private let keptSources: SourceBytes

  /// The way to stop a run from another thread or a signal handler.
  public let interruption: InterruptFlag

  /// The failed `expect`s of the last run, also when it ended as `.exited` or `.interrupted`.
  public var failedExpectations: [Diagnostic] { interpreter.failedExpectations }

  /// Makes an engine. Its host is not retained: the host owns the engine. The host's commands are read here,
  /// and again when `commandsChanged()` says so.
  public init(host: any ScriptHost, limits: ScriptLimits = ScriptLimits()) {
    self.host = host
    self.limits = limits
    commands = CommandTable(host.signatures) { [unowned host] in host.advice(for: $0) }
    interruption = InterruptFlag()
    let sources = SourceBytes()
    budget = ScriptBudget(interruption: interruption, limits: limits) { [unowned host] in
      host.stateByteCount() + sources.count
    }
    interpreter = Interpreter(budget: budget)
    keptSources = sources
  }

  /// Reads the host's commands anew: scripts compiled from now on know them. Those that were there before
  /// must keep their places, because functions compiled earlier call them by index.
  public func commandsChanged() {
    commands = CommandTable(host.signatures) { [unowned host] in host.advice(for: $0) }
    commandsVersion &+= 1
  }

  // MARK: Running

  /// Parses a source text, so that it can be asked whether it is whole and then be run.
  ///
  /// The interrupt flag and the deadline end it early; running it says so then.
  public func parse(_ source: SourceText) -> ParsedScript {
    if !interpreter.isRunning { budget.start() }
    let before = budget.compiledBytes
    var parser = Parser(
      source, source: interpreter.sources.nextNumber, commands: commands, budget: budget,
      nestingLimit: limits.nestingDepth, isKnown: isKnown)
    if source.bytes.count <= min(limits.sourceBytes, Parser.largestText) { parser.parse() }
    return ParsedScript(
      source: source, openPlace: parser.openPlace, tree: parser.tree, diagnostics: parser.diagnostics,
      byteCount: budget.compiledBytes - before, commandsVersion: budget.isStopped ? -1 : commandsVersion)
  }

  /// All that is wrong with a source text, without running it or remembering anything of it.
  ///
  /// The interrupt flag and the deadline end it early, with what was found until then.
  public func check(_ source: SourceText) -> [Diagnostic] {
    if !interpreter.isRunning { budget.start() }
    return compile(source, parsed: nil, options: Options()).diagnostics
  }

  /// Compiles and runs a source text. One with errors runs not at all and leaves no trace.
  ///
  /// - Parameters:
  ///   - source: the text.
  ///   - options: how it is run.
  ///   - willRun: called once it is known to run, while the engine is still as it was before.
  public func run(
    _ source: SourceText, options: Options = Options(), willRun: () -> Void = {}
  ) -> RunOutcome {
    run(source, parsed: nil, options: options, willRun: willRun)
  }

  /// Compiles and runs a text that was parsed; it is parsed anew only when the engine has changed meanwhile.
  public func run(
    _ script: ParsedScript, options: Options = Options(), willRun: () -> Void = {}
  ) -> RunOutcome {
    run(script.source, parsed: script, options: options, willRun: willRun)
  }

  private func run(
    _ source: SourceText, parsed: ParsedScript?, options: Options, willRun: () -> Void
  ) -> RunOutcome {
    guard !interpreter.isRunning else {
      return refusal(ScriptError("this engine is already running a script"), source)
    }
    budget.start()
    if let stop = budget.stop { return stopped(by: stop, source) }
    let (program, diagnostics, sources) = compile(source, parsed: parsed, options: options)
    if let stop = budget.stop { return stopped(by: stop, source) }
    guard let program else { return .failed(ScriptFailure(errors: diagnostics)) }
    willRun()
    for warning in diagnostics { host.compilerWarned(warning) }
    do {
      try interpreter.prepare(globals: program.names.globalNames.count, registers: program.main.registerCount)
    } catch {
      return stopped(by: error, source)
    }
    names = program.names
    for (index, chunk) in program.functions { interpreter.define(chunk, at: index) }
    interpreter.sources = sources
    let end = interpreter.run(program.main, host: host)
    interpreter.forgetSources()
    keptSources.count = interpreter.sources.byteCount
    return outcome(end)
  }

  /// The outcome of a run that had to stop before its first statement.
  private func stopped(by error: any Error, _ source: SourceText) -> RunOutcome {
    if error is ScriptInterruption { return .interrupted }
    return refusal(
      error as? ScriptError ?? ScriptError("\(error)", kind: .host(error)), source,
      note: "no statement of it had run yet")
  }

  private func outcome(_ end: RunEnd) -> RunOutcome {
    switch end {
    case .finished:
      failedExpectations.isEmpty
        ? .finished : .failed(ScriptFailure(expectations: failedExpectations, end: nil))
    case .failed(let diagnostic):
      .failed(ScriptFailure(expectations: failedExpectations, end: diagnostic))
    case .killed(let signal): .killed(signal: signal)
    case .exited(0) where !failedExpectations.isEmpty:
      .failed(ScriptFailure(expectations: failedExpectations, end: nil))
    case .exited(let status): .exited(status)
    case .interrupted: .interrupted
    }
  }

  private func refusal(_ error: ScriptError, _ source: SourceText, note: String? = nil) -> RunOutcome {
    let span = SourceSpan(source: 0, start: 0, end: 0)
    return .failed(
      ScriptFailure(
        expectations: [],
        end: Diagnostic(
          error.message, kind: error.kind, span: span, location: SourceLocation(span, in: source),
          hint: error.hint, notes: note.map { [Diagnostic.Note(message: $0)] } ?? [])))
  }

  private func compile(
    _ source: SourceText, parsed: ParsedScript?, options: Options
  ) -> (program: Program?, diagnostics: [Diagnostic], sources: SourceTable) {
    var loader = Loader(
      host: host, commands: commands, budget: budget, sources: interpreter.sources, isKnown: isKnown)
    let number = interpreter.sources.nextNumber
    if let parsed, parsed.isValid(asSource: number, commandsVersion: commandsVersion) {
      loader.load(parsed)
    } else {
      loader.load(source)
    }
    guard !budget.isStopped else { return (nil, loader.diagnostics, loader.sources) }
    var resolver = Resolver(units: loader.units, commands: commands, budget: budget, names: names)
    resolver.resolve()
    let compilation = Compilation(
      loader: loader, resolver: resolver, heap: interpreter.heap, budget: budget, options: options,
      hasValue: { self.interpreter.hasGlobal($0) })
    let program = compilation.compile()
    guard loader.diagnostics.isEmpty else {
      // What could be read is looked through for names that nobody knows; nothing else can be said of it.
      compilation.diagnostics.keepUnknownNames(except: loader.unreadNames)
      let further = compilation.diagnostics.diagnostics(in: loader.sources)
      return (nil, Diagnostic.merged(loader.diagnostics, further), loader.sources)
    }
    return (program, compilation.diagnostics.diagnostics(in: loader.sources), loader.sources)
  }

  /// Whether a name is that of a global or function from an earlier run.
  private func isKnown(_ name: String) -> Bool {
    names.functions[name] != nil || names.globals[name].map { interpreter.hasGlobal($0) } == true
  }

  // MARK: Globals

  /// The pointers that variables hold.
  package var heldPointers: HeldPointers {
    interpreter.heldPointers(in: names.globals.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  }

  /// Where a span lies in the source texts of the present run.
  public func location(of span: SourceSpan) -> SourceLocation { interpreter.location(span) }

  /// The names of all globals that have a value, sorted.
  public var globalNames: [String] {
    names.globals.filter { interpreter.hasGlobal($0.value) }.keys.sorted()
  }

  /// The value of a global, nil when it has none; a list that contains itself is `.null`.
  public func value(ofGlobal name: String) -> ScriptValue? {
    guard let slot = names.globals[name], interpreter.hasGlobal(slot) else { return nil }
    return (try? interpreter.stack[slot].value()) ?? .null
  }

  /// The names of all functions that scripts have defined, sorted.
  public var functionNames: [String] { names.functions.keys.sorted() }

  /// The names of the functions that every script has, sorted, each with how a call is written and
  /// what it does.
  public static var builtinFunctions: [(name: String, usage: String, summary: String)] {
    BuiltinFunction.allCases.filter { $0 != .power }.map { ($0.rawValue, $0.usage, $0.summary) }
      .sorted { $0.0 < $1.0 }
  }

  /// The reserved words of the language, sorted.
  public static var keywords: [String] { Keyword.allCases.map(\.rawValue).sorted() }

  /// Copies all globals and functions, for undo.
  public func snapshot() -> Snapshot { Snapshot(names: names, state: interpreter.freeze()) }

  /// Whether a script is running.
  public var isRunning: Bool { interpreter.isRunning }

  /// Puts all globals and functions back to how they were. Does nothing while a script runs.
  public func restore(_ snapshot: Snapshot) {
    guard !interpreter.isRunning else { return }
    names = snapshot.names
    interpreter.thaw(snapshot.state)
  }
}

extension ScriptEngine {
  /// The state of all globals and functions at one moment; see `snapshot()`.
  public struct Snapshot {
    let names: ProgramNames
    let state: FrozenState

    /// About how many bytes it takes.
    public var byteCount: Int { state.byteCount }

    /// Whether all globals have the same values, and all functions are the same.
    public func isSameState(as other: Snapshot) -> Bool {
      names.types == other.names.types && names.constants == other.names.constants
        && state.isSameState(as: other.state)
    }

    /// The names of the globals that are new, gone, or have other values than in an earlier snapshot, sorted.
    public func changedGlobals(since earlier: Snapshot) -> [String] {
      Set(names.globals.keys).union(earlier.names.globals.keys).filter { name in
        let (slot, old) = (names.globals[name], earlier.names.globals[name])
        return !state.hasSameValue(slot, as: old, in: earlier.state)
      }.sorted()
    }
  }
}
