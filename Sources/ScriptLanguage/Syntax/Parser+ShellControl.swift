// The shell's control flow, `for … do … done` and its kin, and the output of commands as a value.

extension Parser {
  /// Whether the head of a statement that begins here ends, behind `;` or a line end, with a certain word: then it is
  /// written as in a shell.
  func isShellForm(endingWith word: String) -> Bool {
    var place = Int(token.end)
    while lexer.byte(place) == 0x20 { place += 1 }
    // One parenthesis is C's.
    if lexer.byte(place) == UInt8(ascii: "("), lexer.byte(place + 1) != UInt8(ascii: "(") { return false }
    var quote: UInt8 = 0
    var depth = 0
    while place < lexer.bytes.count {
      let byte = lexer.bytes[place]
      if quote != 0 {
        if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
          place += 1
        } else if byte == quote {
          quote = 0
        }
        place += 1
        continue
      }
      switch byte {
      case UInt8(ascii: "\\"): place += 1
      case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): quote = byte
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"): depth -= 1
      case UInt8(ascii: "{") where depth == 0:
        guard let end = unquotedBraces(at: place) else { return false }
        place = end
      case UInt8(ascii: "}") where depth == 0: return false
      case UInt8(ascii: ";"), 0x0A:
        guard depth == 0, byte != 0x0A || !goesOnBehindLineEnd(place) else { break }
        if wordFollows(word, at: place + 1) { return true }
        if byte == 0x0A { return false }
      default: break
      }
      place += 1
    }
    return false
  }

  /// The closing brace of `${name}` or `{1..5}`; nil where a block begins.
  private func unquotedBraces(at place: Int) -> Int? {
    let isVariable = place > 0 && lexer.bytes[place - 1] == UInt8(ascii: "$")
    var end = place + 1
    var hasSeparator = isVariable
    while end < lexer.bytes.count {
      switch lexer.bytes[end] {
      case UInt8(ascii: "}"): return hasSeparator ? end : nil
      case 0x20, 0x0A, UInt8(ascii: ";"): return nil
      case UInt8(ascii: "."), UInt8(ascii: ","): hasSeparator = true
      default: break
      }
      end += 1
    }
    return nil
  }

  /// Whether the line that ends at an offset ends with an operator between commands.
  private func goesOnBehindLineEnd(_ end: Int) -> Bool {
    var place = end
    while place > 0, [0x20, 0x09, 0x0D].contains(lexer.bytes[place - 1]) { place -= 1 }
    guard place > 0 else { return false }
    return lexer.bytes[place - 1] == UInt8(ascii: "|")
      || (place > 1 && lexer.bytes[place - 1] == UInt8(ascii: "&")
        && lexer.bytes[place - 2] == UInt8(ascii: "&"))
  }

  /// Whether a word stands at an offset, behind blanks and line ends.
  private func wordFollows(_ word: String, at start: Int) -> Bool {
    var place = start
    while [0x20, 0x09, 0x0A, 0x0D].contains(lexer.byte(place)) { place += 1 }
    return lexer.bytes[place...].starts(with: word.utf8)
      && !Lexer.isNamePart(lexer.byte(place + word.utf8.count))
  }

  // MARK: Control flow

  /// Reads `if commands; then …; elif …; else …; fi`.
  mutating func parseShellIf() throws(SyntaxFailure) -> Statement.Kind {
    let open = token
    var clauses: [ConditionalClause] = []
    advance()
    clauses.append(try parseShellClause(open))
    while true {
      switch text(token) {
      case "elif":
        advance()
        clauses.append(try parseShellClause(open))
      case "else":
        advance()
        let block = try parseShellBlock(until: ["fi"], open)
        return try endCompound(.conditional(clauses, otherwise: block))
      default: return try endCompound(.conditional(clauses, otherwise: nil))
      }
    }
  }

  private mutating func parseShellClause(_ open: Token) throws(SyntaxFailure) -> ConditionalClause {
    let condition = try parseShellCondition(until: "then", open)
    advance()
    return ConditionalClause(
      condition: condition, block: try parseShellBlock(until: ["elif", "else", "fi"], open))
  }

  /// Reads `while commands; do …; done`.
  mutating func parseShellWhile() throws(SyntaxFailure) -> Statement.Kind {
    let open = token
    advance()
    if text(token) == "read" {
      defer { skipPast("done") }
      throw fail(
        "`while read` is not supported", token.start, token.end,
        hint: "write `for line in lines($(command)) { ... }`")
    }
    let condition = try parseShellCondition(until: "do", open)
    advance()
    let body = try parseShellBlock(until: ["done"], open)
    return try endCompound(.whileLoop(condition, body))
  }

  /// Reads `for name in words; do …; done`.
  mutating func parseShellFor() throws(SyntaxFailure) -> Statement.Kind {
    let open = token
    advance()
    if token.kind == .leftParenthesis {
      guard case .countedLoop(var loop) = try parseShellCountedHead() else { throw SyntaxFailure() }
      loop.body = try parseShellBlock(until: ["done"], open)
      return try endCompound(.countedLoop(loop))
    }
    let variable = try parseName("a loop variable")
    guard token.kind == .keyword(.in) else {
      throw unexpected("`in` and the words", hint: "write `for \(variable.name) in 1 2 3; do ... done`")
    }
    var words: [ShellWord] = []
    while skipShellBlank() {
      charge(Self.bytesPerWord)
      if let range = try parseBraceRange() {
        words += range
      } else {
        words.append(try parseShellWord(splitsNames: true))
      }
    }
    advance()
    try skipToWord("do")
    let body = try parseShellBlock(until: ["done"], open)
    return try endCompound(.wordLoop(variable, words, body))
  }

  /// Reads the head of `for ((i = 0; i < 3; i++)); do`.
  private mutating func parseShellCountedHead() throws(SyntaxFailure) -> Statement.Kind {
    let kind = try parseCountedHead()
    try skipToWord("do")
    return kind
  }

  /// Goes past `;` or a line end and a word that must follow.
  private mutating func skipToWord(_ word: String) throws(SyntaxFailure) {
    while token.kind == .newline || token.kind == .semicolon { advance() }
    guard text(token) == word else { throw unexpected("`\(word)`") }
    advance()
  }

  /// Reads the commands of a condition up to a word, which stays the current token.
  private mutating func parseShellCondition(until word: String, _ open: Token) throws(SyntaxFailure)
    -> ExpressionID
  {
    let start = token.start
    let outer = isInCondition
    isInCondition = true
    defer { isInCondition = outer }
    let block = try parseShellBlock(until: [word], open, consumes: false)
    isInCondition = outer
    // One arithmetic expression needs no status.
    if block.statements.count == 1, case .arithmetic(let value) = block.statements[0].kind { return value }
    return add(.commandStatus(tree.addBlock(block, at: start)), start, previousEnd)
  }

  /// Reads statements up to one of some words, and goes past `done` and `fi` where asked to.
  private mutating func parseShellBlock(
    until ends: Set<String>, _ open: Token, consumes: Bool = true
  ) throws(SyntaxFailure) -> Block {
    try enter(2)
    var block = Block()
    let outer = isInCondition
    if consumes { isInCondition = false }
    openShellBlocks += 1
    defer {
      isInCondition = outer
      openShellBlocks -= 1
    }
    while !isAborted {
      while token.kind == .newline || token.kind == .semicolon { advance() }
      let word = text(token)
      if ends.contains(word) {
        leave(2)
        return block
      }
      if atStatementEnd {
        throw fail(
          "this is never closed", open.start, open.end,
          hint: "a `\(ends.contains("fi") ? "fi" : ends.sorted()[0])` is missing")
      }
      parseStatement(into: &block.statements)
    }
    throw SyntaxFailure()
  }

  /// Goes past the `done` or `fi` that closes a statement.
  private mutating func endCompound(_ kind: Statement.Kind) throws(SyntaxFailure) -> Statement.Kind {
    advance()
    isClosed = true
    return kind
  }

  // MARK: Output as a value

  /// Reads `$(commands)` or a command in backquotes; the current token is its sign.
  mutating func parseSubstitution() throws(SyntaxFailure) -> ExpressionID {
    let open = token
    let isQuoted = token.kind == .backquote
    let outer = (openBrackets, openBlocks, openSubstitutions, isInBackquotes, isInCondition, isInArithmetic)
    defer {
      (openBrackets, openBlocks, openSubstitutions, isInBackquotes, isInCondition, isInArithmetic) = outer
    }
    try enter(3)
    openBrackets = 0
    openBlocks = 0
    isInArithmetic = false
    isInCondition = false
    openSubstitutions = isQuoted ? 0 : openSubstitutions + 1
    isInBackquotes = isQuoted
    advance()
    var block = Block()
    while !isAborted {
      while token.kind == .newline || token.kind == .semicolon { advance() }
      if atStatementEnd { break }
      parseStatement(into: &block.statements)
    }
    if isAborted { throw SyntaxFailure() }
    guard token.kind == (isQuoted ? .backquote : .rightParenthesis) else {
      throw fail(
        "this command is never closed", open.start, open.end, hint: "a `\(isQuoted ? "`" : ")")` is missing")
    }
    leave(3)
    let number = tree.addBlock(block, at: open.start)
    let end = token.end
    (openBrackets, openBlocks, openSubstitutions, isInBackquotes, isInCondition, isInArithmetic) = outer
    advance()
    previousEnd = end
    return try numeric(add(.commandOutput(number), open.start, end))
  }

  /// Reads `$((expression))`; the current token is its sign.
  mutating func parseArithmetic() throws(SyntaxFailure) -> ExpressionID {
    let value = try parseArithmeticValue()
    // A comparison is 1 or 0 there.
    guard case .binary(let operation, _, _) = tree[value].kind,
      operation.isComparison || operation == .and || operation == .or
    else {
      if case .unary(.not, _) = tree[value].kind { return try asInteger(value) }
      return value
    }
    return try asInteger(value)
  }

  private mutating func asInteger(_ value: ExpressionID) throws(SyntaxFailure) -> ExpressionID {
    try add(.call(BuiltinFunction.int.rawValue, [value]), tree[value].start, tree[value].end, above: [value])
  }

  private mutating func parseArithmeticValue() throws(SyntaxFailure) -> ExpressionID {
    let start = token.start
    let outer = (isInArithmetic, openSubstitutions)
    isInArithmetic = true
    openSubstitutions = 0
    defer { (isInArithmetic, openSubstitutions) = outer }
    try enter()
    openBracket()
    let value = try parseParenthesized()
    try closeBracket(.rightParenthesis, "`))`")
    guard token.kind == .rightParenthesis else { throw unexpected("`))`") }
    leave()
    let end = token.end
    (isInArithmetic, openSubstitutions) = outer
    advance()
    previousEnd = end
    tree.expressions[Int(value.index)].start = start
    tree.expressions[Int(value.index)].end = end
    return value
  }

  /// Reads `((expression))` as a command.
  mutating func parseArithmeticCommand() throws(SyntaxFailure) -> ExpressionID {
    advance()
    return try parseArithmetic()
  }
}
