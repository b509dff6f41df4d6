// From bytes to tokens, one at a time, on the parser's demand.

/// Reads tokens from a source text. The parser may move `position`, as it does in strings and shell commands,
/// where other rules hold.
struct Lexer {
  /// What was wrong with the last token of kind `.invalid`.
  struct Problem {
    var message: String
    var hint: String?
  }

  let bytes: [UInt8]
  var position: Int
  private(set) var problem = Problem(message: "")
  private var groups: ConditionalGroups?

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    groups = ConditionalGroups(bytes)
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// The byte at an offset, 0 outside of the text.
  func byte(_ offset: Int) -> UInt8 { UInt(bitPattern: offset) < UInt(bytes.count) ? bytes[offset] : 0 }

  /// The text between two offsets.
  func text(_ start: Int, _ end: Int) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }

  func text(of token: Token) -> String { text(Int(token.start), Int(token.end)) }

  /// Reads the next token.
  mutating func next() -> Token {
    let before = position
    if let unterminated = skipBlank() { return unterminated }
    let start = position
    var token = scan(start)
    token.start = Int32(start)
    token.end = Int32(position)
    token.hasSpaceBefore = start > before
    return token
  }

  /// Skips spaces, comments and continued lines; returns a token for a comment that never ends.
  private mutating func skipBlank() -> Token? {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0D, 0x0B, 0x0C: position += 1
      case UInt8(ascii: "\\") where byte(position + 1) == 0x0A: position += 2
      case UInt8(ascii: "\\") where byte(position + 1) == 0x0D && byte(position + 2) == 0x0A: position += 3
      case UInt8(ascii: "#"):
        if startsDirective("#define") { return nil }
        if startsDirective("#undef") {
          let start = position
          skipLine()
          problem = Problem(
            message: "`#undef` is not supported", hint: "a constant keeps its value; name another one")
          return Token(kind: .invalid, start: Int32(start), end: Int32(position))
        }
        if let problem = groups?.problems[position] {
          let start = position
          skipLine()
          self.problem = problem
          return Token(kind: .invalid, start: Int32(start), end: Int32(position))
        }
        if let end = groups?.skipped[position] { position = end } else { skipLine() }
      case UInt8(ascii: "/") where byte(position + 1) == UInt8(ascii: "/"): skipLine()
      case UInt8(ascii: "/") where byte(position + 1) == UInt8(ascii: "*"):
        if let unterminated = skipBlockComment() { return unterminated }
      default: return nil
      }
    }
    return nil
  }

  /// Whether `#define NAME`, or another word of C's before a name, stands here, alone at the beginning of its line.
  private func startsDirective(_ word: StaticString) -> Bool {
    let length = word.utf8CodeUnitCount
    guard position + length < bytes.count else { return false }
    for offset in 0..<length where bytes[position + offset] != word.utf8Start[offset] { return false }
    guard bytes[position + length] == 0x20 || bytes[position + length] == 0x09 else { return false }
    var name = position + length
    while byte(name) == 0x20 || byte(name) == 0x09 { name += 1 }
    guard Lexer.isNameStart(byte(name)) else { return false }
    var before = position
    while before > 0, bytes[before - 1] == 0x20 || bytes[before - 1] == 0x09 { before -= 1 }
    return before == 0 || bytes[before - 1] == 0x0A
  }

  mutating func skipLine() {
    while position < bytes.count, bytes[position] != 0x0A { position += 1 }
  }

  /// Skips a block comment that begins here; returns a token when it never ends.
  mutating func skipBlockComment() -> Token? {
    let start = position
    position += 2
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "*"), byte(position + 1) == UInt8(ascii: "/") {
        position += 2
        return nil
      }
      position += 1
    }
    problem = Problem(message: "this comment never ends", hint: "close it with `*/`")
    return Token(kind: .invalid, start: Int32(start), end: Int32(start + 2))
  }

  private mutating func scan(_ start: Int) -> Token {
    guard position < bytes.count else { return Token(kind: .endOfFile, start: 0, end: 0) }
    let first = bytes[position]
    switch first {
    case 0x0A: return sign(.newline, 1)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return scanNumber()
    case _ where Lexer.isNameStart(first): return scanName(start)
    case UInt8(ascii: "$"): return scanDollar()
    case UInt8(ascii: "'"): return scanCharacter()
    case UInt8(ascii: "`"): return sign(.backquote, 1)
    case UInt8(ascii: "#"): return sign(.define, 7)
    case UInt8(ascii: ".") where Lexer.isDigit(byte(position + 1)): return scanNumber()
    default: return scanSign(first)
    }
  }

  private mutating func scanName(_ start: Int) -> Token {
    while position < bytes.count, Lexer.isNamePart(bytes[position]) { position += 1 }
    guard position - start <= 8, let keyword = Keyword(rawValue: text(start, position)) else {
      return Token(kind: .identifier, start: 0, end: 0)
    }
    return Token(kind: .keyword(keyword), start: 0, end: 0)
  }

  private mutating func scanDollar() -> Token {
    if byte(position + 1) == UInt8(ascii: "(") {
      let isArithmetic = byte(position + 2) == UInt8(ascii: "(") && closesTwice(from: position + 3)
      return isArithmetic ? sign(.arithmeticExpansion, 3) : sign(.commandSubstitution, 2)
    }
    let start = position
    position += 1
    // `$?` and `$$` are names, too.
    if byte(position) == UInt8(ascii: "?") || byte(position) == UInt8(ascii: "$") {
      return sign(.dollarName, 1)
    }
    let isBraced = byte(position) == UInt8(ascii: "{")
    if isBraced { position += 1 }
    let name = position
    while position < bytes.count, Lexer.isNamePart(bytes[position]) { position += 1 }
    guard position > name, Lexer.isNameStart(bytes[name]), !isBraced || byte(position) == UInt8(ascii: "}")
    else {
      position = start + 1
      return invalid("`$` must be followed by a name", hint: "write `$name` or `${name}`")
    }
    if isBraced { position += 1 }
    return Token(kind: .dollarName, start: 0, end: 0)
  }

  /// Whether what begins behind `$((` ends with `))`, and is no command that begins with a parenthesis.
  private func closesTwice(from start: Int) -> Bool {
    var depth = 0
    var place = start
    while place < bytes.count, bytes[place] != 0x0A {
      if bytes[place] == UInt8(ascii: "(") { depth += 1 }
      if bytes[place] == UInt8(ascii: ")") {
        if depth == 0 { return byte(place + 1) == UInt8(ascii: ")") }
        depth -= 1
      }
      place += 1
    }
    return true
  }

  private mutating func scanCharacter() -> Token {
    position += 1
    var value: UInt8?
    if byte(position) == UInt8(ascii: "\\"), position + 1 < bytes.count {
      let letter = bytes[position + 1]
      position += 2
      value = octalCode(letter) ?? hexadecimalCode(letter) ?? Lexer.simpleEscape(letter)
    } else if position < bytes.count, (0x20..<0x7F).contains(bytes[position]) {
      value = bytes[position]
      position += 1
    }
    if let value, byte(position) == UInt8(ascii: "'") {
      position += 1
      return Token(kind: .integer, start: 0, end: 0, bits: UInt64(value))
    }
    while position < bytes.count, bytes[position] != 0x0A, bytes[position] != UInt8(ascii: "'") {
      position += 1
    }
    if byte(position) == UInt8(ascii: "'") { position += 1 }
    return invalid(
      "single quotes hold one ASCII character, as in C", hint: "write a text in double quotes")
  }

  /// Reads the digits of `\x7f`, whose letter was read.
  private mutating func hexadecimalCode(_ letter: UInt8) -> UInt8? {
    guard letter == UInt8(ascii: "x"), Lexer.digit(byte(position)) != nil else { return nil }
    var value: UInt64 = 0
    while let digit = Lexer.digit(byte(position)) {
      value = (value * 16 + digit) & 0xff
      position += 1
    }
    return UInt8(truncatingIfNeeded: value)
  }

  mutating func invalid(_ message: String, hint: String? = nil) -> Token {
    problem = Problem(message: message, hint: hint)
    return Token(kind: .invalid, start: 0, end: 0)
  }

  mutating func sign(_ kind: Token.Kind, _ length: Int) -> Token {
    position += length
    return Token(kind: kind, start: 0, end: 0)
  }

  /// The byte that a one-letter escape such as `\n` stands for.
  static func simpleEscape(_ letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "0"): 0x00
    case UInt8(ascii: "e"): 0x1B
    case UInt8(ascii: "a"): 0x07
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "v"): 0x0B
    case UInt8(ascii: "`"): letter
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "{"), UInt8(ascii: "}"),
      UInt8(ascii: "$"):
      letter
    default: nil
    }
  }

  static func isNameStart(_ byte: UInt8) -> Bool {
    (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  static func isNamePart(_ byte: UInt8) -> Bool { isNameStart(byte) || isDigit(byte) }

  /// Whether a text is a name that a variable, a function or a command can have: no reserved word.
  static func isName(_ text: String) -> Bool {
    text.utf8.first.map(isNameStart) == true && text.utf8.allSatisfy(isNamePart)
      && Keyword(rawValue: text) == nil
  }
}
