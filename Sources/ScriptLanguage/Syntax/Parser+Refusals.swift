// What other languages and shells have and this language has not: each refused by its name, with what to write.

extension Parser {
  /// Throws when a byte of an unquoted word begins something that is not supported.
  mutating func refuseShellFeature(_ byte: UInt8, atStart: Bool) throws(SyntaxFailure) {
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: ")"): throw refuse("a subshell is", 1, "quote the parenthesis")
    case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["):
      throw refuse("a file name pattern is", 1, "write out each name, or quote the character")
    case UInt8(ascii: "{"):
      throw refuse("an unquoted brace is", 1, "write `\"{expr}\"` in double quotes, or quote the brace")
    case UInt8(ascii: "}"): throw refuse("an unquoted brace is", 1, "no block is open here; quote the brace")
    case UInt8(ascii: "~") where atStart: throw refuse("`~` for a home directory is", 1, "quote it")
    default: break
    }
  }

  /// Throws for a statement that begins with a word of another language.
  mutating func refuseForeignStatement() throws(SyntaxFailure) {
    let word = text(token)
    guard let (what, hint) = Self.foreignStatements[word] else { return }
    let next = peek()
    if case .assign(_) = next.kind { return }
    if next.kind == .leftParenthesis, !next.hasSpaceBefore, !["elif", "elsif"].contains(word) { return }
    guard !isKnownVariable(word) else { return }
    let place = token
    defer { if word == "until" { skipPast("done") } else { skipForeignRest() } }
    throw fail(what, place.start, place.end, hint: hint)
  }

  /// Goes to the end of the line, or to the block that stands there: what a word of another language begins means
  /// nothing here.
  private mutating func skipForeignRest() {
    while !token.endsStatement, token.kind != .leftBrace, !isAborted {
      if token.kind == .quote { lexer.skipString() }
      advance()
    }
  }

  /// Goes past the word that closes a statement of the shell which is not read; to the end of the line where there is
  /// none.
  mutating func skipPast(_ word: String) {
    var end = lexer.position
    let wanted = Array(word.utf8)
    while end < lexer.bytes.count {
      if lexer.bytes[end] == wanted[0], lexer.bytes[end...].starts(with: wanted),
        !Lexer.isNamePart(lexer.byte(end - 1)),
        !Lexer.isNamePart(lexer.byte(end + wanted.count))
      {
        lexer.position = end + wanted.count
        openBrackets = 0
        return advance()
      }
      end += 1
    }
    skipForeignRest()
  }

  private static let function = (
    "a function is `func name(a, b) { ... }`", "or as C has it: `int name(int a) { ... }`"
  )
  private static let assignment = ("variables need no word before them", "write `x = 5`")
  private static let structure = ("there are no structs", "a map has named parts: `node = {\"next\": NULL}`")

  private static let foreignStatements: [String: (String, String?)] = [
    "def": function, "function": function, "fn": function, "fun": function, "proc": function,
    "lambda": function,
    "let": assignment, "var": assignment, "local": assignment, "declare": assignment, "my": assignment,
    "auto": assignment, "readonly": assignment,
    "struct": structure, "class": structure, "union": structure,
    "typedef": ("there is no `typedef`", "write the type itself, or none"),
    "enum": ("there is no `enum`", "write `#define NAME value` for each name"),
    "goto": ("there is no `goto`", "loops have `break` and `continue`"),
    "elif": ("`elif` belongs to the shell's `if ...; then ... fi`", "write `} else if condition { ... }`"),
    "elsif": ("there is no `elsif`", "write `} else if condition { ... }`"),
    "elseif": ("there is no `elseif`", "write `} else if condition { ... }`"),
    "unless": ("there is no `unless`", "write `if !condition { ... }`"),
    "until": ("there is no `until`", "write `while !(condition) { ... }`"),
    "foreach": ("there is no `foreach`", "write `for x in list { ... }`"),
    "loop": ("there is no `loop`", "write `while true { ... }`"),
    "import": (
      "there are no modules", "`include \"file.mem\"` reads a file; all functions are there already"
    ),
    "from": ("there are no modules", "`include \"file.mem\"` reads a file; all functions are there already"),
    "using": ("there are no modules", "`include \"file.mem\"` reads a file; all functions are there already"),
    "source": ("`source` is not supported", "write `include \"file.mem\"`"),
    "raise": ("there is no `raise`", "write `throw \"message\"`"),
    "assert": ("there is no `assert`", "write `expect condition, \"message\"`"),
    "del": ("there is no `del`", "`remove(map, key)` takes an entry out"),
    "then": ("`then` without an `if ... ;` before it", nil),
    "fi": ("`fi` without an `if ... ; then` before it", nil),
    "done": ("`done` without a `for ... ; do` before it", nil),
    "esac": ("the shell's `case ... esac` is not supported", "write `switch x { case 1: ... }`"),
    "select": ("`select` is not supported", nil),
    "alias": ("there are no aliases", "write `func name() { ... }`"),
    "trap": ("signals have no handlers here", "`$status` tells with what a process ended"),
    "eval": ("there is no `eval`", "write the statement itself"),
    "pass": ("there is no `pass`", "a block may be empty: `{ }`"),
  ]

  /// Throws for a call of C's that means something else here.
  mutating func refuseForeignCall() throws(SyntaxFailure) {
    let word = text(token)
    guard word == "fork" || word == "new" else { return }
    let next = peek()
    if word == "new", next.kind == .identifier {
      defer { skipForeignRest() }
      throw fail(
        "there is no `new`", token.start, token.end, hint: "`malloc(size)` gives memory, `{\"a\": 1}` a map")
    }
    guard word == "fork", commands.calls[word] != nil, next.kind == .leftParenthesis else { return }
    var copy = lexer
    _ = copy.next()
    guard copy.next().kind == .rightParenthesis else { return }
    throw fail(
      "`fork` needs a name for the child: one script acts as both processes, one after the other",
      token.start,
      token.end, hint: "write `pid = fork(\"child\")`, then `process child { ... }` for what the child does")
  }

  /// Throws for `fork("child") == 0`: the script never comes back as the child.
  mutating func refuseChildBranch(_ name: Token) throws(SyntaxFailure) {
    guard token.kind.binaryOperator == .equal, text(name) == "fork", text(peek()) == "0" else { return }
    throw fail(
      "`fork` never returns 0: one script acts as both processes, one after the other", name.start,
      previousEnd,
      hint: "write `pid = fork(\"child\")`, then `process child { ... }` for what the child does")
  }

  /// Throws for `(command; command)`.
  mutating func refuseSubshell() throws(SyntaxFailure) {
    var copy = self
    copy.advance()
    guard copy.token.kind == .identifier, copy.shellCommandHere() != nil else { return }
    let place = token
    defer { skipCommandRest() }
    throw fail(
      "a subshell is not supported", place.start, place.end,
      hint: "write the commands without parentheses, or `{ ... }` around them")
  }

  // MARK: Unknown commands

  /// Throws when the statement here is a command line whose command nobody knows.
  mutating func refuseUnknownCommand() throws(SyntaxFailure) {
    let name = text(token)
    if name == "time", commands.shells[text(peek())] != nil, peek().hasSpaceBefore {
      let place = token
      defer { skipForeignRest() }
      throw fail(
        "commands take no time here", place.start, place.end,
        hint: "leave `time` out; the simulated clock moves with `sleep` alone, `time(NULL)` reads it")
    }
    guard commands.calls[name] == nil, BuiltinFunction.named(name) == nil, !isKnownVariable(name) else {
      return
    }
    let end = Int(token.end)
    var word = end
    // `apt-get`, `stress-ng`, `script.sh`: the rest belongs to the name.
    if lexer.byte(end) == UInt8(ascii: "-") || lexer.byte(end) == UInt8(ascii: "."),
      Lexer.isNameStart(lexer.byte(end + 1))
    {
      while word < lexer.bytes.count,
        Lexer.isNamePart(lexer.byte(word)) || [0x2D, 0x2E].contains(lexer.byte(word))
      {
        word += 1
      }
      guard [0x20, 0x0A, 0].contains(lexer.byte(word)) else { return }
    } else {
      guard lexer.byte(end) == 0x20 || lexer.byte(end) == 0x09 else { return }
      guard looksLikeWord(at: end + 1) || pipesIntoCommand() else { return }
      try refuseUnknownType(name)
      // A function of an included file may be meant.
      if definedNames.contains(Self.includeMark), commands.advice(name) == nil { return }
    }
    throw unknownCommand(lexer.text(Int(token.start), word), token.start, Int32(word))
  }

  /// Throws for `string s = "x"`, and for a word before `|` and a command.
  private mutating func refuseUnknownType(_ name: String) throws(SyntaxFailure) {
    let next = peek()
    var copy = lexer
    _ = copy.next()
    guard next.kind == .identifier, copy.next().kind == .assign(nil) else { return }
    let place = token
    defer { skipForeignRest() }
    throw fail(
      "unknown type `\(SourceLocation.visible(name.utf8.prefix(40)))`", place.start, place.end,
      hint: "variables need no type: write `\(text(next)) = ...`")
  }

  /// The error for a command that nobody knows; the rest of its line is skipped.
  mutating func unknownCommand(_ name: String, _ start: Int32, _ end: Int32) -> SyntaxFailure {
    let suggestion =
      commands.advice(name).map { Suggestion(advice: $0) }
      ?? Suggestion.didYouMean(
        name,
        among: [
          Keyword.allCases.map(\.rawValue), commands.shells.keys.sorted(), commands.calls.keys.sorted(),
          BuiltinFunction.names,
        ])
    let failure = fail(
      "unknown command `\(SourceLocation.visible(name.utf8.prefix(40)))`",
      kind: Suggestion.kind(of: name, suggestion), start, end,
      hint: suggestion?.hint ?? "`.help` in the shell lists what there is",
      replacement: suggestion?.replacement)
    lexer.position = Int(end)
    skipCommandRest()
    return failure
  }

  /// Goes to the end of a command line that is not read.
  private mutating func skipCommandRest() {
    while lexer.position < lexer.bytes.count, lexer.byte(lexer.position) != 0x0A,
      lexer.byte(lexer.position) != UInt8(ascii: ";")
    {
      if lexer.byte(lexer.position) == UInt8(ascii: ")"), openSubstitutions > 0 { break }
      if lexer.byte(lexer.position) == UInt8(ascii: "`"), isInBackquotes { break }
      if lexer.byte(lexer.position) == UInt8(ascii: "}"), openBlocks > 0 { break }
      lexer.position += 1
    }
    openBrackets = 0
    advance()
  }

  /// Whether a `|` and a command stand behind the name here.
  private func pipesIntoCommand() -> Bool {
    var copy = self
    copy.advance()
    return copy.token.kind == .bar && copy.leadsToCommand()
  }

  /// Whether the text at an offset is a word of a command rather than an operator with its operand.
  private func looksLikeWord(at start: Int) -> Bool {
    var place = start
    while lexer.byte(place) == 0x20 || lexer.byte(place) == 0x09 { place += 1 }
    let (first, second) = (lexer.byte(place), lexer.byte(place + 1))
    switch first {
    case UInt8(ascii: "-"): return Lexer.isNameStart(second) || second == UInt8(ascii: "-")
    case UInt8(ascii: "/"): return Lexer.isNameStart(second)
    case UInt8(ascii: "."), UInt8(ascii: "~"): return second == UInt8(ascii: "/")
    case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "$"): return true
    case _ where Lexer.isDigit(first): return true
    case _ where Lexer.isNameStart(first):
      // `x in y` and `a and b` are no commands.
      var end = place
      while Lexer.isNamePart(lexer.byte(end)) { end += 1 }
      let word = lexer.text(place, end)
      return !["in", "and", "or", "is", "if", "not"].contains(word)
    default: return false
    }
  }

  /// Throws for `./script` and `/usr/bin/tool`.
  mutating func refuseCommandPath() throws(SyntaxFailure) {
    let start = Int(token.start)
    guard
      token.kind == .slash
        ? Lexer.isNameStart(lexer.byte(start + 1)) : lexer.byte(start + 1) == UInt8(ascii: "/")
    else { return }
    var end = start
    while end < lexer.bytes.count, ![0x20, 0x0A, UInt8(ascii: ";")].contains(lexer.byte(end)) { end += 1 }
    let path = lexer.text(start, end)
    let name = path.split(separator: "/").last.map { String($0) } ?? ""
    let failure = fail(
      "programs cannot be started by their path", token.start, Int32(end),
      hint: commands.shells[name] != nil ? "write `\(name)`" : "`include \"file.mem\"` runs a script")
    lexer.position = end
    skipCommandRest()
    throw failure
  }

  /// Throws for `x = word` where the word can only have been meant as a text: a path, or the name of a command with
  /// its words.
  mutating func refuseUnquotedWord() throws(SyntaxFailure) {
    let start = Int(token.start)
    if token.kind == .slash, Lexer.isNameStart(lexer.byte(start + 1)) {
      var end = start
      while end < lexer.bytes.count,
        ![0x20, 0x0A, 0x0D, UInt8(ascii: ";"), UInt8(ascii: ")")].contains(lexer.byte(end))
      {
        end += 1
      }
      let path = SourceLocation.visible(lexer.bytes[start..<end])
      throw fail("a text stands in double quotes", token.start, Int32(end), hint: "write `\"\(path)\"`")
    }
    if token.kind == .dollarName,
      [UInt8(ascii: "$"), UInt8(ascii: "/"), UInt8(ascii: "{")].contains(lexer.byte(Int(token.end)))
        || Lexer.isNamePart(lexer.byte(Int(token.end)))
    {
      var end = start
      while end < lexer.bytes.count,
        ![0x20, 0x0A, 0x0D, UInt8(ascii: ";"), UInt8(ascii: ")")].contains(lexer.byte(end))
      {
        end += 1
      }
      let word = SourceLocation.visible(lexer.bytes[start..<end])
      throw fail("a text stands in double quotes", token.start, Int32(end), hint: "write `\"\(word)\"`")
    }
    if token.endsStatement, token.kind != .endOfFile || start > 0 {
      throw unexpected("an expression", hint: "the empty text is `\"\"`")
    }
    guard token.kind == .identifier, commands.shells[text(token)] != nil, commands.calls[text(token)] == nil,
      BuiltinFunction.named(text(token)) == nil, !isKnownVariable(text(token))
    else { return }
    var end = Int(token.end)
    while end < lexer.bytes.count, ![0x0A, 0x0D, UInt8(ascii: ";")].contains(lexer.byte(end)) { end += 1 }
    if [0x20, 0x09].contains(lexer.byte(Int(token.end))) || end == Int(token.end) {
      let line = SourceLocation.visible(lexer.bytes[start..<end])
      let failure = fail(
        "`\(text(token))` is a shell command: its output is a value in `$(...)`", token.start, token.end,
        hint: "write `$(\(line))`")
      lexer.position = Int(token.end)
      skipCommandRest()
      throw failure
    }
  }

  // MARK: Names that the text defines

  private static let includeMark = "include "

  /// Whether a name is that of a variable or function that the text defines anywhere, or that is known from before.
  func isKnownVariable(_ name: String) -> Bool { definedNames.contains(name) || isKnown(name) }

  /// Whether the text defines a function of a name.
  func definesFunction(_ name: String) -> Bool { isKnownVariable(name) }

  /// Every name before `=`, `in`, `,` and `++`, and behind `func`, `global` and types.
  func findDefinedNames() -> Set<String> {
    var names: Set<String> = []
    var copy = lexer
    copy.position = 0
    var previous = Token(kind: .newline, start: 0, end: 0)
    var wasDefinition = false
    while budget.mayGoOnCompiling() {
      let next = copy.next()
      if next.kind == .endOfFile { break }
      if next.kind == .quote { copy.skipString() }
      if next.kind == .keyword(.include) { names.insert(Self.includeMark) }
      if previous.kind == .identifier {
        switch next.kind {
        case .assign(_), .keyword(.in): names.insert(copy.text(of: previous))
        case .increment, .decrement: if !next.hasSpaceBefore { names.insert(copy.text(of: previous)) }
        case .comma where wasDefinition: names.insert(copy.text(of: previous))
        default: if wasDefinition { names.insert(copy.text(of: previous)) }
        }
      }
      let isFirst = next.kind == .identifier
      wasDefinition =
        isFirst
        && (previous.kind == .keyword(.func) || previous.kind == .keyword(.for)
          || previous.kind == .keyword(.global)
          || previous.kind == .keyword(.catch) || previous.kind == .define
          || (previous.kind == .identifier && CType.words[copy.text(of: previous)] != nil)
          || previous.kind == .star)
      previous = next
    }
    return names
  }
}
