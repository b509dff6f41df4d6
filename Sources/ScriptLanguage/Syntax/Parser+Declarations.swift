// C declarations, casts and `sizeof`.

extension Parser {
  func isTypeWord(_ token: Token) -> Bool {
    token.kind == .identifier && CType.words[text(token)] != nil
  }

  /// Reads `unsigned long *` before a name; nil when there is no type.
  mutating func parseTypeWords() -> CType? {
    guard let length = declaratorLength() else { return nil }
    return takeType(length)
  }

  private mutating func takeType(_ length: Int) -> CType {
    var words: [String] = []
    var pointers = 0
    for _ in 0..<length {
      switch token.kind {
      case .star: pointers += 1
      case .newline: break
      default: words.append(text(token))
      }
      advance()
    }
    tree.hasTypes = true
    var type = CType(words: words)
    type.pointers = pointers
    return type
  }

  /// How many tokens of type words and stars stand before a name here; nil when this is no declaration.
  private func declaratorLength() -> Int? {
    guard isTypeWord(token) else { return nil }
    var copy = lexer
    var length = 1
    var next = copy.next()
    while isTypeWord(next) || next.kind == .star {
      length += 1
      next = copy.next()
    }
    if next.kind == .newline, beginsFunction(copy) {
      // GNU's style: the name of a function begins a line.
      return length + 1
    }
    return next.kind == .identifier ? length : nil
  }

  /// Whether `name(…)` and a block stand here, the name at the beginning of its line.
  private func beginsFunction(_ lexer: Lexer) -> Bool {
    var copy = lexer
    guard copy.next().kind == .identifier, copy.next().kind == .leftParenthesis else { return false }
    var next = copy.next()
    while next.kind != .rightParenthesis {
      guard [.identifier, .star, .comma, .newline].contains(next.kind) else { return false }
      next = copy.next()
    }
    next = copy.next()
    while next.kind == .newline { next = copy.next() }
    return next.kind == .leftBrace
  }

  /// Reads `int *p = malloc(4)`, `char *p`, `int a = 1, b`, or a function; nil when the statement is none of them.
  mutating func parseDeclaration() throws(SyntaxFailure) -> Statement.Kind? {
    let start = token
    let isStatic = text(token) == "static"
    guard let length = declaratorLength() else { return nil }
    var type = takeType(length)
    let base = type.base
    var parts: [Statement] = []
    while true {
      var name = try parseName("a variable")
      if token.kind == .leftParenthesis, parts.isEmpty { return try parseCFunction(type, name) }
      if isStatic, openBlocks > 0 {
        throw fail(
          "a variable that a function keeps from call to call is not supported", start.start, name.end,
          hint: "declare `\(name.name)` outside the function")
      }
      if token.kind == .leftBracket {
        throw fail(
          "there are no C arrays", token.start, token.end,
          hint: "write `\(name.name) = fill(n, \(type.isPointer ? "NULL" : "0"))` for a list of n, or "
            + "`\(name.name) = malloc(...)` for memory")
      }
      var value: ExpressionID?
      name = declared(name)
      if accept(.assign(nil)) { value = try parseAssignedValue() }
      parts.append(Statement(kind: .declaration(type, name, value), start: name.start, end: previousEnd))
      guard accept(.comma) else { break }
      type = CType(base: base)
      while accept(.star) { type.pointers += 1 }
    }
    return parts.count == 1 ? parts[0].kind : .declarations(parts)
  }

  func startsCast() -> Bool { castLength() != nil }

  /// Reads a cast such as `(char *)`; nil when the parenthesis here begins none.
  mutating func parseCast() -> CType? {
    guard let length = castLength() else { return nil }
    advance()
    let type = takeType(length)
    advance()
    return type
  }

  /// How many tokens stand between the parentheses of a cast that begins here.
  private func castLength() -> Int? {
    guard token.kind == .leftParenthesis else { return nil }
    var copy = lexer
    var next = copy.next()
    guard isTypeWord(next) else { return nil }
    var length = 0
    while isTypeWord(next) || next.kind == .star {
      length += 1
      next = copy.next()
    }
    return next.kind == .rightParenthesis ? length : nil
  }

  /// Reads `sizeof(type)`, `sizeof(expression)` or `sizeof x`.
  mutating func parseSizeof() throws(SyntaxFailure) -> ExpressionID {
    let start = token.start
    try enter()
    defer { leave() }
    advance()
    tree.hasTypes = true
    if let type = parseCast() { return add(.sizeOfType(type), start, previousEnd) }
    if token.kind == .leftParenthesis, text(peek()) == "struct" {
      throw fail("there are no structs", token.start, token.end, hint: "write their size in bytes")
    }
    // `sizeof *p` asks for a type; nothing is read.
    var stars = 0
    let isInParentheses = token.kind == .leftParenthesis
    if isInParentheses { openBracket() }
    while accept(.star) { stars += 1 }
    var operand = try isInParentheses ? parseExpression() : parsePostfix()
    if isInParentheses { try closeBracket(.rightParenthesis, "`)`") }
    for _ in 0..<stars {
      operand = try add(
        .element(of: operand, at: operand), tree[operand].start, previousEnd, above: [operand])
    }
    return try add(.sizeOfValue(operand), start, previousEnd, above: [operand])
  }
}
