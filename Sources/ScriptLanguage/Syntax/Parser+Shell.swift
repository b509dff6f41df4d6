// Shell commands, pipelines and lists of them.

extension Parser {
  /// Whether the statement here is a shell command, or a list that begins with one.
  func beginsCommand() -> Bool {
    switch token.kind {
    case .identifier: return shellCommandHere() != nil || callIntoPipe() || isSudo
    case .keyword(.true), .keyword(.false), .colon, .leftBracket: return shellCommandHere() != nil
    case .exclamation:
      // `! command`; `!x` is an expression.
      var copy = self
      copy.advance()
      return copy.token.hasSpaceBefore && (copy.shellCommandHere() != nil || copy.isSudo)
    case .leftParenthesis: return lexer.byte(lexer.position) == UInt8(ascii: "(") && closesArithmetic()
    default: return false
    }
  }

  /// The shell command that stands here, if it is one. A name that is a C call too is a shell command when it stands
  /// alone, before a flag, or before `>`.
  func shellCommandHere() -> Int? {
    let name = commandWord()
    guard let command = commands.shells[name] else { return nil }
    let end = Int(token.start) + name.utf8.count
    let byte = lexer.byte(end)
    guard endsCommandName(byte, at: end) else { return nil }
    if token.kind != .identifier {
      guard case .keyword = token.kind else { return command }
      return command
    }
    let next = peek()
    if case .assign(_) = next.kind { return nil }
    if isKnownVariable(name), next.kind.binaryOperator != nil, next.kind != .bar, next.kind != .minus {
      return nil
    }
    guard commands.calls[name] != nil else { return command }
    return isShellUse(of: name, next) ? command : nil
  }

  /// The word at the current token as far as it may name a command.
  private func commandWord() -> String {
    let start = Int(token.start)
    switch token.kind {
    case .leftBracket: return lexer.byte(start + 1) == UInt8(ascii: "[") ? "[[" : "["
    case .colon: return ":"
    default: return text(token)
    }
  }

  /// Whether a command's name may end before a byte.
  private func endsCommandName(_ byte: UInt8, at end: Int) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0D, 0x0A, UInt8(ascii: ";"), UInt8(ascii: "|"), UInt8(ascii: "&"), UInt8(ascii: "<"),
      UInt8(ascii: ">"), UInt8(ascii: ")"), UInt8(ascii: "`"), UInt8(ascii: "#"), UInt8(ascii: "}"):
      return true
    case UInt8(ascii: "\\"): return lexer.byte(end + 1) == 0x0A
    case UInt8(ascii: "("):
      // Said as what it is, unless the language has a function of that name.
      return BuiltinFunction.named(text(token)) == nil && commands.calls[text(token)] == nil
        && !definesFunction(text(token))
    default: return end >= lexer.bytes.count
    }
  }

  /// Whether a name that is a C call and a shell command means the command.
  private func isShellUse(of name: String, _ next: Token) -> Bool {
    let behind = lexer.byte(Int(next.start) + 1)
    switch next.kind {
    case _ where next.endsStatement: return true
    case .rightParenthesis: return openSubstitutions > 0
    case .backquote: return isInBackquotes
    case .bar, .andAnd, .orOr: return true
    case .greater, .shiftRight, .decrement, .less: return true
    case .minus where Lexer.isNameStart(behind): return true
    case .ampersand: return behind == UInt8(ascii: ">")
    case .integer where behind == UInt8(ascii: ">"): return true
    default: break
    }
    switch name {
    case "printf": return next.kind != .leftParenthesis
    case "sleep", "exit": return isWholeNumberCommand(name, from: Int(next.start))
    default: return false
    }
  }

  /// Whether only plain numbers, for `sleep` with a unit, stand from an offset to the end of the command, as a shell
  /// would have it.
  private func isWholeNumberCommand(_ name: String, from start: Int) -> Bool {
    var end = start
    repeat {
      let first = end
      while Lexer.isDigit(lexer.byte(end)) || lexer.byte(end) == UInt8(ascii: ".") { end += 1 }
      guard end > first else { return false }
      if name == "sleep", [0x73, 0x6D, 0x68, 0x64].contains(lexer.byte(end)) { end += 1 }
      while lexer.byte(end) == 0x20 || lexer.byte(end) == 0x09 { end += 1 }
    } while Lexer.isDigit(lexer.byte(end)) && lexer.byte(end - 1) != UInt8(ascii: ".")
    switch lexer.byte(end) {
    case 0x0A, 0x0D, UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "#"): return true
    case UInt8(ascii: ")"): return openSubstitutions > 0
    case UInt8(ascii: "}"): return openBlocks > 0
    default: return end >= lexer.bytes.count
    }
  }

  /// Whether a C call without arguments stands here whose output goes into a pipe or a file.
  private func callIntoPipe() -> Bool {
    guard commands.calls[text(token)] != nil else { return false }
    var copy = self
    copy.advance()
    guard copy.token.kind == .bar else { return false }
    copy.advance()
    return copy.token.kind == .identifier && commands.shells[copy.text(copy.token)] != nil
  }

  /// Whether `((` at the current token is closed by `))`, as the shell's arithmetic is.
  private func closesArithmetic() -> Bool {
    var depth = 0
    var place = Int(token.start) + 2
    while place < lexer.bytes.count, lexer.byte(place) != 0x0A {
      if lexer.byte(place) == UInt8(ascii: "(") { depth += 1 }
      if lexer.byte(place) == UInt8(ascii: ")") {
        if depth == 0 {
          guard lexer.byte(place + 1) == UInt8(ascii: ")") else { return false }
          var end = place + 2
          while lexer.byte(end) == 0x20 { end += 1 }
          return end >= lexer.bytes.count
            || [0x0A, 0x0D, 0x3B, 0x26, 0x7C, 0x7D, 0x29, 0x23].contains(lexer.byte(end))
        }
        depth -= 1
      }
      place += 1
    }
    return false
  }

  // MARK: Lists

  /// Reads pipelines with `&&` and `||` between them.
  mutating func parseCommandList() throws(SyntaxFailure) -> Statement.Kind {
    try parseRestOfList(after: try parsePipeline())
  }

  /// Reads what follows a first pipeline.
  mutating func parseRestOfList(after first: Pipeline) throws(SyntaxFailure) -> Statement.Kind {
    var list = CommandList(first: try parseRestOfPipeline(first), rest: [])
    while token.kind == .andAnd || token.kind == .orOr {
      let runsAfterSuccess = token.kind == .andAnd
      advance()
      skipNewlines()
      list.rest.append((runsAfterSuccess, try parsePipeline()))
    }
    if token.kind == .ampersand {
      throw fail(
        "a job in the background is not supported", token.start, token.end,
        hint: "`process NAME { ... }` has processes; each command ends before the next begins")
    }
    if list.rest.isEmpty, !list.first.isNegated, list.first.stages.count == 1 {
      return list.first.stages[0].kind
    }
    return .commandList(list)
  }

  private mutating func parsePipeline() throws(SyntaxFailure) -> Pipeline {
    var isNegated = false
    while token.kind == .exclamation {
      isNegated.toggle()
      advance()
    }
    return try parseRestOfPipeline(Pipeline(stages: [try parseFirstStage()], isNegated: isNegated))
  }

  private mutating func parseRestOfPipeline(_ first: Pipeline) throws(SyntaxFailure) -> Pipeline {
    var pipeline = first
    while token.kind == .bar {
      advance()
      if token.kind == .ampersand {
        throw fail("`|&` is not supported", token.start, token.end, hint: "write `2>&1 |`")
      }
      skipNewlines()
      skipSudo()
      let start = token.start
      guard let command = shellCommandHere() else { throw try pipeFailure() }
      charge(Self.bytesPerStatement)
      let kind = try parseShellCommand(command)
      pipeline.stages.append(Statement(kind: kind, start: start, end: previousEnd))
    }
    return pipeline
  }

  /// What is wrong with something behind a `|` that is no command.
  private mutating func pipeFailure() throws(SyntaxFailure) -> SyntaxFailure {
    if token.kind == .keyword(.while) || token.kind == .keyword(.for) {
      return fail(
        "a loop cannot read what a command writes", token.start, token.end,
        hint: "write `for line in lines($(command)) { ... }`")
    }
    if token.kind == .identifier {
      return unknownCommand(text(token), token.start, token.end)
    }
    return unexpected("a command behind `|`")
  }

  /// Reads the first command of a pipeline, or a statement that may stand in its place.
  private mutating func parseFirstStage() throws(SyntaxFailure) -> Statement {
    let hasSudo = isSudo
    skipSudo()
    let start = token.start
    if let command = shellCommandHere() { return statement(try parseShellCommand(command), from: start) }
    if hasSudo { throw unknownCommand(text(token), token.start, token.end) }
    if let kind = try parseOtherStage() { return statement(kind, from: start) }
    return try parseRedirectedStatement(statement(try parseStatementKind(), from: start))
  }

  private func statement(_ kind: Statement.Kind, from start: Int32) -> Statement {
    Statement(kind: kind, start: start, end: previousEnd)
  }

  /// Reads `((…))`, or a call without arguments before a pipe; nil where neither stands here.
  private mutating func parseOtherStage() throws(SyntaxFailure) -> Statement.Kind? {
    if token.kind == .leftParenthesis, lexer.byte(lexer.position) == UInt8(ascii: "("), closesArithmetic() {
      return .arithmetic(try parseArithmeticCommand())
    }
    guard callIntoPipe() else { return nil }
    let name = token
    advance()
    return .expression(add(.call(text(name), []), name.start, previousEnd))
  }

  /// Reads `> FILE` behind a block or a statement that prints: what it prints goes there.
  mutating func parseRedirectedStatement(_ block: Statement) throws(SyntaxFailure) -> Statement {
    guard isClosed || leadsToCommand(), token.kind == .greater || token.kind == .shiftRight,
      let cat = commands.shells["cat"]
    else {
      return block
    }
    let kind: ShellLine.Redirection.Kind = token.kind == .greater ? .output : .appendedOutput
    guard skipShellBlank() else { throw shellFailure("the name of a file is missing behind `>`", 0) }
    let path = try parseShellWord()
    let place = NamedPlace(name: "cat", start: block.start, end: block.end)
    advance()
    previousEnd = path.end
    let write = ShellCommand(
      command: cat, name: place, words: [], redirections: [.init(kind: kind, path: path)])
    let pipeline = Pipeline(
      stages: [block, Statement(kind: .shell(write), start: block.start, end: path.end)], isNegated: false)
    return Statement(
      kind: .commandList(CommandList(first: pipeline, rest: [])), start: block.start, end: path.end)
  }

  private var isSudo: Bool {
    token.kind == .identifier && text(token) == "sudo" && lexer.byte(Int(token.end)) == 0x20
  }

  /// Skips `sudo` and its flags: commands run as root anyway.
  mutating func skipSudo() {
    guard isSudo else { return }
    advance()
    while token.kind == .minus, ["E", "n", "H", "S", "b"].contains(text(peek())) {
      advance()
      advance()
    }
  }

  // MARK: Commands

  /// Reads the words of a shell command; the current token is its name.
  mutating func parseShellCommand(_ command: Int) throws(SyntaxFailure) -> Statement.Kind {
    let name = commandWord()
    let place = NamedPlace(name: name, start: token.start, end: token.start + Int32(name.utf8.count))
    lexer.position = Int(place.end)
    var shell = ShellCommand(command: command, name: place, words: [], redirections: [])
    if lexer.byte(lexer.position) == UInt8(ascii: "(") {
      if lexer.byte(lexer.position + 1) == UInt8(ascii: ")") {
        throw shellFailure(
          "a shell function is not supported", 2, hint: "write `func \(name)() { ... }` with another name")
      }
      throw shellFailure(
        "`\(name)` is a shell command and takes words", 1, hint: "write `\(name) WORD ...`")
    }
    let isTest = name == "[["
    var end = place.end
    let isContainer = name == "container"
    while isTest ? skipTestBlank() : skipShellBlank() {
      if isContainer, lexer.byte(lexer.position) == UInt8(ascii: "{") { break }
      charge(Self.bytesPerWord)
      if !isTest, let kind = try parseRedirectionSign() {
        let start = lexer.position
        var path = ShellWord(pieces: [], start: Int32(start), end: Int32(start))
        if kind != .errorToOutput, kind != .outputToError {
          guard skipShellBlank() else { throw shellFailure("the name of a file is missing", 0) }
          path = try parseShellWord()
          if path.pieces.isEmpty { throw shellFailure("the name of a file is missing", 1) }
        }
        shell.redirections.append(ShellCommand.Redirection(kind: kind, path: path))
      } else {
        shell.words.append(try isTest ? parseTestWord(shell.words) : parseShellWord())
        if name == "printf", shell.words.count == 1 { try refuseComma(name) }
      }
      end = Int32(lexer.position)
      if isTest, isClosingTest(shell.words) { break }
    }
    advance()
    previousEnd = end
    return isContainer ? try parseContainerBlock(shell) : .shell(shell)
  }

  /// Refuses `printf "…", x`, which mixes the shell's form and C's.
  private mutating func refuseComma(_ name: String) throws(SyntaxFailure) {
    guard lexer.position > 0, lexer.byte(lexer.position - 1) == UInt8(ascii: ",") else { return }
    lexer.position -= 1
    throw shellFailure(
      "a comma does not separate the words of a shell command", 1,
      hint: "write `printf(\"...\", x)` for C's, or `printf \"...\" $x` for the shell's")
  }

  /// Skips blanks before a word; false when the command ends here.
  mutating func skipShellBlank() -> Bool {
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
      case 0x0A, UInt8(ascii: ";"), UInt8(ascii: "#"), UInt8(ascii: "|"): return false
      case UInt8(ascii: "&"): return next == UInt8(ascii: ">")
      case UInt8(ascii: ")"): return openSubstitutions == 0
      case UInt8(ascii: "`"): return !isInBackquotes
      case UInt8(ascii: "}"): return openBlocks == 0
      default: return true
      }
    }
  }

  /// Reads `>`, `>>`, `<`, `2>`, `2>>`, `&>`, `2>&1` or `>&2`; nil when a word stands here.
  private mutating func parseRedirectionSign() throws(SyntaxFailure) -> ShellLine.Redirection.Kind? {
    let start = lexer.position
    var descriptor: UInt8?
    if lexer.byte(start) == UInt8(ascii: "&"), lexer.byte(start + 1) == UInt8(ascii: ">") {
      lexer.position += 2
      return .both
    }
    if Lexer.isDigit(lexer.byte(start)),
      [UInt8(ascii: ">"), UInt8(ascii: "<")].contains(lexer.byte(start + 1))
    {
      descriptor = lexer.byte(start)
      lexer.position += 1
    }
    let sign = lexer.byte(lexer.position)
    guard sign == UInt8(ascii: ">") || sign == UInt8(ascii: "<") else {
      lexer.position = start
      return nil
    }
    lexer.position += 1
    let next = lexer.byte(lexer.position)
    if sign == UInt8(ascii: "<") {
      if next == sign || next == UInt8(ascii: "(") || next == UInt8(ascii: "&") || next == UInt8(ascii: ">") {
        lexer.position = start
        throw refuse(
          next == sign ? "a here-document is" : "this redirection is", 2,
          "`echo TEXT | command` gives a command input")
      }
      return .input
    }
    let isError = descriptor == UInt8(ascii: "2")
    guard descriptor == nil || isError || descriptor == UInt8(ascii: "1") else {
      lexer.position = start
      throw refuse("this file descriptor is", 2, "there are `>`, `2>` and `2>&1`")
    }
    if next == UInt8(ascii: "&") {
      let target = lexer.byte(lexer.position + 1)
      guard target == UInt8(ascii: "1") || target == UInt8(ascii: "2") else {
        throw refuse("this redirection is", 2, "there are `2>&1` and `>&2`")
      }
      lexer.position += 2
      if isError { return target == UInt8(ascii: "1") ? .errorToOutput : .error }
      return .outputToError
    }
    if next == UInt8(ascii: "|") { lexer.position += 1 }
    if next == UInt8(ascii: ">") {
      lexer.position += 1
      return isError ? .appendedError : .appendedOutput
    }
    return isError ? .error : .output
  }

  mutating func shellFailure(_ message: String, _ length: Int, hint: String? = nil) -> SyntaxFailure {
    let start = lexer.position
    let end = min(start + length, lexer.bytes.count)
    lexer.position = end
    return fail(message, Int32(start), Int32(end), hint: hint)
  }

  mutating func refuse(_ what: String, _ length: Int, _ hint: String?) -> SyntaxFailure {
    shellFailure("\(what) not supported", length, hint: hint)
  }
}
