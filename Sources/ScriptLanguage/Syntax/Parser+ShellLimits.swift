// What real shells have and this language has not, each refused by its name.

extension Parser {
  /// Throws when a byte of an unquoted word begins something that is not supported.
  mutating func refuseShellFeature(_ byte: UInt8, atStart: Bool, from start: Int) throws(SyntaxFailure) {
    let next = lexer.byte(lexer.position + 1)
    switch byte {
    case UInt8(ascii: "|"):
      if next == UInt8(ascii: "|") {
        throw refuse("`||` between commands is", 2, "write `if status != 0 { … }`")
      }
      throw refuse(
        "a pipe is", 1, "no command reads another's output; quote the character where a word holds it")
    case UInt8(ascii: "&"):
      if next == UInt8(ascii: "&") { throw refuse("`&&` between commands is", 2, "write `;`") }
      throw refuse("a job in the background is", 1, "`process NAME { … }` has processes")
    case UInt8(ascii: "<"): throw refuse("redirecting the input is", 1, nil)
    case UInt8(ascii: "("), UInt8(ascii: ")"): throw refuse("a subshell is", 1, "quote the parenthesis")
    case UInt8(ascii: "`"): throw refuse("a command in backquotes is", 1, "`\"{expr}\"` takes any expression")
    case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["):
      throw refuse("a file name pattern is", 1, "quote the character")
    case UInt8(ascii: "{"):
      throw refuse("an unquoted brace is", 1, "write `\"{expr}\"` in double quotes, or quote the brace")
    case UInt8(ascii: "}"): throw refuse("an unquoted brace is", 1, "no block is open here; quote the brace")
    case UInt8(ascii: "~") where atStart: throw refuse("`~` for a home directory is", 1, "quote it")
    case UInt8(ascii: "0")...UInt8(ascii: "9") where atStart: try refuseDescriptor()
    default: break
    }
  }

  /// Refuses `2>`.
  private mutating func refuseDescriptor() throws(SyntaxFailure) {
    var offset = lexer.position
    while Lexer.isDigit(lexer.byte(offset)) { offset += 1 }
    guard lexer.byte(offset) == UInt8(ascii: ">") else { return }
    throw refuse("redirecting a file descriptor is", offset - lexer.position + 1, "`>` takes what is printed")
  }

  private mutating func refuse(_ what: String, _ length: Int, _ hint: String?) -> SyntaxFailure {
    shellFailure("\(what) not supported", length, hint: hint)
  }

  /// Reads `machine key=value, …`.
  mutating func parseMachine() throws(SyntaxFailure) -> Statement.Kind {
    advance()
    var entries: [MachineEntry] = []
    while !token.endsStatement {
      guard token.kind == .identifier else {
        throw unexpected("a setting such as `ram=1G`")
      }
      let key = token
      advance()
      guard token.kind == .assign(nil) else { throw unexpected("`=` and a value") }
      while lexer.byte(lexer.position) == 0x20 || lexer.byte(lexer.position) == 0x09 { lexer.position += 1 }
      let value = try parseShellWord(endingAtComma: true)
      if value.start == value.end {
        throw fail("the value of `\(text(key))` is missing", key.start, token.end)
      }
      entries.append(MachineEntry(key: text(key), value: value, start: key.start, end: value.end))
      advance()
      previousEnd = value.end
      guard token.kind == .comma else { break }
      advance()
      skipNewlines()
    }
    return .machine(entries)
  }
}
