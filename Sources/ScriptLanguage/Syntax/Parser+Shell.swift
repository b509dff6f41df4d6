// Shell commands and the values of `machine`: words of raw text up to the end of the statement.

extension Parser {
  /// The shell command that the statement here is, if it is one. A name that is a C call too is a shell
  /// command when it stands alone, before a flag, or before `>`.
  func shellCommandHere() -> Int? {
    let name = text(token)
    guard let command = commands.shells[name] else { return nil }
    let next = peek()
    if case .assign(_) = next.kind { return nil }
    guard commands.calls[name] != nil else { return command }
    let behind = lexer.byte(Int(next.start) + 1)
    switch next.kind {
    case _ where next.endsStatement: return command
    case .greater, .shiftRight, .decrement: return command
    case .minus where Lexer.isNameStart(behind): return command
    default: return nil
    }
  }

  /// Reads the words of a shell command; the current token is its name.
  mutating func parseShellCommand(_ command: Int) throws(SyntaxFailure) -> Statement.Kind {
    var shell = ShellCommand(command: command, words: [], redirection: nil)
    if lexer.byte(lexer.position) == UInt8(ascii: "(") {
      throw shellFailure(
        "`\(text(token))` is a shell command and takes words", 1, hint: "write `\(text(token)) WORD …`")
    }
    var end = token.end
    while skipShellBlank() {
      charge(Self.bytesPerWord)
      if lexer.byte(lexer.position) == UInt8(ascii: ">") {
        let appends = try parseRedirectionSign()
        guard shell.redirection == nil else { throw shellFailure("the output goes to one file only", 1) }
        guard skipShellBlank() else { throw shellFailure("the name of a file is missing behind `>`", 0) }
        shell.redirection = ShellCommand.Redirection(path: try parseShellWord(), appends: appends)
      } else {
        shell.words.append(try parseShellWord())
      }
      end = Int32(lexer.position)
    }
    advance()
    previousEnd = end
    return .shell(shell)
  }

  /// Skips blanks before a word; false when the command ends here.
  private mutating func skipShellBlank() -> Bool {
    while true {
      let byte = lexer.byte(lexer.position)
      let next = lexer.byte(lexer.position + 1)
      switch byte {
      case 0x20, 0x09, 0x0D: lexer.position += 1
      case UInt8(ascii: "\\") where next == 0x0A: lexer.position += 2
      case UInt8(ascii: "/") where next == UInt8(ascii: "*"):
        if lexer.skipBlockComment() != nil { return false }
      case UInt8(ascii: "/") where next == UInt8(ascii: "/"): return false
      case 0 where lexer.position >= lexer.bytes.count: return false
      case 0x0A, UInt8(ascii: ";"), UInt8(ascii: "#"): return false
      case UInt8(ascii: "}"): return openBlocks == 0
      default: return true
      }
    }
  }

  private mutating func parseRedirectionSign() throws(SyntaxFailure) -> Bool {
    lexer.position += 1
    let next = lexer.byte(lexer.position)
    if next == UInt8(ascii: "&") || next == UInt8(ascii: "|") {
      throw shellFailure("`>&` and `>|` are not supported", 1, hint: "`>` and `>>` are")
    }
    if next == UInt8(ascii: ">") { lexer.position += 1 }
    return next == UInt8(ascii: ">")
  }

  /// Reads one word with its quotes and `$name`s.
  mutating func parseShellWord(endingAtComma: Bool = false) throws(SyntaxFailure) -> ShellWord {
    let start = lexer.position
    var pieces: [StringPiece] = []
    var text: [UInt8] = []
    while !endsShellWord(endingAtComma) {
      let byte = lexer.bytes[lexer.position]
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "$"):
        if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
        text.removeAll()
        if byte == UInt8(ascii: "$") {
          pieces.append(try parseShellVariable())
        } else {
          try parseDoubleQuotes(into: &pieces)
        }
      case UInt8(ascii: "'"): try scanSingleQuotes(into: &text)
      case UInt8(ascii: "\\"):
        lexer.position += 1
        guard lexer.position < lexer.bytes.count else { break }
        text.append(lexer.bytes[lexer.position])
        lexer.position += 1
      default:
        try refuseShellFeature(byte, atStart: lexer.position == start, from: start)
        text.append(byte)
        lexer.position += 1
        if text.count & 0xFFFF == 0 { charge(0x10000) }
      }
    }
    if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
    return ShellWord(pieces: pieces, start: Int32(start), end: Int32(lexer.position))
  }

  private func endsShellWord(_ endingAtComma: Bool) -> Bool {
    guard lexer.position < lexer.bytes.count else { return true }
    switch lexer.bytes[lexer.position] {
    case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ";"), UInt8(ascii: ">"): return true
    case UInt8(ascii: "}"): return openBlocks > 0
    case UInt8(ascii: ","): return endingAtComma
    default: return false
    }
  }

  private mutating func scanSingleQuotes(into text: inout [UInt8]) throws(SyntaxFailure) {
    let open = Int32(lexer.position)
    lexer.position += 1
    while lexer.position < lexer.bytes.count, lexer.bytes[lexer.position] != 0x0A {
      lexer.position += 1
      if lexer.bytes[lexer.position - 1] == UInt8(ascii: "'") { return }
      text.append(lexer.bytes[lexer.position - 1])
    }
    throw fail("this text is never closed on its line", open, Int32(lexer.position), hint: "a `'` is missing")
  }

  /// Reads `"…"` in a word: `{expr}` as everywhere, and `$name` as in a shell.
  private mutating func parseDoubleQuotes(into pieces: inout [StringPiece]) throws(SyntaxFailure) {
    let open = Int32(lexer.position)
    lexer.position += 1
    let isEmpty = pieces.isEmpty
    for piece in try parseQuotedPieces(from: open, allowsDollar: true) { pieces.append(piece) }
    if isEmpty && pieces.isEmpty { pieces.append(.text("")) }
  }

  mutating func parseShellVariable() throws(SyntaxFailure) -> StringPiece {
    let start = lexer.position
    let name = lexer.next()
    guard name.kind == .dollarName else {
      let next = lexer.byte(start + 1)
      lexer.position = start
      if next == UInt8(ascii: "(") {
        throw shellFailure("`$(…)` is not supported", 2, hint: "`\"{expr}\"` takes any expression")
      }
      if next == UInt8(ascii: "?") {
        throw shellFailure("`$?` is not supported", 2, hint: "write `$status`")
      }
      throw shellFailure("`$` must be followed by a name", 1, hint: "write `'$'` for the sign itself")
    }
    let text = text(name).dropFirst()
    let bare = text.first == "{" ? text.dropFirst().dropLast() : text
    return .expression(add(.name(String(bare)), name.start, name.end))
  }

  mutating func shellFailure(_ message: String, _ length: Int, hint: String? = nil) -> SyntaxFailure {
    let start = lexer.position
    let end = min(start + length, lexer.bytes.count)
    lexer.position = end
    return fail(message, Int32(start), Int32(end), hint: hint)
  }
}
