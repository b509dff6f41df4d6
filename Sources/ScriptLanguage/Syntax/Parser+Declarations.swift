// C declarations and casts, read for the sake of pasted C lines; types mean nothing here.

extension Parser {
  static let typeWords: Set<String> = [
    "void", "char", "short", "int", "long", "signed", "unsigned", "const", "volatile", "static",
    "size_t", "ssize_t", "off_t", "pid_t", "uintptr_t", "intptr_t", "ptrdiff_t", "bool",
    "int8_t", "int16_t", "int32_t", "int64_t", "uint8_t", "uint16_t", "uint32_t", "uint64_t",
  ]

  func isTypeWord(_ token: Token) -> Bool {
    token.kind == .identifier && Parser.typeWords.contains(text(token))
  }

  /// Skips `unsigned long *` before the name of a parameter.
  mutating func skipTypeWords() {
    guard let length = declaratorLength() else { return }
    for _ in 0..<length { advance() }
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
    return next.kind == .identifier ? length : nil
  }

  /// Reads `int *p = malloc(4)`, `char *p`, `int a = 1, b`; nil when the statement is no declaration.
  mutating func parseDeclaration() throws(SyntaxFailure) -> Statement.Kind? {
    guard let length = declaratorLength() else { return nil }
    var isPointer = false
    for _ in 0..<length {
      isPointer = isPointer || token.kind == .star
      advance()
    }
    var parts: [Statement] = []
    while true {
      let name = try parseName("a variable")
      if token.kind == .leftBracket {
        throw fail(
          "there are no C arrays", token.start, token.end,
          hint: "write `\(name.name) = []` for a list, or `\(name.name) = malloc(…)` for memory")
      }
      let value: ExpressionID
      if accept(.assign(nil)) {
        value = try parseAssignedValue()
      } else {
        value = add(isPointer ? .null : .integer(0), name.start, name.end)
      }
      let target = AssignmentTarget.variable(name.name, start: name.start, end: name.end)
      parts.append(Statement(kind: .assign(target, nil, value), start: name.start, end: previousEnd))
      guard accept(.comma) else { break }
      isPointer = false
      while accept(.star) { isPointer = true }
    }
    return parts.count == 1 ? parts[0].kind : .declarations(parts)
  }

  /// Skips a cast such as `(char *)`; false when the parenthesis here is none.
  mutating func skipCast() -> Bool {
    var copy = lexer
    var next = copy.next()
    guard isTypeWord(next) else { return false }
    var length = 2
    repeat {
      next = copy.next()
      length += 1
    } while isTypeWord(next) || next.kind == .star
    guard next.kind == .rightParenthesis else { return false }
    for _ in 0..<length { advance() }
    return true
  }
}
