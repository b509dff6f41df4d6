// Warnings where a variable and a process bear the same name, and another one is meant than the script's author thinks.

/// Looks for names that are those of a variable and of a process.
struct ProcessNameWarnings {
  private let resolver: Resolver

  init(_ resolver: Resolver) { self.resolver = resolver }

  /// Adds a warning for each `process name { … }` where `name` is a variable, and for each `$name` that means the
  /// variable where a process bears the name.
  func add(to diagnostics: inout DiagnosticCollector) {
    let variables = resolver.assignedGlobals.union(resolver.functions.flatMap(\.locals))
      .subtracting(resolver.processVariables)
    let named = blocks().filter { variables.contains($0.name.name) }
    guard !named.isEmpty else { return }
    let shared = Set(named.map(\.name.name))
    for (name, tree) in named {
      diagnostics.add(
        "this is the process named \"\(name.name)\"; the variable `\(name.name)` does not name it",
        kind: .name(name.name), severity: .warning, at: tree.span(name.start, name.end),
        hint: "write `process \"{\(name.name)}\" { ... }` for the variable, or rename one of them")
    }
    for unit in resolver.units {
      for expression in unit.tree.expressions {
        guard case .name(let name) = expression.kind, shared.contains(name),
          Int(expression.end - expression.start) > name.utf8.count
        else { continue }
        diagnostics.add(
          "`$\(name)` is the variable, not the process of that name", kind: .name(name),
          severity: .warning,
          at: unit.tree.span(expression.start, expression.end), hint: "rename one of them")
      }
    }
  }

  /// The names of all process blocks that are written as bare words.
  private func blocks() -> [(name: NamedPlace, tree: SyntaxTree)] {
    var found: [(NamedPlace, SyntaxTree)] = []
    for unit in resolver.units {
      var pending = unit.tree.statements
      while let statement = pending.popLast() {
        if case .process(let id, _, _) = statement.kind, case .string(let pieces) = unit.tree[id].kind,
          pieces.count == 1, case .text(let text) = pieces[0],
          Int(unit.tree[id].end - unit.tree[id].start) == text.utf8.count
        {
          found.append(
            (NamedPlace(name: text, start: unit.tree[id].start, end: unit.tree[id].end), unit.tree))
        }
        pending += statement.inner
      }
    }
    return found
  }
}

extension Statement {
  /// The statements of its blocks.
  var inner: [Statement] {
    switch kind {
    case .conditional(let clauses, let otherwise):
      clauses.flatMap(\.block.statements) + (otherwise?.statements ?? [])
    case .whileLoop(_, let block), .repeatLoop(_, let block), .doLoop(let block, _),
      .forLoop(_, _, let block),
      .wordLoop(_, _, let block), .pairLoop(_, _, _, let block), .process(_, _, let block),
      .thread(_, _, let block),
      .block(let block):
      block.statements
    case .countedLoop(let loop): loop.body.statements
    case .switchValue(_, let sections): sections.flatMap(\.body.statements)
    case .tryCatch(let body, _, let handler): body.statements + handler.statements
    case .function(let declaration): declaration.body.statements
    case .commandList(let list): list.first.stages + list.rest.flatMap(\.pipeline.stages)
    case .declarations(let parts): parts
    default: []
    }
  }
}
