// Statements and blocks.

extension Parser {
  /// Reads one statement with its end, or reports what is wrong and skips it.
  mutating func parseStatement(into statements: inout [Statement]) {
    while token.kind == .newline || token.kind == .semicolon { advance() }
    guard !token.endsStatement else { return }
    let start = token.start
    let startDepth = depth
    charge(Self.bytesPerStatement)
    do {
      let kind = try parseStatementKind()
      statements.append(Statement(kind: kind, start: start, end: previousEnd))
      guard token.endsStatement else {
        throw unexpected("the end of the statement", hint: continuationHint(after: kind, from: start))
      }
      if token.kind == .newline || token.kind == .semicolon { advance() }
    } catch {
      depth = startDepth
      recover()
    }
  }

  /// What may have been meant when a statement goes on where it should end.
  private func continuationHint(after kind: Statement.Kind, from start: Int32) -> String? {
    if case .assign(_) = token.kind { return "an assignment is no expression; `==` compares" }
    guard case .expression = kind else { return nil }
    var end = Int(start)
    while Lexer.isNamePart(lexer.byte(end)) { end += 1 }
    let name = lexer.text(Int(start), end)
    guard commands.calls[name] == nil, commands.shells[name] == nil else { return nil }
    return Suggestion.didYouMean(name, among: [commands.shells.keys.sorted(), commands.calls.keys.sorted()])
  }

  private mutating func parseStatementKind() throws(SyntaxFailure) -> Statement.Kind {
    switch token.kind {
    case .keyword(let keyword): return try parseKeywordStatement(keyword)
    case .increment, .decrement: return try parsePrefixIncrement()
    case .identifier:
      if let declaration = try parseDeclaration() { return declaration }
      if let command = shellCommandHere() { return try parseShellCommand(command) }
      return try parseExpressionStatement()
    case .leftBrace:
      throw fail(
        "a block stands only behind `if`, a loop, `func` or `process NAME`", token.start, token.end)
    default: return try parseExpressionStatement()
    }
  }

  private mutating func parseKeywordStatement(_ keyword: Keyword) throws(SyntaxFailure) -> Statement.Kind {
    switch keyword {
    case .if: return try parseIf()
    case .while: return try parseWhile()
    case .for: return try parseFor()
    case .repeat: return try parseRepeat()
    case .func: return try parseFunction()
    case .process: return try parseProcess()
    case .machine: return try parseMachine()
    case .include: return try parseInclude()
    case .global: return try parseGlobal()
    case .break, .continue:
      advance()
      return keyword == .break ? .breakLoop : .continueLoop
    case .return:
      advance()
      return .returnValue(token.endsStatement ? nil : try parseExpression())
    case .print:
      advance()
      if token.endsStatement { return .print([]) }
      return .print(try parseBareArguments())
    case .expect:
      advance()
      return .expect(try parseExpression())
    case .else:
      throw fail("`else` without an `if` before it", token.start, token.end)
    case .in: throw unexpected("a statement")
    case .true, .false, .null: return try parseExpressionStatement()
    }
  }

  /// Reads an assignment, or an expression that stands alone.
  private mutating func parseExpressionStatement() throws(SyntaxFailure) -> Statement.Kind {
    let value = try parseStatementExpression()
    switch token.kind {
    case .assign(let operation):
      let target = try assignmentTarget(value)
      advance()
      return .assign(target, operation, try parseAssignedValue())
    case .increment, .decrement:
      let target = try assignmentTarget(value)
      let operation: BinaryOperator = token.kind == .increment ? .add : .subtract
      advance()
      return .assign(target, operation, one(token))
    default: return .expression(value)
    }
  }

  private mutating func parsePrefixIncrement() throws(SyntaxFailure) -> Statement.Kind {
    let operation: BinaryOperator = token.kind == .increment ? .add : .subtract
    advance()
    let value = try parsePostfix()
    return .assign(try assignmentTarget(value), operation, one(token))
  }

  private mutating func one(_ token: Token) -> ExpressionID {
    add(.integer(1), previousEnd, previousEnd)
  }

  private mutating func assignmentTarget(_ id: ExpressionID) throws(SyntaxFailure) -> AssignmentTarget {
    let node = tree[id]
    switch node.kind {
    case .name(let name): return .variable(name, start: node.start, end: node.end)
    case .element(let list, let index): return .element(of: list, at: index, start: node.start, end: node.end)
    case .call(let name, let arguments) where arguments.isEmpty && node.end - node.start == name.utf8.count:
      throw fail("`\(name)` is a command and cannot be a variable", node.start, node.end)
    default:
      throw fail(
        "this cannot be assigned to", node.start, node.end,
        hint: "a variable or an element of a list stands left of `=`")
    }
  }

  /// Reads a `{ … }`; line ends may stand before it.
  mutating func parseBlock() throws(SyntaxFailure) -> Block {
    skipNewlines()
    let open = token
    try enter()
    try expect(.leftBrace, "`{`")
    openBlocks += 1
    defer { openBlocks -= 1 }
    var block = Block()
    while !isAborted {
      while token.kind == .newline || token.kind == .semicolon { advance() }
      if token.kind == .rightBrace { break }
      if token.kind == .endOfFile {
        throw fail("this block is never closed", open.start, open.end, hint: "a `}` is missing")
      }
      parseStatement(into: &block.statements)
    }
    if isAborted { throw SyntaxFailure() }
    leave()
    advance()
    return block
  }

  mutating func parseName(_ what: String) throws(SyntaxFailure) -> NamedPlace {
    guard token.kind == .identifier else {
      if case .keyword(let keyword) = token.kind {
        throw fail(
          "`\(keyword.rawValue)` is a word of the language and cannot name \(what)", token.start, token.end)
      }
      throw unexpected("the name of \(what)")
    }
    let place = NamedPlace(name: text(token), start: token.start, end: token.end)
    advance()
    return place
  }
}
