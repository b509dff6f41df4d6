// From a source text to the syntax trees of it and of everything that it includes.

/// A parsed source text and, for each of its includes, which unit that is.
struct Unit {
  var tree: SyntaxTree
  var included: [Int?] = []
}

/// Reads a source text and its includes.
struct Loader {
  let host: any ScriptHost
  let commands: CommandTable
  let budget: ScriptBudget
  /// All source texts of the engine; those of this program are added.
  var sources: SourceTable
  /// How many bytes the texts of this program have together.
  private var loadedBytes = 0
  private var isTooLarge = false
  var units: [Unit] = []
  /// Whether the first text is the beginning of something longer.
  private(set) var isIncomplete = false
  /// Whether the first text is read as an expression where it is one.
  var prefersExpression = false
  var diagnostics: [Diagnostic] = []
  /// The names in what could not be read.
  private(set) var unreadNames: Set<String> = []
  /// Whether a name has a meaning from before.
  private let isKnown: (String) -> Bool
  /// The files that are being included, outermost first.
  private var openFiles: [String] = []

  private var limits: ScriptLimits { budget.limits }

  init(
    host: any ScriptHost, commands: CommandTable, budget: ScriptBudget, sources: SourceTable,
    isKnown: @escaping (String) -> Bool
  ) {
    self.host = host
    self.isKnown = isKnown
    self.commands = commands
    self.budget = budget
    self.sources = sources
  }

  /// Loads a text as the first unit.
  mutating func load(_ text: SourceText) { _ = load(text, depth: 0) }

  /// Loads a text that the engine has, without what it includes, as the first unit.
  mutating func loadAlone(_ source: Int32) {
    let text = sources[source]
    var parser = Parser(
      text, source: source, commands: commands, budget: budget, nestingLimit: limits.nestingDepth,
      isKnown: isKnown)
    parser.parse()
    diagnostics += parser.diagnostics.diagnostics(in: sources)
    var unit = Unit(tree: parser.tree)
    unit.included = Array(repeating: nil, count: parser.tree.includes.count)
    units.append(unit)
  }

  /// Loads a text that was parsed, with the number that it was parsed for, as the first unit.
  mutating func load(_ script: ParsedScript) {
    isIncomplete = script.isIncomplete
    let source = sources.insert(script.source)
    assert(source == script.tree.source, "a tree for another source is loaded")
    guard mayTake(script.source, source), budget.mayGoOnCompiling(taking: script.byteCount) else { return }
    _ = enter(script.tree, script.diagnostics, of: script.source, depth: 0)
  }

  private mutating func load(_ text: SourceText, depth: Int) -> Int? {
    let source = sources.insert(text)
    guard mayTake(text, source) else { return nil }
    var parser = Parser(
      text, source: source, commands: commands, budget: budget, nestingLimit: limits.nestingDepth,
      isKnown: isKnown)
    parser.prefersExpression = prefersExpression && depth == 0
    parser.parse()
    if depth == 0 { isIncomplete = parser.openPlace != nil }
    return enter(parser.tree, parser.diagnostics, of: text, depth: depth)
  }

  /// Counts a text's bytes; says so when there are too many.
  private mutating func mayTake(_ text: SourceText, _ source: Int32) -> Bool {
    loadedBytes += text.bytes.count
    guard loadedBytes > min(limits.sourceBytes, Parser.largestText) else { return true }
    isTooLarge = true
    let error = ScriptLimit.sourceBytes.error(under: limits)
    add(error.message, error.kind, SourceSpan(source: source, start: 0, end: 0), hint: error.hint)
    return false
  }

  /// Adds a unit and loads what it includes.
  private mutating func enter(
    _ tree: SyntaxTree, _ found: DiagnosticCollector, of text: SourceText, depth: Int
  ) -> Int {
    diagnostics += found.diagnostics(in: sources)
    unreadNames.formUnion(tree.unreadNames)
    openFiles.append(text.name)
    defer { openFiles.removeLast() }
    let unit = units.count
    units.append(Unit(tree: tree))
    for include in tree.includes {
      // A program with so many mistakes is not compiled, whatever else it includes.
      guard !isTooLarge, diagnostics.count < DiagnosticCollector.limit, budget.mayGoOnCompiling() else {
        break
      }
      units[unit].included.append(load(include, from: text, tree, depth: depth + 1))
    }
    return unit
  }

  private mutating func load(
    _ include: Include, from text: SourceText, _ tree: SyntaxTree, depth: Int
  ) -> Int? {
    let span = tree.span(include.start, include.end)
    guard depth <= limits.includeDepth else {
      let error = ScriptLimit.includeDepth.error(under: limits)
      add(error.message, error.kind, span, hint: error.hint)
      return nil
    }
    guard units.count < 1000 else {
      add(
        "this script includes more than 1000 files", .include(path: include.path, cause: nil), span, hint: nil
      )
      return nil
    }
    do {
      let source = try host.includedSource(at: include.path, from: text)
      if openFiles.contains(source.name) {
        add(
          "`\(source.name)` includes itself", .include(path: source.name, cause: nil), span,
          hint: openFiles.count > 1 ? "by way of `\(text.name)`" : nil)
        return nil
      }
      return load(source, depth: depth)
    } catch let error as ScriptError {
      add(error.message, .include(path: include.path, cause: error), span, hint: error.hint)
    } catch {
      add(
        "cannot include `\(include.path)`: \(error)", .include(path: include.path, cause: error), span,
        hint: nil)
    }
    return nil
  }

  private mutating func add(_ message: String, _ kind: FailureKind, _ span: SourceSpan, hint: String?) {
    let location = SourceLocation(span, in: sources[span.source])
    diagnostics.append(Diagnostic(message, kind: kind, span: span, location: location, hint: hint))
  }
}
