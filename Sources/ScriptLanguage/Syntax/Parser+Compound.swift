// The statements that begin with a word of the language.

extension Parser {
  mutating func parseIf() throws(SyntaxFailure) -> Statement.Kind {
    advance()
    var clauses = [ConditionalClause(condition: try parseExpression(), block: try parseBlock())]
    while followsElse() {
      skipNewlines()
      advance()
      guard accept(.keyword(.if)) else {
        return .conditional(clauses, otherwise: try parseBlock())
      }
      clauses.append(ConditionalClause(condition: try parseExpression(), block: try parseBlock()))
    }
    return .conditional(clauses, otherwise: nil)
  }

  /// Whether an `else` comes next, also behind line ends.
  private func followsElse() -> Bool {
    if token.kind == .keyword(.else) { return true }
    guard token.kind == .newline else { return false }
    var copy = lexer
    var next = copy.next()
    while next.kind == .newline { next = copy.next() }
    return next.kind == .keyword(.else)
  }

  mutating func parseWhile() throws(SyntaxFailure) -> Statement.Kind {
    advance()
    return .whileLoop(try parseExpression(), try parseBlock())
  }

  mutating func parseFor() throws(SyntaxFailure) -> Statement.Kind {
    advance()
    if token.kind == .leftParenthesis {
      throw fail(
        "a loop is written `for i in 0..<n { … }`", token.start, token.end,
        hint: "there is no `for (…; …; …)`; `while` takes any condition")
    }
    let variable = try parseName("a loop variable")
    try expect(.keyword(.in), "`in`")
    return .forLoop(variable, try parseExpression(), try parseBlock())
  }

  mutating func parseRepeat() throws(SyntaxFailure) -> Statement.Kind {
    advance()
    return .repeatLoop(try parseExpression(), try parseBlock())
  }

  mutating func parseFunction() throws(SyntaxFailure) -> Statement.Kind {
    if openBlocks > 0 {
      report("a function is defined only outside all blocks", token.start, token.end)
    }
    advance()
    let name = try parseName("a function")
    guard token.kind == .leftParenthesis else { throw unexpected("`(` and the parameters") }
    openBracket()
    var parameters: [NamedPlace] = []
    while token.kind != .rightParenthesis {
      skipTypeWords()
      parameters.append(try parseName("a parameter"))
      guard accept(.comma) else { break }
    }
    try closeBracket(.rightParenthesis, "`)` or `,`")
    let body = try parseBlock()
    return .function(FunctionDeclaration(name: name, parameters: parameters, body: body))
  }

  mutating func parseProcess() throws(SyntaxFailure) -> Statement.Kind {
    advance()
    let name: ExpressionID
    switch token.kind {
    case .identifier:
      name = add(.string([.text(text(token))]), token.start, token.end)
      advance()
    case .quote: name = try parseString()
    default: throw unexpected("the name of a process", hint: "write `process NAME { … }`")
    }
    return .process(name, try parseBlock())
  }

  mutating func parseInclude() throws(SyntaxFailure) -> Statement.Kind {
    advance()
    guard token.kind == .quote else {
      throw unexpected("a file name in double quotes", hint: "write `include \"file.mem\"`")
    }
    let literal = try parseString()
    let node = tree[literal]
    guard case .string(let pieces) = node.kind, pieces.count == 1, case .text(let path) = pieces[0] else {
      throw fail("the name of an included file is a plain text", node.start, node.end)
    }
    tree.includes.append(Include(path: path, start: node.start, end: node.end))
    return .include(tree.includes.count - 1)
  }

  mutating func parseGlobal() throws(SyntaxFailure) -> Statement.Kind {
    advance()
    var names: [NamedPlace] = []
    repeat { names.append(try parseName("a variable")) } while accept(.comma)
    return .global(names)
  }
}
