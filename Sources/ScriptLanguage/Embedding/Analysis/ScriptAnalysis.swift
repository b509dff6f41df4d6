// What tools ask about a text: all from one parse that survives errors.

/// A text as editors, linters and shells see it: its tree, names and mistakes, and what may stand at a cursor.
///
/// It is a value that refers to no engine. Positions are byte offsets; ``SourceLocation`` has them as lines and columns.
public struct ScriptAnalysis: Sendable {
  /// The text.
  public let source: SourceText
  /// All that is wrong with it and with what it includes, in order.
  public let diagnostics: [Diagnostic]
  /// Whether the text is the beginning of something longer: a block, a bracket or a comment is open at its end.
  public let isIncomplete: Bool

  let tree: SyntaxTree
  let functions: [Resolver.Function]
  let vocabulary: AnalysisVocabulary

  // MARK: The tree

  /// The statements with those in them; what could not be read is left out.
  public var statements: [SyntaxElement] { tree.statements.map { SyntaxElement($0, in: tree) } }

  /// What stands at a byte offset, from the statement inwards: the last element is the innermost. Empty between statements.
  public func path(at offset: Int) -> [SyntaxElement] {
    var path: [SyntaxElement] = []
    var statements = tree.statements
    while let found = statements.first(where: { Int($0.start) <= offset && offset <= Int($0.end) }) {
      let (kind, name, nested) = SyntaxElement.parts(found, tree)
      path.append(
        SyntaxElement(kind: kind, range: Int(found.start)..<Int(max(found.end, found.start)), name: name))
      statements = nested
    }
    // Expressions may be a million deep: they are looked through as the array that they are.
    let around = tree.expressions.filter { Int($0.start) <= offset && offset <= Int($0.end) }
    for expression in around.sorted(by: { ($0.end - $0.start, $1.start) > ($1.end - $1.start, $0.start) })
      .suffix(64)
    {
      let element = SyntaxElement(expression)
      if path.last?.range == element.range, path.last?.kind == element.kind { continue }
      path.append(element)
    }
    return path
  }

  /// The innermost part of the text at a byte offset; nil between statements.
  public func element(at offset: Int) -> SyntaxElement? { path(at: offset).last }

  // MARK: Names

  /// The names that the text defines and uses, in the order of their first places.
  public var symbols: [ScriptSymbol] {
    var collector = SymbolCollector(tree, source, functions: functions)
    return collector.collect()
  }

  /// The name at a byte offset with all its places; nil where there is none.
  public func symbol(at offset: Int) -> ScriptSymbol? {
    symbols.first { symbol in
      symbol.occurrences.contains { $0.range.lowerBound <= offset && offset <= $0.range.upperBound }
    }
  }

  /// A place in the text as lines and columns.
  public func location(of range: Range<Int>) -> SourceLocation {
    SourceLocation(
      SourceSpan(
        source: 0, start: Int32(clamping: range.lowerBound), end: Int32(clamping: range.upperBound)),
      in: source)
  }
}

/// What a text may use beside its own names.
struct AnalysisVocabulary: Sendable {
  var commands: [CommandSignature]
  var constants: [String]
  /// Variables of earlier runs and of the host.
  var variables: [String]
  /// Functions of earlier runs with their parameters.
  var functions: [String: FunctionSignature]
}

extension ScriptEngine {
  /// Looks at a text without running it or remembering anything of it.
  ///
  /// The interrupt flag and the deadline end it early, with what was found until then.
  public func analyze(_ source: SourceText) -> ScriptAnalysis {
    if !isRunning, !isPaused { budget.start() }
    let compiled = compile(source, parsed: nil, options: Options())
    return ScriptAnalysis(
      source: source, diagnostics: compiled.diagnostics, isIncomplete: compiled.isIncomplete,
      tree: compiled.tree,
      functions: compiled.functions,
      vocabulary: AnalysisVocabulary(
        commands: commands.signatures, constants: host.constantNames,
        variables: globalNames + host.variableNames,
        functions: names.functions.mapValues { names.signatures[$0] }))
  }
}
