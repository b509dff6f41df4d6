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
    skipNewlines()
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
    while let next = operatorHere() {
      if next == .multiply, lexer.byte(Int(token.end)) == UInt8(ascii: "*") {
        try parsePower(&operands)
        continue
      }
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

  /// Reads `** exponent`, which the shell's arithmetic has.
  private mutating func parsePower(_ operands: inout [ExpressionID]) throws(SyntaxFailure) {
    guard isInArithmetic else {
      throw fail(
        "there is no operator `**`", token.start, token.end + 1,
        hint: "write `x * x`, or `1 << n` for a power of 2; `$((x ** n))` is the shell's")
    }
    advance()
    advance()
    let exponent = try parseUnary()
    let base = operands.removeLast()
    operands.append(
      try add(
        .call(BuiltinFunction.power.rawValue, [base, exponent]), tree[base].start, previousEnd, above: base,
        exponent))
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
        hint: "`peek(p)` reads what lies there, `poke(p, value)` stores")
    case .ampersand:
      throw fail("variables have no address", token.start, token.end, hint: "`malloc` gives memory")
    default: return nil
    }
  }

  /// Reads `++x` as an operand.
  private mutating func parsePrefixIncrementValue() throws(SyntaxFailure) -> ExpressionID {
    let start = token.start
    let sign: BinaryOperator = token.kind == .increment ? .add : .subtract
    let outer = isInArithmetic
    isInArithmetic = false
    defer { isInArithmetic = outer }
    let operand = try parseIncrementedOperand()
    let target = try assignmentTarget(operand)
    return try add(.increment(target, sign, isPrefix: true), start, previousEnd, above: [operand])
  }

  /// Reads an operand and the indexes behind it.
  mutating func parsePostfix() throws(SyntaxFailure) -> ExpressionID {
    if token.kind == .increment || token.kind == .decrement { return try parsePrefixIncrementValue() }
    return try parseIndexes(of: try parsePrimary())
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
      case .dot: throw memberFailure(of: operand)
      case .minus where lexer.byte(Int(token.end)) == UInt8(ascii: ">"):
        throw fail(
          "there are no structs and no `->`", token.start, token.end + 1,
          hint: "a map has named parts: `node = {\"next\": NULL}`, `node[\"next\"]`")
      case .leftParenthesis where !token.hasSpaceBefore:
        throw fail("only a name can be called", token.start, token.end)
      case .increment, .decrement:
        let sign: BinaryOperator = token.kind == .increment ? .add : .subtract
        let target = try assignmentTarget(operand)
        advance()
        operand = try add(
          .increment(target, sign, isPrefix: false), tree[operand].start, previousEnd, above: [operand])
      default: return operand
      }
    }
  }

  /// The error for `value.member`, with what to write where it is a common one.
  private mutating func memberFailure(of operand: ExpressionID) -> SyntaxFailure {
    let dot = token
    let name = text(peek())
    let value = lexer.text(Int(tree[operand].start), Int(tree[operand].end))
    let hint: String
    switch name {
    case "append", "push", "add", "push_back": hint = "write `push(\(value), x)`"
    case "len", "length", "size", "count": hint = "write `len(\(value))`"
    case "get": hint = "write `\(value)[key]`"
    case "items": hint = "write `for key, value in \(value) { ... }`"
    case "contains", "has", "includes", "startswith": hint = "write `contains(\(value), x)`"
    default:
      hint =
        BuiltinFunction.named(name) == nil
        ? "a map has named parts: `m[\"\(name)\"]`" : "write `\(name)(\(value))`"
    }
    return fail("values have no members", dot.start, dot.end, hint: hint)
  }

  private mutating func parsePrimary() throws(SyntaxFailure) -> ExpressionID {
    let start = token
    switch token.kind {
    case .integer:
      if token.suffixLongs > 0 { return literal(.typed(token.bits, CType(longs: token.suffixLongs))) }
      return literal(.integer(Int64(bitPattern: token.bits)))
    case .unsigned:
      tree.hasTypes = true
      return literal(.typed(token.bits, CType(unsigned: token.bits, longs: token.suffixLongs)))
    case .double: return literal(.double(Double(bitPattern: token.bits)))
    case .pointer: return literal(.pointer(token.bits))
    case .integerMinimumMagnitude:
      throw fail(Lexer.tooLargeMessage, token.start, token.end, hint: Lexer.tooLargeHint)
    case .keyword(.true): return literal(.boolean(true))
    case .keyword(.false): return literal(.boolean(false))
    case .keyword(.null): return literal(.null)
    case .keyword(.sizeof): return try parseSizeof()
    case .quote: return try parseAdjacentStrings()
    case .dollarName: return try parseDollarName()
    case .commandSubstitution, .backquote: return try parseSubstitution()
    case .arithmeticExpansion: return try parseArithmetic()
    case .identifier: return try parseNameOrCall()
    case .leftBrace: return try parseMap()
    case .leftBracket:
      openBracket()
      let elements = try parseList(until: .rightBracket)
      try closeBracket(.rightBracket, "`,` or `]`")
      return try add(.list(elements), start.start, previousEnd, above: elements)
    case .leftParenthesis:
      if let type = parseCast() {
        try enter()
        defer { leave() }
        let operand = try parseUnary()
        return try add(.cast(type, operand), start.start, previousEnd, above: [operand])
      }
      openBracket()
      let inner = try parseSequence()
      try closeBracket(.rightParenthesis, "`)`")
      return inner
    case .assign(nil):
      throw fail("`=` assigns and stands only in a statement", token.start, token.end, hint: "`==` compares")
    default: throw unexpected("an expression", hint: operandHint())
    }
  }

  /// What may have been meant by a sign where an operand should stand.
  private func operandHint() -> String? {
    switch token.kind {
    case .greater where lexer.byte(Int(token.start) - 1) == UInt8(ascii: "<"): "write `!=`"
    case .greater where lexer.byte(Int(token.start) - 1) == UInt8(ascii: "="):
      "a function is `func f(x) { return ... }`"
    case .assign(nil) where lexer.byte(Int(token.start) - 1) == UInt8(ascii: ":"): "write `x = ...`"
    default: nil
    }
  }

  /// Reads expressions with commas between them, of which the last is the value, as in C.
  mutating func parseSequence() throws(SyntaxFailure) -> ExpressionID {
    let first = try parseParenthesized()
    guard token.kind == .comma else { return first }
    var parts = [first]
    while accept(.comma) { parts.append(try parseParenthesized()) }
    return try add(.sequence(parts), tree[first].start, previousEnd, above: parts)
  }

  /// Reads what stands in parentheses: an expression, or an assignment that has a value.
  mutating func parseParenthesized() throws(SyntaxFailure) -> ExpressionID {
    let value = try parseExpression()
    guard case .assign(let operation) = token.kind else { return value }
    let target = try assignmentTarget(value)
    advance()
    let assigned = try parseParenthesized()
    return try add(
      .assign(target, operation, assigned), tree[value].start, previousEnd, above: [value, assigned])
  }

  /// Reads texts that stand side by side, which are one as in C.
  private mutating func parseAdjacentStrings() throws(SyntaxFailure) -> ExpressionID {
    let first = try parseString()
    guard token.kind == .quote || printingMacro() != nil, case .string(var pieces) = tree[first].kind else {
      return first
    }
    var children = [first]
    while true {
      if let macro = printingMacro() {
        pieces.append(.text(macro))
        advance()
        continue
      }
      guard token.kind == .quote else { break }
      let next = try parseString()
      if case .string(let more) = tree[next].kind { pieces += more }
      children.append(next)
    }
    return try add(.string(pieces), tree[first].start, previousEnd, above: children)
  }

  /// What a macro such as `PRIu64` of inttypes.h stands for.
  private func printingMacro() -> String? {
    guard token.kind == .identifier else { return nil }
    let name = text(token)
    guard name.hasPrefix("PRI"), let letter = name.dropFirst(3).first, "diuoxX".contains(letter) else {
      return nil
    }
    switch name.dropFirst(4) {
    case "8": return "hh\(letter)"
    case "16": return "h\(letter)"
    case "32": return "\(letter)"
    case "64", "MAX": return "ll\(letter)"
    case "PTR": return "l\(letter)"
    default: return nil
    }
  }

  /// Reads `{"name": value, …}`.
  private mutating func parseMap() throws(SyntaxFailure) -> ExpressionID {
    let start = token.start
    try enter()
    openBracket()
    var entries: [(key: ExpressionID, value: ExpressionID)] = []
    var children: [ExpressionID] = []
    while token.kind != .rightBrace {
      let key = try parseExpression()
      if token.kind == .colon, case .name(let name) = tree[key].kind, !isKnownVariable(name) {
        throw fail(
          "the key of a map is a value, and `\(name)` is no variable", tree[key].start, tree[key].end,
          hint: "write `\"\(name)\"`")
      }
      try expect(.colon, "`:` and the value of the key", hint: "write `{\"name\": value}`")
      let value = try parseExpression()
      entries.append((key, value))
      children += [key, value]
      guard accept(.comma) else { break }
    }
    try closeBracket(.rightBrace, "`,` or `}`")
    leave()
    return try add(.map(entries), start, previousEnd, above: children)
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
    switch kind {
    case .assign(.variable(let name, let start, let end), _, _),
      .increment(.variable(let name, let start, let end), _, _):
      tree.innerTargets.append(NamedPlace(name: name, start: start, end: end))
    case .name(let name) where CType.ofConstant(name) != nil: tree.hasTypes = true
    default: break
    }
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
