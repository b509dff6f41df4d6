// Statements and blocks.

extension Parser {
  /// Reads one statement with its end, or reports what is wrong and skips it.
  mutating func parseStatement(into statements: inout [Statement]) {
    while token.kind == .newline || token.kind == .semicolon { advance() }
    guard !atStatementEnd else { return }
    let start = token.start
    let startDepth = depth
    charge(Self.bytesPerStatement)
    do {
      let kind = try parseStatementKind()
      try endStatement(kind, from: start, in: &statements)
    } catch {
      depth = startDepth
      recover(from: start)
    }
  }

  private mutating func endStatement(
    _ kind: Statement.Kind, from start: Int32, in statements: inout [Statement]
  ) throws(SyntaxFailure) {
    statements.append(Statement(kind: kind, start: start, end: previousEnd))
    // Behind a block the next statement may begin at once.
    guard atStatementEnd || isClosed else { throw goesOnFailure(statements.last) }
    if token.kind == .newline || token.kind == .semicolon { advance() }
  }

  /// The error that a statement goes on where it should end. Like others it is made apart from what is called again and
  /// again for nested blocks, which takes little of the stack so.
  private mutating func goesOnFailure(_ statement: Statement?) -> SyntaxFailure {
    let hint = statement.flatMap { continuationHint(after: $0.kind, from: $0.start) }
    return unexpected("the end of the statement", hint: hint)
  }

  /// Whether a statement may end at the current token.
  var atStatementEnd: Bool {
    switch token.kind {
    case .rightParenthesis: openSubstitutions > 0
    case .backquote: isInBackquotes
    default: token.endsStatement
    }
  }

  /// What may have been meant when a statement goes on where it should end.
  private func continuationHint(after kind: Statement.Kind, from start: Int32) -> String? {
    let word = text(token)
    if case .assign(_) = token.kind {
      return "`==` compares; an assignment inside an expression stands in parentheses"
    }
    switch word {
    case "and": return "write `&&`"
    case "or": return "write `||`"
    case "then", "do":
      return "a block stands in `{ ... }`, or between `; \(word)` and `\(word == "do" ? "done" : "fi")`"
    default: break
    }
    if case .keyword(.if) = token.kind { return "write `if condition { ... }`" }
    if case .keyword(.for) = token.kind {
      return "write `for x in list { ... }`; there are no comprehensions"
    }
    if token.kind == .colon {
      if lexer.byte(Int(token.end)) == UInt8(ascii: "=") { return "write `x = ...`" }
      if case .expression(let id) = kind, case .name = tree[id].kind { return "there are no labels" }
      return "a block stands in `{ ... }`"
    }
    if lexer.text(max(0, Int(previousEnd) - 4), Int(previousEnd)) == " not" { return "write `!`" }
    if token.kind == .leftBrace {
      if case .expression(let id) = kind, case .call(let name, _) = tree[id].kind {
        return "a function is `func \(name)() { ... }`"
      }
      return nil
    }
    if case .assign = kind, commands.shells[word] != nil {
      return "write `export NAME=VALUE` in a line of its own for what programs look at"
    }
    if case .machine = kind { return "a comma stands between settings: `machine ram=2G, swap=1G`" }
    let name = firstWord(from: start)
    if case .expression = kind, commands.calls[name] == nil, commands.shells[name] == nil {
      return Suggestion.didYouMean(
        name, among: [commands.shells.keys.sorted(), commands.calls.keys.sorted()])?.hint
    }
    if token.beginsOperandOnly, commands.calls[name] != nil { return "a comma stands between arguments" }
    if token.kind == .identifier, Parser.unitWords.contains(word) {
      return "the unit follows the number at once: `100M`"
    }
    switch token.kind {
    case .identifier, .keyword: return "`;` or a line end stands between statements"
    default: return nil
    }
  }

  private func firstWord(from start: Int32) -> String {
    var end = Int(start)
    while Lexer.isNamePart(lexer.byte(end)) { end += 1 }
    return lexer.text(Int(start), end)
  }

  /// Reads a statement, and where it is one a list of commands that goes on behind it.
  mutating func parseStatementKind() throws(SyntaxFailure) -> Statement.Kind {
    let start = token.start
    let kind = try parseFirstKind()
    guard isClosed || leadsToCommand() else { return kind }
    return try parseRest(of: kind, from: start)
  }

  /// Reads the list of commands that goes on behind a block.
  private mutating func parseRest(of kind: Statement.Kind, from start: Int32) throws(SyntaxFailure)
    -> Statement.Kind
  {
    switch token.kind {
    case .bar, .andAnd, .orOr, .greater, .shiftRight:
      var first = Statement(kind: kind, start: start, end: previousEnd)
      // The value of `f()` decides whether the next command runs, as in C.
      if token.kind == .andAnd || token.kind == .orOr, case .expression(let id) = kind,
        lexer.byte(Int(tree[id].end) - 1) == UInt8(ascii: ")")
      {
        first.kind = .arithmetic(id)
      }
      let stage = try parseRedirectedStatement(first)
      return try parseRestOfList(after: Pipeline(stages: [stage], isNegated: false))
    default: return kind
    }
  }

  private mutating func parseFirstKind() throws(SyntaxFailure) -> Statement.Kind {
    if beginsCommand() { return try parseCommandList() }
    if case .keyword(let keyword) = token.kind { return try parseKeywordStatement(keyword) }
    if token.kind == .leftBrace { return .block(try parseBlock()) }
    return try parseOtherKind()
  }

  /// Reads a statement that begins with no word of the language and has no block.
  private mutating func parseOtherKind() throws(SyntaxFailure) -> Statement.Kind {
    switch token.kind {
    case .define: return try parseDefinition()
    case .increment, .decrement: return try parsePrefixIncrement()
    case .identifier:
      if beginsThread() { return try parseThread() }
      if let declaration = try parseDeclaration() { return declaration }
      try refuseForeignStatement()
      try refuseUnknownCommand()
      return try parseExpressionStatements()
    case .leftParenthesis:
      try refuseSubshell()
      return try parseExpressionStatements()
    case .dot, .slash:
      try refuseCommandPath()
      return try parseExpressionStatement()
    default: return try parseExpressionStatements()
    }
  }

  private mutating func parseKeywordStatement(_ keyword: Keyword) throws(SyntaxFailure) -> Statement.Kind {
    switch keyword {
    case .if: return try parseIf()
    case .while: return try parseWhile()
    case .for: return try parseFor()
    case .do: return try parseDo()
    case .switch: return try parseSwitch()
    case .try: return try parseTry()
    case .repeat: return try parseRepeat()
    case .func: return try parseFunction()
    case .process: return try parseProcess()
    default: return try parseSimpleKeyword(keyword)
    }
  }

  /// Reads a statement without blocks that begins with a word of the language.
  private mutating func parseSimpleKeyword(_ keyword: Keyword) throws(SyntaxFailure) -> Statement.Kind {
    switch keyword {
    case .machine: return try parseMachine()
    case .include: return try parseInclude()
    case .global: return try parseGlobal()
    case .break, .continue:
      advance()
      return keyword == .break ? .breakLoop : .continueLoop
    case .return:
      advance()
      return .returnValue(atStatementEnd ? nil : try parseExpression())
    case .print:
      advance()
      if atStatementEnd { return .print([]) }
      return .print(try parseBareArguments())
    case .expect: return try parseExpect()
    case .else:
      throw fail("`else` without an `if` before it", token.start, token.end)
    case .case:
      defer { skipPast("esac") }
      throw fail(
        "`case` stands only in a `switch`", token.start, token.end,
        hint: "write `switch x { case 1: ... }`; the shell's `case ... in` is not supported")
    case .default: throw fail("`default` stands only in a `switch`", token.start, token.end)
    case .catch: throw fail("`catch` without a `try` before it", token.start, token.end)
    case .in: throw unexpected("a statement")
    default: return try parseExpressionStatement()
    }
  }

  private mutating func parseExpect() throws(SyntaxFailure) -> Statement.Kind {
    advance()
    let place = token
    let arguments = try parseBareArguments()
    guard let condition = arguments.first, arguments.count <= 2 else {
      throw fail(
        "`expect` takes a condition and a message", place.start, previousEnd,
        hint: "write `expect x == 5, \"why {x}\"`")
    }
    return .expect(condition, message: arguments.count == 2 ? arguments[1] : nil)
  }

  /// Reads an assignment or an expression that stands alone, or several with commas between them as C has it.
  private mutating func parseExpressionStatements() throws(SyntaxFailure) -> Statement.Kind {
    let start = token.start
    let first = try parseExpressionStatement()
    guard token.kind == .comma, mayBeSequence(first) else { return first }
    var parts = [Statement(kind: first, start: start, end: previousEnd)]
    while accept(.comma) {
      let start = token.start
      parts.append(Statement(kind: try parseExpressionStatement(), start: start, end: previousEnd))
    }
    return .declarations(parts)
  }

  /// Whether a comma behind a statement begins another one rather than an argument that lost its parentheses.
  private func mayBeSequence(_ kind: Statement.Kind) -> Bool {
    switch kind {
    case .assign: return true
    case .expression(let id):
      if case .call = tree[id].kind { return lexer.byte(Int(tree[id].end) - 1) == UInt8(ascii: ")") }
      return false
    default: return false
    }
  }

  /// Reads an assignment, or an expression that stands alone.
  mutating func parseExpressionStatement() throws(SyntaxFailure) -> Statement.Kind {
    let value = try parseStatementExpression()
    guard case .assign(let operation) = token.kind else {
      if case .increment(let target, let sign, _) = tree[value].kind {
        return .assign(target, sign, add(.integer(1), previousEnd, previousEnd))
      }
      return .expression(value)
    }
    let target = try assignmentTarget(value)
    advance()
    return .assign(target, operation, try parseAssignedValue())
  }

  private mutating func parsePrefixIncrement() throws(SyntaxFailure) -> Statement.Kind {
    let operation: BinaryOperator = token.kind == .increment ? .add : .subtract
    let value = try parseIncrementedOperand()
    return .assign(try assignmentTarget(value), operation, add(.integer(1), previousEnd, previousEnd))
  }

  /// What an expression left of an assignment names.
  mutating func assignmentTarget(_ id: ExpressionID) throws(SyntaxFailure) -> AssignmentTarget {
    let node = tree[id]
    switch node.kind {
    case .name(let name): return .variable(name, start: node.start, end: node.end)
    case .element(let list, let index): return .element(of: list, at: index, start: node.start, end: node.end)
    case .call(let name, let arguments) where arguments.isEmpty && node.end - node.start == name.utf8.count:
      throw fail("`\(name)` is a command and cannot be a variable", node.start, node.end)
    default:
      throw fail(
        "this cannot be assigned to", node.start, node.end,
        hint: "a variable or an element of a list or map stands left of `=`")
    }
  }

  /// Reads a `{ … }`; line ends may stand before it.
  mutating func parseBlock() throws(SyntaxFailure) -> Block {
    let scopes = openScope()
    defer { closeScope(scopes) }
    skipNewlines()
    let open = (token.start, token.end)
    try enter()
    guard accept(.leftBrace) else { throw noBlock() }
    openBlocks += 1
    defer { openBlocks -= 1 }
    var block = Block()
    while !isAborted {
      while token.kind == .newline || token.kind == .semicolon { advance() }
      if token.kind == .rightBrace { break }
      if token.kind == .endOfFile || atStatementEnd { throw unclosed(open) }
      parseStatement(into: &block.statements)
    }
    if isAborted { throw SyntaxFailure() }
    leave()
    advance()
    isClosed = true
    return block
  }

  private mutating func unclosed(_ open: (start: Int32, end: Int32)) -> SyntaxFailure {
    fail("this block is never closed", open.start, open.end, hint: "a `}` is missing")
  }

  private mutating func noBlock() -> SyntaxFailure { unexpected("`{`", hint: blockHint()) }

  /// What may have been meant where a block should begin.
  private func blockHint() -> String? {
    if token.kind == .colon { return "a block stands in `{ ... }`" }
    if case .assign(nil) = token.kind {
      return "`==` compares; an assignment inside a condition stands in parentheses"
    }
    switch text(token) {
    case "then":
      return
        "a block stands in `{ ... }`; the shell's form ends the condition with `;`: `if ...; then ... fi`"
    case "and": return "write `&&`"
    case "or": return "write `||`"
    case ";": return "a block stands in `{ ... }`; the shell's form has `then` or `do` behind the `;`"
    case "do":
      return "a block stands in `{ ... }`; the shell's form ends the head with `;`: `...; do ... done`"
    default: return "a block stands in `{ ... }`"
    }
  }

  /// Reads a block, or behind a head in parentheses one statement alone, as C has it.
  mutating func parseBody(mayBeStatement: Bool) throws(SyntaxFailure) -> Block {
    if !mayBeStatement || blockFollows() { return try parseBlock() }
    return try parseLoneStatement()
  }

  private mutating func parseLoneStatement() throws(SyntaxFailure) -> Block {
    skipNewlines()
    if accept(.semicolon) {
      isClosed = true
      return Block()
    }
    guard !token.endsStatement else { throw unexpected("`{` or a statement") }
    try enter()
    let start = token.start
    let statement = Statement(kind: try parseStatementKind(), start: start, end: previousEnd)
    leave()
    if !isClosed {
      guard atStatementEnd else { throw unexpected("the end of the statement") }
      if token.kind == .semicolon { advance() }
      isClosed = true
    }
    return Block(statements: [statement])
  }

  /// Whether a `{` comes next, also behind line ends.
  private func blockFollows() -> Bool {
    if token.kind == .leftBrace { return true }
    guard token.kind == .newline else { return false }
    var copy = lexer
    var next = copy.next()
    while next.kind == .newline { next = copy.next() }
    return next.kind == .leftBrace
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
