// Functions: the language's own and C's form of them.

extension Parser {
  mutating func parseFunction() throws(SyntaxFailure) -> Statement.Kind {
    if openBlocks > 0 {
      report("a function is defined only outside all blocks", token.start, token.end)
    }
    advance()
    let name = try parseName("a function")
    guard token.kind == .leftParenthesis else { throw unexpected("`(` and the parameters") }
    let parameters = try parseParameters()
    return .function(
      FunctionDeclaration(name: name, parameters: parameters, body: try parseBlock(), result: nil))
  }

  /// Reads `(int a, b = 5)`.
  private mutating func parseParameters() throws(SyntaxFailure) -> [FunctionParameter] {
    openBracket()
    var parameters: [FunctionParameter] = []
    if isTypeWord(token), text(token) == "void", peek().kind == .rightParenthesis { advance() }
    while token.kind != .rightParenthesis {
      let type = parseTypeWords()
      var parameter = FunctionParameter(place: try parseName("a parameter"), type: type, value: nil)
      if token.kind == .leftBracket {
        openBracket()
        if token.kind != .rightBracket { _ = try parseExpression() }
        try closeBracket(.rightBracket, "`]`")
        parameter.type = type.map { CType(base: $0.base, pointers: $0.pointers + 1) }
      }
      if accept(.assign(nil)) {
        parameter.value = try parseExpression()
      } else if let last = parameters.last, last.value != nil {
        report(
          "a parameter without a value cannot follow one that has one", parameter.place.start,
          parameter.place.end, hint: "write `\(parameter.place.name) = ...`, or put it before")
      }
      parameters.append(parameter)
      guard accept(.comma) else { break }
    }
    try closeBracket(.rightParenthesis, "`)` or `,`")
    return parameters
  }

  /// Reads the rest of a function whose type and name stand before it as in C, or of its prototype.
  mutating func parseCFunction(_ result: CType, _ name: NamedPlace) throws(SyntaxFailure) -> Statement.Kind {
    if openBlocks > 0 {
      report("a function is defined only outside all blocks", name.start, name.end)
    }
    // A prototype names types only.
    if let end = prototypeEnd() {
      while token.start < end, token.kind != .endOfFile { advance() }
      return .declarations([])
    }
    let parameters = try parseParameters()
    openFunctionScope(parameters)
    defer { scopes = nil }
    let body = try parseBlock()
    return .function(FunctionDeclaration(name: name, parameters: parameters, body: body, result: result))
  }

  /// Where the prototype that begins at the parenthesis here ends; nil when a body follows.
  private func prototypeEnd() -> Int32? {
    var copy = lexer
    var depth = 1
    while depth > 0 {
      let next = copy.next()
      switch next.kind {
      case .leftParenthesis: depth += 1
      case .rightParenthesis: depth -= 1
      case .endOfFile, .leftBrace, .semicolon: return nil
      default: break
      }
    }
    let next = copy.next()
    return next.kind == .semicolon ? next.start : nil
  }
}
