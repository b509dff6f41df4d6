// Names, calls with parentheses, and calls without them at the start of a statement and right after `=`.

extension Parser {
  /// Reads what stands at the start of a statement: a call without parentheses, or any expression.
  mutating func parseStatementExpression() throws(SyntaxFailure) -> ExpressionID {
    guard token.kind == .identifier else { return try parseExpression() }
    let name = token
    let next = peek()
    let isCommand = commands.calls[text(name)] != nil
    if next.kind == .leftParenthesis, !next.hasSpaceBefore || !isCommand { return try parseExpression() }
    guard isCommand || next.beginsOperandOnly else { return try parseExpression() }
    advance()
    var arguments: [ExpressionID] = []
    if case .assign(_) = token.kind {
      // Reported by whoever looks for the target of the assignment.
    } else if !token.endsStatement {
      try enter()
      arguments = try parseBareArguments()
      leave()
    }
    return try add(.call(text(name), arguments), name.start, previousEnd, above: arguments)
  }

  /// Reads what stands right after `=`.
  mutating func parseAssignedValue() throws(SyntaxFailure) -> ExpressionID {
    try parseStatementExpression()
  }

  /// Reads arguments up to the end of the statement. One pair of parentheses around all of them is dropped:
  /// `print (1, 2)` has two arguments, and so has `write (p + 8), 8`.
  mutating func parseBareArguments() throws(SyntaxFailure) -> [ExpressionID] {
    var arguments: [ExpressionID] = []
    if token.kind == .leftParenthesis, !startsCast() {
      openBracket()
      let inner = try parseList(until: .rightParenthesis)
      try closeBracket(.rightParenthesis, "`,` or `)`")
      if token.endsStatement { return inner }
      guard inner.count == 1 else { throw unexpected("the end of the statement") }
      arguments.append(try parseExpression(continuing: try parseIndexes(of: inner[0])))
    } else {
      arguments.append(try parseExpression())
    }
    while accept(.comma) {
      skipNewlines()
      arguments.append(try parseExpression())
    }
    return arguments
  }

  private func startsCast() -> Bool {
    var copy = self
    return copy.skipCast()
  }

  mutating func parseNameOrCall() throws(SyntaxFailure) -> ExpressionID {
    let name = token
    advance()
    if token.kind == .leftParenthesis {
      openBracket()
      let arguments = try parseList(until: .rightParenthesis)
      try closeBracket(.rightParenthesis, "`,` or `)`")
      return try add(.call(text(name), arguments), name.start, previousEnd, above: arguments)
    }
    if commands.calls[text(name)] != nil {
      throw fail(
        "a call inside an expression needs parentheses", name.start, name.end,
        hint: "write `\(text(name))(…)`")
    }
    return add(.name(text(name)), name.start, name.end)
  }

  /// Reads a string literal; the current token is its opening quote.
  mutating func parseString() throws(SyntaxFailure) -> ExpressionID {
    let start = token.start
    let pieces = try parseQuotedPieces(from: start)
    let end = Int32(lexer.position)
    advance()
    previousEnd = end
    var inner: [ExpressionID] = []
    for case .expression(let id) in pieces { inner.append(id) }
    return try add(.string(pieces), start, end, above: inner)
  }

  /// Reads what stands in double quotes, from behind the opening quote to behind the closing one.
  mutating func parseQuotedPieces(
    from start: Int32, allowsDollar: Bool = false
  ) throws(SyntaxFailure) -> [StringPiece] {
    var pieces: [StringPiece] = []
    var text: [UInt8] = []
    while true {
      let end = lexer.scanStringPiece(into: &text, stopsAtDollar: allowsDollar)
      if case .pause = end {
        charge(text.count)
        continue
      }
      charge(Self.bytesPerWord)
      if !text.isEmpty {
        pieces.append(.text(String(decoding: text, as: UTF8.self)))
        text.removeAll(keepingCapacity: true)
      }
      switch end {
      case .closed, .pause: return pieces
      case .dollar: pieces.append(try parseShellVariable())
      case .interpolation: pieces.append(.expression(try parseInterpolation()))
      case .failed(let problem, let from, let to):
        throw fail(problem.message, from == to ? start : Int32(from), Int32(to), hint: problem.hint)
      }
    }
  }

  /// Reads `expr}`; the lexer stands behind the `{`.
  private mutating func parseInterpolation() throws(SyntaxFailure) -> ExpressionID {
    let open = Int32(lexer.position)
    let outer = (openBrackets, openBlocks)
    openBrackets = 0
    defer { (openBrackets, openBlocks) = outer }
    advance()
    if token.kind == .rightBrace {
      defer { abandonText() }
      throw fail("an expression is missing in `{}`", open - 1, token.end, hint: "`\\{` is a plain brace")
    }
    do throws(SyntaxFailure) {
      let value = try parseExpression()
      guard token.kind == .rightBrace else {
        throw unexpected("`}` behind the expression", hint: "`\\{` in a text is a plain brace")
      }
      lexer.position = Int(token.end)
      return value
    } catch {
      abandonText()
      throw error
    }
  }

  /// Goes to the end of the line: what follows is the rest of a text, not a statement.
  private mutating func abandonText() {
    guard token.kind != .newline, token.kind != .endOfFile else { return }
    openBrackets = 0
    lexer.skipLine()
    advance()
  }
}
