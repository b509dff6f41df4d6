// The statements that begin with a word of the language.

extension Parser {
  mutating func parseIf() throws(SyntaxFailure) -> Statement.Kind {
    try isShellForm(endingWith: "then") ? parseShellIf() : parseConditional()
  }

  private mutating func parseConditional() throws(SyntaxFailure) -> Statement.Kind {
    advance()
    var clauses = [try parseClause()]
    while followsElse() {
      skipNewlines()
      advance()
      guard accept(.keyword(.if)) else {
        return .conditional(clauses, otherwise: try parseBody(mayBeStatement: true))
      }
      clauses.append(try parseClause())
    }
    return .conditional(clauses, otherwise: nil)
  }

  private mutating func parseClause() throws(SyntaxFailure) -> ConditionalClause {
    let (condition, isInParentheses) = try parseCondition()
    return ConditionalClause(condition: condition, block: try parseBody(mayBeStatement: isInParentheses))
  }

  /// Reads a condition, and tells whether parentheses around all of it end it, so that a statement may follow as in C.
  private mutating func parseCondition() throws(SyntaxFailure) -> (ExpressionID, isInParentheses: Bool) {
    if token.kind == .leftBracket, isUnfinishedTest() {
      if isInLastLine { noteEndInside(at: token.start) }
      defer { skipPast("fi") }
      throw fail(
        "the shell's condition ends with `; then` or `; do`", token.start, token.end,
        hint: "write `if [ ... ]; then ...; fi` or `while [ ... ]; do ...; done`")
    }
    guard token.kind == .leftParenthesis, !startsCast() else { return (try parseExpression(), false) }
    openBracket()
    let inner = try parseSequence()
    try closeBracket(.rightParenthesis, "`)`", hint: conditionHint())
    guard goesOn() else { return (inner, true) }
    return (try parseExpression(continuing: try parseIndexes(of: inner)), false)
  }

  /// Whether nothing stands behind this line: in a shell the next one may go on.
  private var isInLastLine: Bool {
    var place = Int(token.start)
    while place < lexer.bytes.count, lexer.bytes[place] != 0x0A { place += 1 }
    while [0x0A, 0x0D, 0x20, 0x09].contains(lexer.byte(place)) { place += 1 }
    return place >= lexer.bytes.count
  }

  /// Whether a test of the shell stands here, `[ … ] then`, that lacks its `;` or what follows it.
  private func isUnfinishedTest() -> Bool {
    var end = Int(token.start)
    while end < lexer.bytes.count, lexer.bytes[end] != 0x0A {
      if lexer.bytes[end] == UInt8(ascii: "]"),
        end + 1 == lexer.bytes.count
          || [" then", " do", ";", "\n", "\r"].contains(where: {
            lexer.bytes[(end + 1)...].starts(with: $0.utf8)
          })
      {
        return true
      }
      end += 1
    }
    return false
  }

  private func conditionHint() -> String? {
    switch text(token) {
    case "and": "write `&&`"
    case "or": "write `||`"
    default: nil
    }
  }

  /// Whether an expression goes on behind its closing parenthesis; a sign before a name begins a statement.
  private func goesOn() -> Bool {
    switch token.kind {
    case .increment, .decrement, .leftParenthesis: false
    case .star: !lexer.byte(lexer.position).isNameStart
    case .leftBracket: lexer.byte(lexer.position) != 0x20
    case .question, .halfOpenRange, .closedRange, .dot: true
    default: token.kind.binaryOperator != nil
    }
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
    if isShellForm(endingWith: "do") { return try parseShellWhile() }
    advance()
    let (condition, isInParentheses) = try parseCondition()
    return .whileLoop(condition, try parseBody(mayBeStatement: isInParentheses))
  }

  mutating func parseDo() throws(SyntaxFailure) -> Statement.Kind {
    advance()
    let body = try parseBody(mayBeStatement: true)
    skipNewlines()
    try expect(.keyword(.while), "`while` and the condition", hint: "write `do { ... } while (condition)`")
    return .doLoop(body, try parseCondition().0)
  }

  mutating func parseFor() throws(SyntaxFailure) -> Statement.Kind {
    if isShellForm(endingWith: "do") { return try parseShellFor() }
    advance()
    if token.kind == .leftParenthesis { return try parseCountedLoop() }
    let variable = try parseName("a loop variable")
    if accept(.comma) {
      let second = try parseName("a loop variable")
      try expect(.keyword(.in), "`in`")
      return .pairLoop(variable, second, try parseExpression(), try parseBlock())
    }
    if token.kind == .assign(nil) {
      let place = token
      while token.kind != .leftBrace, token.kind != .newline, token.kind != .endOfFile { advance() }
      throw fail(
        "C's loop has parentheses", place.start, place.end,
        hint: "write `for (i = 0; i < n; i++) { ... }` or `for i in 0..<n { ... }`")
    }
    try expect(.keyword(.in), "`in`", hint: "write `for i in 0..<n { ... }`")
    let sequence = try parseExpression()
    if token.beginsOperandOnly {
      if isInLastLine { noteEndInside(at: token.start) }
      throw unexpected(
        "`{`",
        hint: "write a list, `for x in [1, 2, 3] { ... }`, or the shell's `for x in 1 2 3; do ... done`")
    }
    return .forLoop(variable, sequence, try parseBlock())
  }

  /// Reads `(first; condition; step) body`.
  private mutating func parseCountedLoop() throws(SyntaxFailure) -> Statement.Kind {
    let scopes = openScope()
    defer { closeScope(scopes) }
    guard case .countedLoop(var loop) = try parseCountedHead() else { throw SyntaxFailure() }
    try enter()
    loop.body = try parseBody(mayBeStatement: true)
    leave()
    return .countedLoop(loop)
  }

  /// Reads `(first; condition; step)`; the loop has no body yet.
  mutating func parseCountedHead() throws(SyntaxFailure) -> Statement.Kind {
    let isDouble = lexer.byte(lexer.position) == UInt8(ascii: "(")
    openBracket()
    if isDouble { openBracket() }
    let first = token.kind == .semicolon ? [] : try parseSimpleStatements()
    if token.kind == .colon || token.kind == .keyword(.in) {
      throw unexpected("`;`", hint: "write `for x in list { ... }`")
    }
    try expect(.semicolon, "`;` and the condition", hint: "write `for (i = 0; i < n; i++) { ... }`")
    let condition = token.kind == .semicolon ? nil : try parseExpression()
    try expect(.semicolon, "`;` and what is done after each round")
    let step = token.kind == .rightParenthesis ? [] : try parseSimpleStatements()
    if isDouble { try closeBracket(.rightParenthesis, "`))`") }
    try closeBracket(.rightParenthesis, "`)`")
    return .countedLoop(CountedLoop(first: first, condition: condition, step: step, body: Block()))
  }

  /// Reads statements without blocks with commas between them.
  private mutating func parseSimpleStatements() throws(SyntaxFailure) -> [Statement] {
    var statements: [Statement] = []
    repeat {
      let start = token.start
      let kind: Statement.Kind
      if let declaration = try parseDeclaration() {
        kind = declaration
      } else if token.kind == .increment || token.kind == .decrement {
        let value = try parseExpression()
        guard case .increment(let target, let sign, _) = tree[value].kind else {
          throw fail("this does nothing", start, previousEnd)
        }
        kind = .assign(target, sign, add(.integer(1), previousEnd, previousEnd))
      } else {
        kind = try parseExpressionStatement()
      }
      statements.append(Statement(kind: kind, start: start, end: previousEnd))
    } while accept(.comma)
    return statements
  }

  mutating func parseSwitch() throws(SyntaxFailure) -> Statement.Kind {
    advance()
    let value = try parseExpression()
    skipNewlines()
    let open = token
    try enter()
    try expect(.leftBrace, "`{` and the cases", hint: "write `switch x { case 1: ... default: ... }`")
    openBlocks += 1
    defer { openBlocks -= 1 }
    var sections: [SwitchSection] = []
    while true {
      while token.kind == .newline || token.kind == .semicolon { advance() }
      if isAborted { throw SyntaxFailure() }
      switch token.kind {
      case .rightBrace:
        leave()
        advance()
        isClosed = true
        return .switchValue(value, sections)
      case .endOfFile:
        throw fail("this block is never closed", open.start, open.end, hint: "a `}` is missing")
      case .keyword(.case), .keyword(.default): sections.append(try parseSection())
      default: throw unexpected("`case`, `default` or `}`")
      }
    }
  }

  private mutating func parseSection() throws(SyntaxFailure) -> SwitchSection {
    var section = SwitchSection(values: [], isDefault: token.kind == .keyword(.default), body: Block())
    advance()
    if !section.isDefault {
      repeat { section.values.append(try parseExpression()) } while accept(.comma)
    }
    try expect(.colon, "`:`")
    while !isAborted {
      while token.kind == .newline || token.kind == .semicolon { advance() }
      switch token.kind {
      case .keyword(.case), .keyword(.default), .rightBrace, .endOfFile: return section
      case _ where atStatementEnd:
        throw fail("this `switch` is never closed", token.start, token.end, hint: "a `}` is missing")
      default: parseStatement(into: &section.body.statements)
      }
    }
    throw SyntaxFailure()
  }

  mutating func parseTry() throws(SyntaxFailure) -> Statement.Kind {
    advance()
    let body = try parseBlock()
    skipNewlines()
    try expect(.keyword(.catch), "`catch`", hint: "write `try { ... } catch e { ... }`")
    var name: NamedPlace?
    if token.kind == .leftParenthesis {
      openBracket()
      name = try parseName("the message of the error")
      try closeBracket(.rightParenthesis, "`)`")
    } else if token.kind == .identifier {
      name = try parseName("the message of the error")
    }
    return .tryCatch(body, name, try parseBlock())
  }

  mutating func parseRepeat() throws(SyntaxFailure) -> Statement.Kind {
    advance()
    return .repeatLoop(try parseExpression(), try parseBlock())
  }

  mutating func parseProcess() throws(SyntaxFailure) -> Statement.Kind {
    advance()
    let name: ExpressionID
    switch token.kind {
    case .identifier:
      name = add(.string([.text(text(token))]), token.start, token.end)
      advance()
    case .quote: name = try parseString()
    default:
      throw unexpected(
        "the name of a process",
        hint: "write `process NAME { ... }`, or `process \"{name}\" { ... }` for a variable")
    }
    var place: ExpressionID?
    if accept(.keyword(.in)) {
      switch token.kind {
      case .quote: place = try parseString()
      case .identifier: place = try parseNameOrCall()
      default:
        throw unexpected(
          "the directory of a control group in double quotes, or a variable",
          hint: "write `process NAME in \"/sys/fs/cgroup/GROUP\" { ... }`")
      }
    }
    return .process(name, in: place, try parseBlock())
  }

  /// Whether `thread NAME …` or `holding arena {` stands here; both words are names like others elsewhere.
  func beginsThread() -> Bool {
    switch text(token) {
    case "thread":
      let next = peek()
      guard next.kind == .identifier || next.kind == .quote else { return false }
      return next.hasSpaceBefore
    case "holding":
      let next = peek()
      return next.kind == .identifier && text(next) == "arena"
    default: return false
    }
  }

  /// Reads `thread NAME { … }`, `thread NAME stack=SIZE { … }` or `holding arena { … }`.
  mutating func parseThread() throws(SyntaxFailure) -> Statement.Kind {
    let isHold = text(token) == "holding"
    advance()
    if isHold {
      advance()
      return .thread(nil, stack: nil, try parseBlock())
    }
    let name: ExpressionID
    if token.kind == .quote {
      name = try parseString()
    } else {
      name = add(.string([.text(text(token))]), token.start, token.end)
      advance()
    }
    var stack: ExpressionID?
    if token.kind == .identifier, text(token) == "stack" {
      advance()
      guard accept(.assign(nil)) else {
        throw unexpected("`=` and the size of the stack", hint: "write `thread NAME stack=256K { ... }`")
      }
      stack = try parseExpression()
    }
    guard token.kind == .leftBrace else {
      throw unexpected(
        "what the thread does, in braces", hint: "write `thread NAME { ... }`, then `join NAME`")
    }
    return .thread(name, stack: stack, try parseBlock())
  }

  /// Reads the block behind `container NAME key=value, …`, if there is one: what the process of that name does in the
  /// control group that the command makes, if it could.
  mutating func parseContainerBlock(_ shell: ShellCommand) throws(SyntaxFailure) -> Statement.Kind {
    guard token.kind == .leftBrace else { return .shell(shell) }
    guard let name = shell.words.first else {
      throw unexpected("the name of a container", hint: "write `container NAME memory=64M { ... }`")
    }
    let path = add(.string([.text("/sys/fs/cgroup/")] + name.pieces), name.start, name.end)
    let start = shell.name.start
    let process = Statement.Kind.process(
      add(.string(name.pieces), name.start, name.end), in: path, try parseBlock())
    let command = Statement(kind: .shell(shell), start: start, end: name.end)
    let block = Statement(kind: process, start: start, end: previousEnd)
    return .commandList(
      CommandList(
        first: Pipeline(stages: [command], isNegated: false),
        rest: [(true, Pipeline(stages: [block], isNegated: false))]))
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

  /// Reads `#define NAME value`.
  mutating func parseDefinition() throws(SyntaxFailure) -> Statement.Kind {
    advance()
    let name = try parseName("a constant")
    if token.kind == .leftParenthesis, !token.hasSpaceBefore {
      throw fail(
        "a macro with parameters is not supported", name.start, token.end,
        hint: "write `func \(name.name)(x) { return ... }`")
    }
    if token.endsStatement { return .constant(name, add(.integer(1), name.start, name.end)) }
    return .constant(name, try parseExpression())
  }
}

extension UInt8 {
  /// Whether a name may begin with the byte.
  fileprivate var isNameStart: Bool { Lexer.isNameStart(self) }
}
