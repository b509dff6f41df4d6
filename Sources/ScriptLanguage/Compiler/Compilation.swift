// One compilation: what all its functions share, and its result.

/// A compiled program, ready to be taken over by the engine.
struct Program {
  /// The main program's code, linked when it first runs.
  private final class Link {
    var main: Chunk?
  }

  var main: ChunkImage
  var functions: [(index: Int, code: ChunkImage)]
  var names: ProgramNames
  /// The state of the engine's commands and names that it was compiled for, and the state of the names that it makes.
  var commandsVersion = 0
  var baseVersion = 0
  var namesVersion = 0
  /// Its source texts with their numbers.
  var texts: [(number: Int32, text: SourceText)] = []
  /// The globals that had a value then.
  var valued: [Int] = []
  private let link = Link()

  init(main: ChunkImage, functions: [(index: Int, code: ChunkImage)], names: ProgramNames) {
    self.main = main
    self.functions = functions
    self.names = names
  }

  /// The linked code, once it has run.
  var linked: Chunk? { link.main }

  /// Keeps the linked code for the next run.
  func keep(_ main: Chunk) { link.main = main }
}

/// The state that the code generators of one program share.
final class Compilation {
  let host: any ScriptHost
  let commands: CommandTable
  let options: RunOptions
  let units: [Unit]
  let sources: SourceTable
  let budget: ScriptBudget
  let resolver: Resolver
  let names: ProgramNames
  /// Whether C's types may change a value anywhere.
  let usesTypes: Bool
  /// Whether a global has a value before the program runs.
  let hasValue: (Int) -> Bool
  var diagnostics: DiagnosticCollector
  /// Finds the lines of statements, which mostly come in their order.
  var lines = LineCounter()
  private var constants: [String: ScriptValue?] = [:]
  private lazy var hostVariables = Set(host.variableNames)

  init(
    loader: Loader, resolver: Resolver, budget: ScriptBudget, options: RunOptions,
    hasValue: @escaping (Int) -> Bool
  ) {
    host = loader.host
    commands = loader.commands
    units = loader.units
    sources = loader.sources
    self.resolver = resolver
    names = resolver.names
    usesTypes = !names.types.isEmpty || loader.units.contains { $0.tree.hasTypes }
    diagnostics = resolver.diagnostics
    self.budget = budget
    self.options = options
    self.hasValue = hasValue
  }

  /// Compiles all functions and the main program; nil when there are errors.
  func compile() -> Program? {
    var functions: [(index: Int, code: ChunkImage)] = []
    for function in resolver.functions {
      var generator = CodeGenerator(self, unit: function.unit, function: function)
      functions.append((function.index, generator.compileFunction(function)))
    }
    var generator = CodeGenerator(self, unit: 0, function: nil)
    let main = generator.compileMain()
    return diagnostics.hasErrors ? nil : Program(main: main, functions: functions, names: names)
  }

  /// Whether to go on: what is compiled of a program that has to stop, or has more mistakes than are shown, is thrown
  /// away.
  var mayGoOn: Bool { !diagnostics.isFull && budget.mayGoOnCompiling() }

  func constant(_ name: String) -> ScriptValue? {
    if let known = constants[name] { return known }
    let value = host.constant(named: name)
    constants[name] = value
    return value
  }

  /// Whether the host may know a variable of this name when the program runs.
  func mayBeHostVariable(_ name: String) -> Bool {
    resolver.hasComputedProcessNames || resolver.processNames.contains(name) || hostVariables.contains(name)
  }

  /// Whether a name is a global that has, or may get, a value.
  func isGlobal(_ name: String) -> Int? {
    guard let slot = names.globals[name] else { return nil }
    return resolver.assignedGlobals.contains(name) || hasValue(slot) ? slot : nil
  }

  /// "Did you mean" over everything that may stand where a value is expected.
  func suggestion(forVariable name: String, locals: [String]) -> Suggestion? {
    if commands.shells[name] != nil {
      return Suggestion("`\(name)` is a shell command: `$(\(name) ...)` is its output")
    }
    if let advice = host.advice(for: name) { return Suggestion(advice: advice) }
    if names.functions[name] != nil || BuiltinFunction.named(name) != nil {
      return Suggestion("`\(name)` is a function: write `\(name)(...)`", replacement: "\(name)()")
    }
    return Suggestion.didYouMean(
      name,
      among: [
        locals, names.globalNames, host.variableNames, host.constantNames, names.functionNames,
        commands.signatures.map(\.name), BuiltinFunction.names, ["true", "false"],
      ])
  }

  /// "Did you mean" over everything that can be called.
  func suggestion(forCall name: String) -> Suggestion? {
    if commands.shells[name] != nil {
      return Suggestion(
        "`\(name)` is a shell command: write `\(name) WORD ...` at the start of a statement, or `$(\(name) WORD ...)`"
      )
    }
    if let advice = host.advice(for: name) { return Suggestion(advice: advice) }
    return Suggestion.didYouMean(
      name,
      among: [
        names.functionNames, commands.signatures.map(\.name), BuiltinFunction.names,
        Keyword.allCases.map(\.rawValue),
      ])
  }
}
