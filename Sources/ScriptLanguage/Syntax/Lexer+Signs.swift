// Operators and brackets.

extension Lexer {
  /// Reads a sign of up to three characters, the longest that fits.
  mutating func scanSign(_ first: UInt8) -> Token {
    let second = byte(position + 1)
    let third = byte(position + 2)
    switch first {
    case UInt8(ascii: "("): return sign(.leftParenthesis, 1)
    case UInt8(ascii: ")"): return sign(.rightParenthesis, 1)
    case UInt8(ascii: "["): return sign(.leftBracket, 1)
    case UInt8(ascii: "]"): return sign(.rightBracket, 1)
    case UInt8(ascii: "{"): return sign(.leftBrace, 1)
    case UInt8(ascii: "}"): return sign(.rightBrace, 1)
    case UInt8(ascii: ","): return sign(.comma, 1)
    case UInt8(ascii: ";"): return sign(.semicolon, 1)
    case UInt8(ascii: ":"): return sign(.colon, 1)
    case UInt8(ascii: "?"): return sign(.question, 1)
    case UInt8(ascii: "@"): return sign(.at, 1)
    case UInt8(ascii: "~"): return sign(.tilde, 1)
    case UInt8(ascii: "\""): return sign(.quote, 1)
    case UInt8(ascii: "."):
      guard second == UInt8(ascii: ".") else { return sign(.dot, 1) }
      if third == UInt8(ascii: "<") { return sign(.halfOpenRange, 3) }
      if third == UInt8(ascii: ".") { return sign(.closedRange, 3) }
      position += 2
      return invalid("`..` is no operator", hint: "write `a..<b` without the end, `a...b` with it")
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      if second == first { return sign(first == UInt8(ascii: "+") ? .increment : .decrement, 2) }
      return first == UInt8(ascii: "+")
        ? operation(.plus, .add, second) : operation(.minus, .subtract, second)
    case UInt8(ascii: "*"): return operation(.star, .multiply, second)
    case UInt8(ascii: "/"): return operation(.slash, .divide, second)
    case UInt8(ascii: "%"): return operation(.percent, .remainder, second)
    case UInt8(ascii: "^"): return operation(.caret, .bitXor, second)
    case UInt8(ascii: "&"):
      return second == first ? sign(.andAnd, 2) : operation(.ampersand, .bitAnd, second)
    case UInt8(ascii: "|"): return second == first ? sign(.orOr, 2) : operation(.bar, .bitOr, second)
    case UInt8(ascii: "="): return second == first ? sign(.equal, 2) : sign(.assign(nil), 1)
    case UInt8(ascii: "!"): return second == UInt8(ascii: "=") ? sign(.notEqual, 2) : sign(.exclamation, 1)
    case UInt8(ascii: "<"), UInt8(ascii: ">"): return scanAngle(first, second, third)
    default: return scanStray()
    }
  }

  private mutating func operation(_ kind: Token.Kind, _ meaning: BinaryOperator, _ second: UInt8) -> Token {
    second == UInt8(ascii: "=") ? sign(.assign(meaning), 2) : sign(kind, 1)
  }

  private mutating func scanAngle(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Token {
    let isLess = first == UInt8(ascii: "<")
    if second == first {
      let meaning: BinaryOperator = isLess ? .shiftLeft : .shiftRight
      if third == UInt8(ascii: "=") { return sign(.assign(meaning), 3) }
      return sign(isLess ? .shiftLeft : .shiftRight, 2)
    }
    if second == UInt8(ascii: "=") { return sign(isLess ? .lessEqual : .greaterEqual, 2) }
    return sign(isLess ? .less : .greater, 1)
  }

  /// Reads a whole character that has no meaning here.
  private mutating func scanStray() -> Token {
    let start = position
    position += 1
    while position < bytes.count, bytes[position] & 0xC0 == 0x80, position - start < 4 { position += 1 }
    let shown = SourceLocation.visible(bytes[start..<position])
    let isQuote = ["“", "”", "„", "‘", "’"].contains(shown)
    return invalid(
      "unexpected character `\(shown)`", hint: isQuote ? "write straight quotes, `\"`" : nil)
  }
}
