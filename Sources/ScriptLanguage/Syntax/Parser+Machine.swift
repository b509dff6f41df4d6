// The settings of a `machine` statement.

extension Parser {
  /// Reads `machine key=value, …`.
  mutating func parseMachine() throws(SyntaxFailure) -> Statement.Kind {
    advance()
    var entries: [MachineEntry] = []
    while !atStatementEnd, !leadsToCommand() {
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
