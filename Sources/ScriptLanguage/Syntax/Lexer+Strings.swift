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

  /// Reads text up to the closing quote or a `{`, and goes past that, or up to a `$` or a backquote that is replaced.
  ///
  /// - Parameter isWord: whether the text belongs to a shell word, where a backslash means less.
  mutating func scanStringPiece(into text: inout [UInt8], isWord: Bool) -> StringEnd {
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return .closed
      case UInt8(ascii: "{"):
        if let end = plainBraces() {
          text += bytes[position..<end]
          position = end
          continue
        }
        position += 1
        return .interpolation
      case UInt8(ascii: "$") where isReplaced() || isWord && isArgument(): return .dollar
      case UInt8(ascii: "`") where isWord: return .dollar
      case 0x0A where !isWord: return unterminated()
      case UInt8(ascii: "\\") where isWord && !isWordEscape(self.byte(position + 1)):
        if self.byte(position + 1) == 0x0A {
          position += 2
        } else {
          text.append(byte)
          position += 1
        }
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

  /// Whether the `$` here begins something that is replaced.
  private func isReplaced() -> Bool {
    let next = byte(position + 1)
    return Lexer.isNameStart(next) || next == UInt8(ascii: "{") || next == UInt8(ascii: "(")
      || next == UInt8(ascii: "?") || next == UInt8(ascii: "$")
  }

  /// Whether the `$` here begins one of the shell's arguments.
  private func isArgument() -> Bool {
    let next = byte(position + 1)
    return Lexer.isDigit(next) || next == UInt8(ascii: "@") || next == UInt8(ascii: "#")
      || next == UInt8(ascii: "*") || next == UInt8(ascii: "!")
  }

  /// The end of braces that hold nothing but digits and commas, as in a pattern; nil where they hold more, or nothing.
  private func plainBraces() -> Int? {
    var end = position + 1
    while Lexer.isDigit(byte(end)) || byte(end) == UInt8(ascii: ",") { end += 1 }
    return end > position + 1 && byte(end) == UInt8(ascii: "}") ? end + 1 : nil
  }

  /// What a backslash takes its meaning from in a shell word's double quotes (bash(1), QUOTING), and the braces that
  /// this language gives one.
  private func isWordEscape(_ letter: UInt8) -> Bool {
    switch letter {
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "$"), UInt8(ascii: "`"), UInt8(ascii: "{"),
      UInt8(ascii: "}"):
      true
    default: false
    }
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
    if let code = octalCode(letter) {
      text.append(contentsOf: String(Character(UnicodeScalar(code))).utf8)
      return nil
    }
    guard let meaning = Lexer.simpleEscape(letter) else {
      position = min(position, bytes.count)
      return Problem(
        message: "unknown escape `\\\(SourceLocation.visible([letter]))`",
        hint: "there are \\n \\t \\r \\0 \\e \\a \\\\ \\\" \\{ \\$ \\xHH and \\u{HHHH}")
    }
    text.append(meaning)
    return nil
  }

  /// Reads the rest of an octal escape such as `\033`, whose first digit was read.
  mutating func octalCode(_ first: UInt8) -> UInt8? {
    guard (0x30...0x37).contains(first) else { return nil }
    let rest = octalDigits(at: position)
    position += rest.count
    return UInt8(truncatingIfNeeded: rest.reduce(Int(first) - 0x30) { $0 * 8 + $1 })
  }

  /// At most two octal digits from an offset on.
  private func octalDigits(at start: Int) -> [Int] {
    var digits: [Int] = []
    while digits.count < 2, (0x30...0x37).contains(byte(start + digits.count)) {
      digits.append(Int(byte(start + digits.count)) - 0x30)
    }
    return digits
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
