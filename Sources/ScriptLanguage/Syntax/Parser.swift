// The parser's state, and how it recovers from an error to find the next one.

/// Thrown when a statement cannot be read on; the diagnostic is already collected.
struct SyntaxFailure: Error {}

/// Reads a source text by recursive descent. It never fails as a whole: what it cannot read becomes a
/// diagnostic, and it goes on with the next statement.
struct Parser {
  let commands: CommandTable
  let budget: ScriptBudget
  let nestingLimit: Int
  var lexer: Lexer
  var token = Token(kind: .endOfFile, start: 0, end: 0)
  /// Where the last consumed token ended.
  var previousEnd: Int32 = 0
  /// How many parentheses and brackets are open, in which line ends do not count.
  var openBrackets = 0
  /// Where they were opened, innermost last.
  var bracketStarts: [Int32] = []
  /// How many blocks are open, so that `}` can end a shell command.
  var openBlocks = 0
  /// How many `$(` are open, so that `)` can end a command.
  var openSubstitutions = 0
  /// Whether the command stands in backquotes, which end it.
  var isInBackquotes = false
  /// Whether the expression stands in `$((…))`.
  var isInArithmetic = false
  /// The names that C's declarations give in each open block of a function in C's form, innermost last; nil outside.
  var scopes: [[String: String]]?
  /// The names that were used so far in that function, and how many had to be told apart.
  var usedNames: Set<String> = []
  var aliasCount = 0
  /// How many blocks of the shell's form, up to `done` or `fi`, are open here.
  var openShellBlocks = 0
  /// Whether a command here is the condition of a shell's `if` or `while`.
  var isInCondition = false
  /// Whether the last token closed a block, behind which a statement may begin without a sign between.
  var isClosed = false
  /// The names that the text defines somewhere.
  var definedNames: Set<String> = []
  /// Whether a name has a meaning from before.
  let isKnown: (String) -> Bool
  /// Whether a text that is one expression is read as one, also where a statement would be something else.
  var prefersExpression = false
  /// How deep expressions and blocks are nested here.
  var depth = 0
  var tree: SyntaxTree
  /// For each expression, how deep its tree is.
  var heights: [UInt16] = []
  var diagnostics = DiagnosticCollector()
  /// Where the line ends in which the last mistake was found.
  private var lastMistakeLineEnd: Int32 = -1
  /// Set when going on makes no sense.
  var isAborted = false
  /// Where the innermost open part begins, if the first error was the end of the text inside something open; the end of
  /// the text, if that part only lacks its rest.
  private(set) var openPlace: Int32?

  /// How many bytes places in a text can count.
  static let largestText = Int(Int32.max) / 2
  /// About how many bytes a token takes in the tree and in the code, the slack of growing arrays included; a statement,
  /// and a word or a piece of a text, beside their tokens.
  static let bytesPerToken = 56
  static let bytesPerStatement = 160
  static let bytesPerWord = 200

  init(
    _ text: SourceText, source: Int32, commands: CommandTable, budget: ScriptBudget, nestingLimit: Int,
    isKnown: @escaping (String) -> Bool = { _ in false }
  ) {
    self.commands = commands
    self.isKnown = isKnown
    self.budget = budget
    self.nestingLimit = max(1, min(nestingLimit, 1000))
    lexer = Lexer(text.bytes)
    tree = SyntaxTree(source: source)
  }

  /// Reads the whole text.
  mutating func parse() {
    checkEncoding()
    definedNames = findDefinedNames()
    advance()
    if prefersExpression, parseWholeExpression() { return }
    var statements: [Statement] = []
    while token.kind != .endOfFile, !isAborted {
      if token.kind == .rightBrace {
        report("unexpected `}`", token.start, token.end, hint: "no block is open here")
        advance()
        continue
      }
      parseStatement(into: &statements)
    }
    tree.statements = statements
  }

  /// Reads the text as one expression, if it is one.
  private mutating func parseWholeExpression() -> Bool {
    var trial = self
    trial.skipNewlines()
    let start = trial.token.start
    guard let expression = try? trial.parseExpression(), !trial.isAborted else { return false }
    let end = trial.previousEnd
    trial.skipNewlines()
    guard trial.token.kind == .endOfFile, trial.diagnostics.count == 0 else { return false }
    // A word that is a command of the shell is run.
    if case .name(let name) = trial.tree[expression].kind, commands.shells[name] != nil, !isKnown(name) {
      return false
    }
    self = trial
    tree.statements = [Statement(kind: .expression(expression), start: start, end: end)]
    return true
  }

  // MARK: Tokens

  /// Goes to the next token.
  mutating func advance() {
    previousEnd = token.end
    isClosed = false
    charge(Self.bytesPerToken)
    repeat { token = lexer.next() } while openBrackets > 0 && token.kind == .newline
  }

  /// Counts the memory that a part of the text takes until it is compiled; when the run has to stop, nothing more is
  /// read.
  mutating func charge(_ bytes: Int) {
    guard !budget.mayGoOnCompiling(taking: bytes) else { return }
    isAborted = true
    lexer.position = lexer.bytes.count
  }

  /// The token after the current one.
  func peek() -> Token {
    var copy = lexer
    return copy.next()
  }

  mutating func skipNewlines() {
    while token.kind == .newline { advance() }
  }

  mutating func accept(_ kind: Token.Kind) -> Bool {
    guard token.kind == kind else { return false }
    advance()
    return true
  }

  mutating func expect(_ kind: Token.Kind, _ expectation: String, hint: String? = nil) throws(SyntaxFailure) {
    guard accept(kind) else { throw unexpected(expectation, hint: hint) }
  }

  /// Goes past an opening bracket; line ends do not count until it is closed.
  mutating func openBracket() {
    openBrackets += 1
    if openBrackets <= 1 { bracketStarts.removeAll() }
    bracketStarts.append(token.start)
    advance()
  }

  mutating func closeBracket(
    _ kind: Token.Kind, _ expectation: String, hint: String? = nil
  ) throws(SyntaxFailure) {
    guard token.kind == kind else { throw unexpected(expectation, hint: hint ?? bracketHint()) }
    openBrackets -= 1
    _ = bracketStarts.popLast()
    advance()
  }

  /// What may have been meant where a bracket should close.
  private func bracketHint() -> String? {
    if let open = bracketStarts.last, open < previousEnd {
      let between = lexer.bytes[Int(open)..<Int(token.start)]
      if between.contains(0x0A) {
        let line = 1 + lexer.bytes[..<Int(open)].count { $0 == 0x0A }
        return
          "the `\(SourceLocation.visible(lexer.bytes[Int(open)..<Int(open) + 1]))` in line \(line) is not closed"
      }
    }
    if token.kind == .identifier, Parser.unitWords.contains(text(token)) {
      return "the unit follows the number at once: `100M`"
    }
    if token.kind == .colon { return "`slice(x, from, to)` is a part of a text or list" }
    return token.beginsOperandOnly ? "a comma stands between arguments" : nil
  }

  /// What people write behind a number and a blank.
  static let unitWords: Set<String> = [
    "K", "M", "G", "T", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "kB", "k", "m", "g",
  ]

  func text(_ token: Token) -> String { lexer.text(of: token) }

  // MARK: Nesting

  /// Counts what goes deeper; some forms take as much of the stack as several others.
  mutating func enter(_ levels: Int = 1) throws(SyntaxFailure) {
    depth += levels
    guard depth > nestingLimit else { return }
    isAborted = true
    throw nestedTooDeeply(token.start, token.end)
  }

  mutating func leave(_ levels: Int = 1) { depth -= levels }

  mutating func nestedTooDeeply(_ start: Int32, _ end: Int32) -> SyntaxFailure {
    fail(
      "this is nested more than \(nestingLimit) deep", kind: .limit(.nestingDepth, allowed: nestingLimit),
      start, end,
      hint: "the limit is `ScriptLimits.nestingDepth`; parts may be put into variables")
  }

  // MARK: Errors

  mutating func report(
    _ message: String, kind: FailureKind = .syntax, _ start: Int32, _ end: Int32, hint: String? = nil,
    replacement: String? = nil
  ) {
    // A text that is not read to its end has no mistakes for that.
    guard !budget.isStopped else { return }
    if token.kind == .endOfFile,
      openBlocks > 0 || openShellBlocks > 0 || openBrackets > 0 || start >= end
    {
      noteEndInside(at: openBrackets > 0 ? bracketStarts.last ?? start : start)
    }
    // What is wrong behind a mistake in the same line comes of that mistake as a rule.
    guard start > lastMistakeLineEnd || diagnostics.count == 0 else { return }
    lastMistakeLineEnd = Int32(
      lexer.bytes[min(Int(start), lexer.bytes.count)...].firstIndex(of: 0x0A) ?? lexer.bytes.count)
    diagnostics.add(
      message, kind: kind, at: tree.span(start, max(end, start)), hint: hint, replacement: replacement)
    if diagnostics.isFull { isAborted = true }
  }

  /// Notes that the first error, which is about to be reported, is that the text ends inside something open.
  mutating func noteEndInside(at place: Int32) {
    if diagnostics.count == 0, openPlace == nil { openPlace = place }
  }

  mutating func fail(
    _ message: String, kind: FailureKind = .syntax, _ start: Int32, _ end: Int32, hint: String? = nil,
    replacement: String? = nil
  ) -> SyntaxFailure {
    report(message, kind: kind, start, end, hint: hint, replacement: replacement)
    return SyntaxFailure()
  }

  /// The error that something else was expected than the current token.
  mutating func unexpected(_ expectation: String, hint: String? = nil) -> SyntaxFailure {
    switch token.kind {
    case .invalid:
      if lexer.problem.message.hasSuffix("never ends") { noteEndInside(at: token.start) }
      return fail(lexer.problem.message, token.start, token.end, hint: lexer.problem.hint)
    case .endOfFile: return fail("expected \(expectation), found the end", token.start, token.end, hint: hint)
    case .newline:
      return fail("expected \(expectation), found the end of the line", token.start, token.start, hint: hint)
    default:
      let found = SourceLocation.visible(text(token).utf8.prefix(40))
      return fail("expected \(expectation), found `\(found)`", token.start, token.end, hint: hint)
    }
  }

  /// Skips to where the next statement begins. A block on the way is read, so that its braces match and its
  /// own errors are found.
  ///
  /// - Parameter start: where the statement begins that could not be read.
  mutating func recover(from start: Int32) {
    var parentheses = openBrackets
    openBrackets = 0
    defer { noteUnreadNames(from: start) }
    while !isAborted {
      if atStatementEnd, parentheses <= 0, token.kind != .newline, token.kind != .semicolon { return }
      switch token.kind {
      case .newline:
        advance()
        return
      case .semicolon where parentheses <= 0:
        advance()
        return
      case .leftParenthesis: parentheses += 1
      case .rightParenthesis: parentheses -= 1
      case .endOfFile, .rightBrace: return
      case .leftBrace:
        var ignored = Block()
        do { ignored = try parseBlock() } catch { return }
        _ = ignored
        return
      case .quote: lexer.skipString()
      default: break
      }
      advance()
    }
  }

  /// Notes the names in what could not be read: nothing can be said about their meaning.
  private mutating func noteUnreadNames(from start: Int32) {
    guard tree.unreadNames.count < 10_000 else { return }
    var copy = lexer
    copy.position = Int(start)
    let end = max(token.start, start)
    while copy.position < Int(end), budget.mayGoOnCompiling() {
      let next = copy.next()
      if next.kind == .endOfFile { return }
      if next.kind == .identifier { tree.unreadNames.insert(copy.text(of: next)) }
    }
  }

  /// Reports bytes that are no text.
  private mutating func checkEncoding() {
    for problem in EncodingProblem.find(in: lexer.bytes) {
      report(problem.message, Int32(problem.start), Int32(problem.end))
    }
  }
}
