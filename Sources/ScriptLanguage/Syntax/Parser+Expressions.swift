// Expressions: ranges, the ternary, operators by precedence, and what stands before and behind an operand.

extension Parser {
  /// Reads a range, or anything that binds tighter.
  mutating func parseExpression() throws(SyntaxFailure) -> ExpressionID {
    try parseExpression(continuing: nil)
  }

  /// Reads an expression whose first operand may have been read already.
  mutating func parseExpression(continuing first: ExpressionID?) throws(SyntaxFailure) -> ExpressionID {
    try enter()
    let lower = try parseConditional(continuing: first)
    guard token.kind == .halfOpenRange || token.kind == .closedRange else {
      leave()
      return lower
    }
    let isClosed = token.kind == .closedRange
    advance()
    skipNewlines()
    let upper = try parseConditional(continuing: nil)
    leave()
    return try add(
      .range(lower, upper, isClosed: isClosed), tree[lower].start, previousEnd, above: lower, upper)
  }

  private mutating func parseConditional(continuing first: ExpressionID?) throws(SyntaxFailure)
    -> ExpressionID
  {
    let condition = try parseBinary(continuing: first)
    guard accept(.question) else { return condition }
    skipNewlines()
    let then = try parseExpression()
    try expect(.colon, "`:` of the conditional expression")
    skipNewlines()
    let otherwise = try parseExpression()
    return try add(
      .conditional(condition, then: then, otherwise: otherwise), tree[condition].start, previousEnd,
      above: condition, then, otherwise)
  }

  /// Reads operands and operators with two stacks, so that precedence costs no recursion.
  private mutating func parseBinary(continuing first: ExpressionID?) throws(SyntaxFailure) -> ExpressionID {
    var operands: [ExpressionID] = []
    var operators: [BinaryOperator] = []
    if let first { operands.append(first) } else { operands.append(try parseUnary()) }
    while let next = token.kind.binaryOperator {
      while let last = operators.last, last.precedence >= next.precedence {
        try reduce(&operands, &operators)
      }
      operators.append(next)
      advance()
      skipNewlines()
      operands.append(try parseUnary())
    }
    while !operators.isEmpty { try reduce(&operands, &operators) }
    return operands[0]
  }

  private mutating func reduce(
    _ operands: inout [ExpressionID], _ operators: inout [BinaryOperator]
  ) throws(SyntaxFailure) {
    let right = operands.removeLast()
    let left = operands.removeLast()
    let height = max(heights[Int(left.index)], heights[Int(right.index)] + 1)
    operands.append(
      try add(
        .binary(operators.removeLast(), left, right), tree[left].start, tree[right].end, height: height))
  }

  private mutating func parseUnary() throws(SyntaxFailure) -> ExpressionID {
    var operators: [(operation: UnaryOperator, start: Int32)] = []
    while let operation = try prefixOperator() {
      operators.append((operation, token.start))
      if operators.count > nestingLimit {
        isAborted = true
        throw nestedTooDeeply(token.start, token.end)
      }
      advance()
    }
    var operand: ExpressionID
    if token.kind == .integerMinimumMagnitude, let minus = operators.last, minus.operation == .negate {
      operators.removeLast()
      operand = add(.integer(Int64.min), minus.start, token.end)
      advance()
    } else {
      operand = try parsePostfix()
    }
    for (operation, start) in operators.reversed() {
      operand = try add(.unary(operation, operand), start, previousEnd, above: operand)
    }
    return operand
  }

  private mutating func prefixOperator() throws(SyntaxFailure) -> UnaryOperator? {
    switch token.kind {
    case .minus: return .negate
    case .plus: return .plus
    case .tilde: return .complement
    case .exclamation: return .not
    case .star:
      throw fail(
        "a pointer cannot be dereferenced", token.start, token.end,
        hint: "`read(p, length)` and `write(p, length)` touch memory")
    case .ampersand:
      throw fail("variables have no address", token.start, token.end, hint: "`malloc` gives memory")
    case .increment, .decrement:
      throw fail("`++` and `--` are statements, not expressions", token.start, token.end)
    default: return nil
    }
  }

  /// Reads an operand and the indexes behind it.
  mutating func parsePostfix() throws(SyntaxFailure) -> ExpressionID {
    try parseIndexes(of: try parsePrimary())
  }

  mutating func parseIndexes(of operand: ExpressionID) throws(SyntaxFailure) -> ExpressionID {
    var operand = operand
    while true {
      switch token.kind {
      case .leftBracket:
        openBracket()
        let index = try parseExpression()
        try closeBracket(.rightBracket, "`]`")
        operand = try add(
          .element(of: operand, at: index), tree[operand].start, previousEnd, above: operand, index)
      case .dot:
        throw fail(
          "values have no members", token.start, token.end, hint: "write `len(list)`, not `list.len`")
      case .leftParenthesis where !token.hasSpaceBefore:
        throw fail("only a name can be called", token.start, token.end)
      default: return operand
      }
    }
  }

  private mutating func parsePrimary() throws(SyntaxFailure) -> ExpressionID {
    let start = token
    switch token.kind {
    case .integer: return literal(.integer(Int64(bitPattern: token.bits)))
    case .pointer: return literal(.pointer(token.bits))
    case .integerMinimumMagnitude:
      throw fail(Lexer.tooLargeMessage, token.start, token.end, hint: Lexer.tooLargeHint)
    case .keyword(.true): return literal(.boolean(true))
    case .keyword(.false): return literal(.boolean(false))
    case .keyword(.null): return literal(.null)
    case .quote: return try parseString()
    case .dollarName:
      let name = text(token).dropFirst()
      return literal(.name(String(name.first == "{" ? name.dropFirst().dropLast() : name)))
    case .identifier: return try parseNameOrCall()
    case .leftBracket:
      openBracket()
      let elements = try parseList(until: .rightBracket)
      try closeBracket(.rightBracket, "`,` or `]`")
      return try add(.list(elements), start.start, previousEnd, above: elements)
    case .leftParenthesis:
      if skipCast() {
        try enter()
        defer { leave() }
        return try parseUnary()
      }
      openBracket()
      let inner = try parseExpression()
      try closeBracket(.rightParenthesis, "`)`")
      return inner
    case .assign(nil):
      throw fail("`=` assigns and stands only in a statement", token.start, token.end, hint: "`==` compares")
    default: throw unexpected("an expression")
    }
  }

  private mutating func literal(_ kind: Expression.Kind) -> ExpressionID {
    let id = add(kind, token.start, token.end)
    advance()
    return id
  }

  /// Reads expressions with commas between them, up to but not including a closing bracket.
  mutating func parseList(until close: Token.Kind) throws(SyntaxFailure) -> [ExpressionID] {
    var elements: [ExpressionID] = []
    while token.kind != close {
      elements.append(try parseExpression())
      guard accept(.comma) else { break }
    }
    return elements
  }

  // MARK: Nodes

  mutating func add(_ kind: Expression.Kind, _ start: Int32, _ end: Int32) -> ExpressionID {
    tree.expressions.append(Expression(kind: kind, start: start, end: end))
    heights.append(1)
    return ExpressionID(index: Int32(tree.expressions.count - 1))
  }

  mutating func add(
    _ kind: Expression.Kind, _ start: Int32, _ end: Int32, height: UInt16
  ) throws(SyntaxFailure) -> ExpressionID {
    guard Int(height) + openBlocks <= nestingLimit else {
      isAborted = true
      throw nestedTooDeeply(start, end)
    }
    let id = add(kind, start, end)
    heights[Int(id.index)] = height
    return id
  }

  mutating func add(
    _ kind: Expression.Kind, _ start: Int32, _ end: Int32, above children: [ExpressionID]
  ) throws(SyntaxFailure) -> ExpressionID {
    var height: UInt16 = 0
    for child in children { height = max(height, heights[Int(child.index)]) }
    return try add(kind, start, end, height: height + 1)
  }

  private mutating func add(
    _ kind: Expression.Kind, _ start: Int32, _ end: Int32, above children: ExpressionID...
  ) throws(SyntaxFailure) -> ExpressionID {
    try add(kind, start, end, above: children)
  }
}
