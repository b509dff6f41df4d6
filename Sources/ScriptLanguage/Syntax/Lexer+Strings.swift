// The inside of double quotes.

extension Lexer {
  /// Where a stretch of text inside double quotes ended.
  enum StringEnd {
    case closed
    case interpolation
    /// Before the `$`.
    case dollar
    /// Somewhere in a long text, for a look at the budget; it goes on there.
    case pause
    case failed(Problem, start: Int, end: Int)
  }

  /// Reads text up to the closing quote or a `{`, and goes past that; also up to a `$` if asked to.
  mutating func scanStringPiece(into text: inout [UInt8], stopsAtDollar: Bool) -> StringEnd {
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return .closed
      case UInt8(ascii: "{"):
        position += 1
        return .interpolation
      case UInt8(ascii: "$") where stopsAtDollar: return .dollar
      case 0x0A:
        return unterminated()
      case UInt8(ascii: "\\"):
        let start = position
        if let problem = scanEscape(into: &text) { return .failed(problem, start: start, end: position) }
      default:
        text.append(byte)
        position += 1
        if text.count & 0xFFFF == 0 { return .pause }
      }
    }
    return unterminated()
  }

  func unterminated() -> StringEnd {
    .failed(
      Problem(
        message: "this text is never closed on its line", hint: "a `\"` is missing; `\\n` is a line end"),
      start: position, end: position)
  }

  private mutating func scanEscape(into text: inout [UInt8]) -> Problem? {
    let letter = byte(position + 1)
    position += 2
    if letter == UInt8(ascii: "x") || letter == UInt8(ascii: "u") {
      return scanCharacterCode(isBraced: letter == UInt8(ascii: "u"), into: &text)
    }
    guard let meaning = Lexer.simpleEscape(letter) else {
      position = min(position, bytes.count)
      return Problem(
        message: "unknown escape `\\\(SourceLocation.visible([letter]))`",
        hint: "there are \\n \\t \\r \\0 \\e \\\\ \\\" \\{ \\xHH and \\u{HHHH}")
    }
    text.append(meaning)
    return nil
  }

  private mutating func scanCharacterCode(isBraced: Bool, into text: inout [UInt8]) -> Problem? {
    if isBraced {
      guard byte(position) == UInt8(ascii: "{") else { return badCode() }
      position += 1
    }
    var value: UInt32 = 0
    var digits = 0
    while digits < (isBraced ? 6 : 2), let digit = Lexer.digit(byte(position)) {
      value = value * 16 + UInt32(digit)
      digits += 1
      position += 1
    }
    guard digits > 0, isBraced || digits == 2, let scalar = Unicode.Scalar(value) else { return badCode() }
    if isBraced {
      guard byte(position) == UInt8(ascii: "}") else { return badCode() }
      position += 1
    }
    text.append(contentsOf: String(Character(scalar)).utf8)
    return nil
  }

  private func badCode() -> Problem {
    Problem(message: "this is no character code", hint: "write `\\x41` or `\\u{20AC}`")
  }

  /// Skips to behind the closing quote, or to the end of the line.
  mutating func skipString() {
    while position < bytes.count, bytes[position] != 0x0A {
      position += 1
      if bytes[position - 1] == UInt8(ascii: "\"") { return }
      if bytes[position - 1] == UInt8(ascii: "\\"), byte(position) != 0x0A, position < bytes.count {
        position += 1
      }
    }
  }
}
