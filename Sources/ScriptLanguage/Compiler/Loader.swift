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
  var diagnostics: [Diagnostic] = []
  /// Whether the text only needs more lines.
  var isIncomplete = false

  private var limits: ScriptLimits { budget.limits }

  init(host: any ScriptHost, commands: CommandTable, budget: ScriptBudget, sources: SourceTable) {
    self.host = host
    self.commands = commands
    self.budget = budget
    self.sources = sources
  }

  /// Loads a text as the first unit.
  mutating func load(_ text: SourceText) { _ = load(text, depth: 0) }

  private mutating func load(_ text: SourceText, depth: Int) -> Int? {
    let source = sources.insert(text)
    loadedBytes += text.bytes.count
    guard loadedBytes <= min(limits.sourceBytes, Parser.largestText) else {
      isTooLarge = true
      let error = ScriptLimit.sourceBytes.error(under: limits)
      add(error.message, SourceSpan(source: source, start: 0, end: 0), hint: error.hint)
      return nil
    }
    var parser = Parser(
      text, source: source, commands: commands, budget: budget, nestingLimit: limits.nestingDepth)
    parser.parse()
    diagnostics += parser.diagnostics.diagnostics(in: sources)
    isIncomplete = isIncomplete || parser.endedInside
    let unit = units.count
    units.append(Unit(tree: parser.tree))
    for include in parser.tree.includes {
      // A program with so many mistakes is not compiled, whatever else it includes.
      guard !isTooLarge, diagnostics.count < DiagnosticCollector.limit, budget.mayGoOnCompiling() else {
        break
      }
      units[unit].included.append(load(include, from: text, parser.tree, depth: depth + 1))
    }
    return unit
  }

  private mutating func load(
    _ include: Include, from text: SourceText, _ tree: SyntaxTree, depth: Int
  ) -> Int? {
    let span = tree.span(include.start, include.end)
    guard depth <= limits.includeDepth else {
      let error = ScriptLimit.includeDepth.error(under: limits)
      add(error.message, span, hint: error.hint)
      return nil
    }
    guard units.count < 1000 else {
      add("this script includes more than 1000 files", span, hint: nil)
      return nil
    }
    do {
      return load(try host.includedSource(at: include.path, from: text), depth: depth)
    } catch let error as ScriptError {
      add(error.message, span, hint: error.hint)
    } catch {
      add("\(error)", span, hint: nil)
    }
    return nil
  }

  private mutating func add(_ message: String, _ span: SourceSpan, hint: String?) {
    let location = SourceLocation(span, in: sources[span.source])
    diagnostics.append(Diagnostic(message, span: span, location: location, hint: hint))
  }
}
