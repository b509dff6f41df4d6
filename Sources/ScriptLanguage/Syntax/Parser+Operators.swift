// Where an expression goes on: operators, also in the next line, as far as no command follows them.

extension Parser {
  /// The operator at the current token, or at the beginning of the next line; nil where a command follows it, or none.
  mutating func operatorHere() -> BinaryOperator? {
    if token.kind == .newline, goesOnInNextLine() { advance() }
    guard let operation = token.kind.binaryOperator, !leadsToCommand() else { return nil }
    return operation
  }

  /// Whether the line behind the current line end begins with an operator that can begin no statement.
  private func goesOnInNextLine() -> Bool {
    var place = lexer.position
    while lexer.byte(place) == 0x20 || lexer.byte(place) == 0x09 { place += 1 }
    let (first, second) = (lexer.byte(place), lexer.byte(place + 1))
    switch first {
    case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "%"), UInt8(ascii: "^"):
      return second == 0x20
    case UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "="): return second == first
    case UInt8(ascii: "!"): return second == UInt8(ascii: "=")
    default: return false
    }
  }

  /// Whether a shell command, or a file that output goes to, stands behind the `|`, `&&`, `||` or `>` here.
  func leadsToCommand() -> Bool {
    guard openBrackets == 0, !isInArithmetic else { return false }
    switch token.kind {
    case .bar, .andAnd, .orOr:
      let next = peek()
      let name = text(next)
      return next.kind == .identifier && commands.shells[name] != nil && commands.calls[name] == nil
        && BuiltinFunction.named(name) == nil && !isKnownVariable(name)
        && lexer.byte(Int(next.end)) != UInt8(ascii: "(")
    case .greater, .shiftRight:
      let next = peek()
      return next.kind == .slash && Lexer.isNameStart(lexer.byte(Int(next.end)))
    default: return false
    }
  }

  /// Reads what `++` or `--` changes: no other of them, of which a text might have any number in a row.
  mutating func parseIncrementedOperand() throws(SyntaxFailure) -> ExpressionID {
    advance()
    guard token.kind != .increment, token.kind != .decrement else {
      throw fail(
        "`\(text(token))` has no variable to change", token.start, token.end,
        hint: "a variable or an element of a list or map stands behind it")
    }
    return try parsePostfix()
  }
}
