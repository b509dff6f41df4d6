// Names, calls with parentheses, and calls without them at the start of a statement and right after `=`.

extension Parser {
  /// Reads what stands at the start of a statement: a call without parentheses, or any expression.
  mutating func parseStatementExpression() throws(SyntaxFailure) -> ExpressionID {
    guard token.kind == .identifier else { return try parseExpression() }
    try refuseForeignCall()
    let name = token
    let next = peek()
    let isCommand = commands.calls[text(name)] != nil
    if next.kind == .leftParenthesis, !next.hasSpaceBefore || !isCommand { return try parseExpression() }
    if next.kind == .increment || next.kind == .decrement || next.kind == .leftBracket, !next.hasSpaceBefore {
      return try parseExpression()
    }
    guard isCommand || next.beginsOperandOnly else { return try parseExpression() }
    advance()
    var arguments: [ExpressionID] = []
    if case .assign(_) = token.kind {
      // Reported by whoever looks for the target of the assignment.
    } else if !atStatementEnd {
      try enter()
      arguments = try parseBareArguments()
      leave()
    }
    return try add(.call(text(name), arguments), name.start, previousEnd, above: arguments)
  }

  /// Reads what stands right after `=`: a value, a call without parentheses, or another assignment.
  mutating func parseAssignedValue() throws(SyntaxFailure) -> ExpressionID {
    try refuseUnquotedWord()
    let value = try parseStatementExpression()
    guard case .assign(let operation) = token.kind else { return value }
    let target = try assignmentTarget(value)
    try enter()
    advance()
    let assigned = try parseAssignedValue()
    leave()
    return try add(
      .assign(target, operation, assigned), tree[value].start, previousEnd, above: [value, assigned])
  }

  /// Reads arguments up to the end of the statement. One pair of parentheses around all of them is dropped:
  /// `print (1, 2)` has two arguments, and so has `write (p + 8), 8`.
  mutating func parseBareArguments() throws(SyntaxFailure) -> [ExpressionID] {
    var arguments: [ExpressionID] = []
    if token.kind == .leftParenthesis, !startsCast() {
      openBracket()
      let inner = try parseArguments()
      try closeBracket(.rightParenthesis, "`,` or `)`")
      if atStatementEnd { return inner }
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

  mutating func parseNameOrCall() throws(SyntaxFailure) -> ExpressionID {
    let name = token
    try refuseForeignCall()
    advance()
    if token.kind == .leftParenthesis, !isInArithmetic || !token.hasSpaceBefore {
      openBracket()
      return try call(of: name, with: try parseArguments())
    }
    return try variable(name)
  }

  // What follows is apart from what is called again for the expressions inside, which takes little of the stack so.

  private mutating func call(of name: Token, with arguments: [ExpressionID]) throws(SyntaxFailure)
    -> ExpressionID
  {
    try closeBracket(.rightParenthesis, "`,` or `)`")
    try refuseChildBranch(name)
    return try add(.call(text(name), arguments), name.start, previousEnd, above: arguments)
  }

  private mutating func variable(_ name: Token) throws(SyntaxFailure) -> ExpressionID {
    if commands.calls[text(name)] != nil {
      throw fail(
        "a call inside an expression needs parentheses", name.start, name.end,
        hint: "write `\(text(name))(...)`")
    }
    return try numeric(add(.name(resolved(text(name))), name.start, name.end))
  }

  /// Reads the arguments of a call.
  private mutating func parseArguments() throws(SyntaxFailure) -> [ExpressionID] {
    var arguments: [ExpressionID] = []
    while token.kind != .rightParenthesis {
      arguments.append(try parseParenthesized())
      guard accept(.comma) else { break }
      if token.kind == .rightParenthesis { throw unexpected("an argument") }
    }
    return arguments
  }

  /// Reads `$name`, `${name}`, `$?` or `$$`.
  mutating func parseDollarName() throws(SyntaxFailure) -> ExpressionID {
    let place = token
    let name = Self.dollarName(text(token))
    advance()
    return try numeric(dollarValue(name, place.start, place.end))
  }

  /// The name in `$name` and `${name}`.
  static func dollarName(_ text: String) -> String {
    let name = text.dropFirst()
    return String(name.first == "{" ? name.dropFirst().dropLast() : name)
  }

  /// What `$name` stands for.
  mutating func dollarValue(_ name: String, _ start: Int32, _ end: Int32) -> ExpressionID {
    switch name {
    case "?": add(.name("status"), start, end)
    case "$": add(.call("getpid", []), start, end)
    default: add(.name(resolved(name)), start, end)
    }
  }

  /// A value in `$((…))`, where texts count as the numbers that they write.
  mutating func numeric(_ value: ExpressionID) throws(SyntaxFailure) -> ExpressionID {
    guard isInArithmetic else { return value }
    switch token.kind {
    case .assign(_), .increment, .decrement: return value
    default:
      return try add(
        .call(BuiltinFunction.int.rawValue, [value]), tree[value].start, tree[value].end, above: [value])
    }
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
    from start: Int32, isWord: Bool = false
  ) throws(SyntaxFailure) -> [StringPiece] {
    var pieces: [StringPiece] = []
    var text: [UInt8] = []
    while true {
      let end = lexer.scanStringPiece(into: &text, isWord: isWord)
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
      case .interpolation: pieces.append(.expression(try parseInterpolation(isWord: isWord)))
      case .failed(let problem, let from, let to):
        throw fail(problem.message, from == to ? start : Int32(from), Int32(to), hint: problem.hint)
      }
    }
  }

  /// Reads `expr}`; the lexer stands behind the `{`.
  private mutating func parseInterpolation(isWord: Bool) throws(SyntaxFailure) -> ExpressionID {
    let open = Int32(lexer.position)
    let outer = (openBrackets, openBlocks, isInArithmetic)
    openBrackets = 0
    isInArithmetic = false
    defer { (openBrackets, openBlocks, isInArithmetic) = outer }
    advance()
    try refuseNoExpression(open, isWord: isWord)
    do throws(SyntaxFailure) {
      try enter()
      let value = try parseExpression()
      leave()
      if token.kind == .colon { return try parseFormat(of: value) }
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

  /// Throws for `{}`, and for the program of `awk "{print $1}"`.
  private mutating func refuseNoExpression(_ open: Int32, isWord: Bool) throws(SyntaxFailure) {
    let isProgram = isWord && (token.kind == .keyword(.print) || text(token) == "printf")
    guard isProgram || token.kind == .rightBrace else { return }
    defer { abandonText() }
    guard isProgram else {
      throw fail("an expression is missing in `{}`", open - 1, token.end, hint: "`\\{` is a plain brace")
    }
    throw fail(
      "braces in a text hold an expression", open - 1, token.end,
      hint: "single quotes keep what stands between them: `awk '{print $1}'`")
  }

  /// Reads `:format}` behind an expression; the format is one of printf's.
  private mutating func parseFormat(of value: ExpressionID) throws(SyntaxFailure) -> ExpressionID {
    let start = Int(token.end)
    var end = start
    while end < lexer.bytes.count, lexer.byte(end) != UInt8(ascii: "}"), lexer.byte(end) != 0x0A { end += 1 }
    let format = lexer.text(start, end)
    guard lexer.byte(end) == UInt8(ascii: "}"), FormatSpecification(inText: format) != nil else {
      throw fail(
        "`\(SourceLocation.visible(format.utf8))` is no format", Int32(start), Int32(end),
        hint: "a format is printf's, its letter may be left out: `{x:%8.1f}`, `{x:8}`, `{name:-10}`")
    }
    lexer.position = end + 1
    return try add(
      .formatted(value, format: format), tree[value].start, Int32(end), above: [value])
  }

  /// Goes to the end of the line: what follows is the rest of a text, not a statement.
  private mutating func abandonText() {
    guard token.kind != .newline, token.kind != .endOfFile else { return }
    openBrackets = 0
    lexer.skipLine()
    advance()
  }
}
