// From a text to code.

extension ScriptEngine {
  /// Parses a source text, so that it can be asked whether it is whole and then be run.
  ///
  /// The interrupt flag and the deadline end it early; running it says so then.
  public func parse(_ source: SourceText) -> ParsedScript {
    if !isRunning { budget.start() }
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
  public func check(_ source: SourceText) -> [Diagnostic] { analyze(source).diagnostics }

  /// Compiles a source text, to be run as often as you like.
  ///
  /// - Throws: all that is wrong with it.
  public func compile(_ source: SourceText, options: Options = Options()) throws(ScriptFailure)
    -> CompiledScript
  {
    try requireIdle(source)
    budget.start()
    linkFunctions()
    let compiled = compile(source, parsed: nil, options: options)
    if let stop = budget.stop { throw failure(of: stop, source) }
    guard let program = compiled.program else { throw ScriptFailure(errors: compiled.diagnostics) }
    warn(compiled.diagnostics)
    interpreter.sources = compiled.sources
    let script = CompiledScript(source, options: options, program: program, engine: self)
    self.compiled.removeAll { $0.script == nil }
    self.compiled.append(WeakScript(script: script))
    keptSources.count = interpreter.sources.byteCount
    return script
  }

  /// What came of compiling a text.
  struct Compiled {
    /// The program; nil when there are errors, or the compilation was stopped.
    var program: Program?
    var diagnostics: [Diagnostic]
    var sources: SourceTable
    var tree: SyntaxTree
    var functions: [Resolver.Function]
    var isIncomplete: Bool
  }

  func compile(_ source: SourceText, parsed: ParsedScript?, options: Options) -> Compiled {
    let wasCompiling = isCompiling
    isCompiling = true
    defer { isCompiling = wasCompiling }
    var loader = Loader(
      host: host, commands: commands, budget: budget, sources: interpreter.sources, isKnown: isKnown)
    loader.prefersExpression = options.yieldsValue
    let number = interpreter.sources.nextNumber
    if let parsed, parsed.isValid(asSource: number, commandsVersion: commandsVersion) {
      loader.load(parsed)
    } else {
      loader.load(source)
    }
    var compiled = Compiled(
      diagnostics: loader.diagnostics, sources: loader.sources,
      tree: loader.units.first?.tree ?? SyntaxTree(source: number), functions: [],
      isIncomplete: loader.isIncomplete)
    guard !budget.isStopped else { return compiled }
    var resolver = Resolver(units: loader.units, commands: commands, budget: budget, names: names)
    resolver.resolve()
    compiled.functions = resolver.functions.filter { $0.unit == 0 }
    let compilation = Compilation(
      loader: loader, resolver: resolver, budget: budget, options: options,
      hasValue: { self.interpreter.hasGlobal($0) })
    let program = compilation.compile()
    guard loader.diagnostics.isEmpty else {
      // What could be read is looked through for names that nobody knows; nothing else can be said of it.
      compilation.diagnostics.keepUnknownNames(except: loader.unreadNames)
      let further = compilation.diagnostics.diagnostics(in: loader.sources)
      compiled.diagnostics = Diagnostic.merged(loader.diagnostics, further)
      return compiled
    }
    compiled.diagnostics = compilation.diagnostics.diagnostics(in: loader.sources)
    guard var program else { return compiled }
    program.commandsVersion = commandsVersion
    program.baseVersion = namesVersion
    program.namesVersion = program.names == names ? namesVersion : lastNamesVersion + 1
    lastNamesVersion = max(lastNamesVersion, program.namesVersion)
    program.texts = loader.units.map { ($0.tree.source, loader.sources[$0.tree.source]) }
    program.valued = (0..<names.globalNames.count).filter(interpreter.hasGlobal)
    compiled.program = program
    return compiled
  }

  /// Whether a compiled program fits the present state: the same names and commands, its texts in their places, and no
  /// global has lost the value that it had.
  func isUsable(_ program: Program) -> Bool {
    (namesVersion == program.baseVersion || namesVersion == program.namesVersion)
      && program.commandsVersion == commandsVersion
      && program.texts.allSatisfy { interpreter.sources.holds($0.text, at: $0.number) }
      && program.valued.allSatisfy(interpreter.hasGlobal)
  }

  /// Compiles the functions again that came from a file, as soon as the host has all commands that they need.
  func linkFunctions() {
    relink()
    guard !interpreter.functionTexts.isEmpty else { return }
    let texts = Dictionary(grouping: interpreter.functionTexts.sorted { $0.key < $1.key }, by: \.value)
    for (source, functions) in texts.sorted(by: { $0.key < $1.key }) {
      var loader = Loader(
        host: host, commands: commands, budget: budget, sources: interpreter.sources, isKnown: isKnown)
      loader.loadAlone(source)
      var resolver = Resolver(units: loader.units, commands: commands, budget: budget, names: names)
      resolver.resolve()
      for (index, _) in functions {
        guard let function = resolver.functions.first(where: { $0.index == index }) else { continue }
        // One for each: a function that misses a command says nothing about the others.
        let compilation = Compilation(
          loader: loader, resolver: resolver, budget: budget, options: Options(), hasValue: { _ in true })
        var generator = CodeGenerator(compilation, unit: 0, function: function)
        let code = generator.compileFunction(function)
        guard !compilation.diagnostics.hasErrors, !budget.isStopped else {
          interpreter.refuse(names.functionNames[index], at: index, commands)
          continue
        }
        interpreter.define(code, at: index, commands)
      }
    }
  }

  /// Tells the host of warnings.
  func warn(_ diagnostics: [Diagnostic]) {
    isCompiling = true
    defer { isCompiling = false }
    for warning in diagnostics { host.compilerWarned(warning) }
  }

  /// Whether a name is that of a global or function from an earlier run.
  func isKnown(_ name: String) -> Bool {
    names.functions[name] != nil || names.globals[name].map { interpreter.hasGlobal($0) } == true
  }
}
