// The words of shell commands: quotes, variables, and what is refused by name.

extension Parser {
  /// Reads one word with its quotes, `$name`s and `$(…)`.
  ///
  /// - Parameters:
  ///   - endingAtComma: whether a comma ends it, as in the settings of a machine.
  ///   - splitsNames: whether an unquoted `$name` becomes several words.
  mutating func parseShellWord(
    endingAtComma: Bool = false, splitsNames: Bool = false
  ) throws(SyntaxFailure) -> ShellWord {
    let start = lexer.position
    var pieces: [StringPiece] = []
    var text: [UInt8] = []
    while !endsShellWord(endingAtComma) {
      let byte = lexer.bytes[lexer.position]
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "$"), UInt8(ascii: "`"):
        if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
        text.removeAll()
        if byte == UInt8(ascii: "\"") {
          try parseDoubleQuotes(into: &pieces)
        } else {
          let piece = try parseShellVariable()
          pieces.append(splitting(piece, names: splitsNames))
        }
      case UInt8(ascii: "'"):
        let isEmpty = text.isEmpty && pieces.isEmpty
        try scanSingleQuotes(into: &text)
        if isEmpty, text.isEmpty { pieces.append(.text("")) }
      case UInt8(ascii: "\\"):
        lexer.position += 1
        guard lexer.position < lexer.bytes.count else { break }
        if lexer.bytes[lexer.position] != 0x0A { text.append(lexer.bytes[lexer.position]) }
        lexer.position += 1
      default:
        if try takesBraces(into: &text) { continue }
        try refuseShellFeature(byte, atStart: lexer.position == start)
        text.append(byte)
        lexer.position += 1
        if text.count & 0xFFFF == 0 { charge(0x10000) }
      }
    }
    if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
    return ShellWord(pieces: pieces, start: Int32(start), end: Int32(lexer.position))
  }

  /// An unquoted piece that becomes several words at its blanks, if it is one.
  private func splitting(_ piece: StringPiece, names: Bool) -> StringPiece {
    guard case .expression(let id) = piece else { return piece }
    if case .commandOutput = tree[id].kind { return .splitting(id) }
    return names ? .splitting(id) : piece
  }

  private func endsShellWord(_ endingAtComma: Bool) -> Bool {
    guard lexer.position < lexer.bytes.count else { return true }
    switch lexer.bytes[lexer.position] {
    case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ";"), UInt8(ascii: ">"), UInt8(ascii: "<"), UInt8(ascii: "|"),
      UInt8(ascii: "&"):
      return true
    case UInt8(ascii: ")"): return openSubstitutions > 0
    case UInt8(ascii: "`"): return isInBackquotes
    case UInt8(ascii: "}"): return openBlocks > 0
    case UInt8(ascii: ","): return endingAtComma
    default: return false
    }
  }

  private mutating func scanSingleQuotes(into text: inout [UInt8]) throws(SyntaxFailure) {
    let open = Int32(lexer.position)
    lexer.position += 1
    while lexer.position < lexer.bytes.count {
      lexer.position += 1
      if lexer.bytes[lexer.position - 1] == UInt8(ascii: "'") { return }
      text.append(lexer.bytes[lexer.position - 1])
      if text.count & 0xFFFF == 0 { charge(0x10000) }
    }
    throw fail("this text is never closed", open, open + 1, hint: "a `'` is missing")
  }

  /// Reads `"…"` in a word: `{expr}` as everywhere, and `$name` as in a shell.
  private mutating func parseDoubleQuotes(into pieces: inout [StringPiece]) throws(SyntaxFailure) {
    let open = Int32(lexer.position)
    lexer.position += 1
    let isEmpty = pieces.isEmpty
    for piece in try parseQuotedPieces(from: open, isWord: true) { pieces.append(piece) }
    if isEmpty && pieces.isEmpty { pieces.append(.text("")) }
  }

  /// Reads `$name`, `$(…)`, `$((…))` or a command in backquotes; the lexer stands at its sign, and behind it afterwards.
  mutating func parseShellVariable() throws(SyntaxFailure) -> StringPiece {
    let start = lexer.position
    let outer = (token, previousEnd, openBrackets, isClosed)
    defer { (token, previousEnd, openBrackets, isClosed) = outer }
    let name = lexer.next()
    switch name.kind {
    case .dollarName: return .expression(dollarValue(Self.dollarName(text(name)), name.start, name.end))
    case .commandSubstitution, .backquote, .arithmeticExpansion:
      token = name
      let value = try name.kind == .arithmeticExpansion ? parseArithmetic() : parseSubstitution()
      // The token behind it was read by other rules.
      lexer.position = Int(tree[value].end)
      return .expression(value)
    default:
      lexer.position = start
      throw try variableFailure()
    }
  }

  /// What is wrong with a `$` that nothing known follows.
  private mutating func variableFailure() throws(SyntaxFailure) -> SyntaxFailure {
    let start = lexer.position
    let next = lexer.byte(start + 1)
    if next == UInt8(ascii: "{") {
      var end = start + 2
      while end < lexer.bytes.count, ![0x0A, UInt8(ascii: "}")].contains(lexer.byte(end)) { end += 1 }
      let length = min(end + 1, lexer.bytes.count) - start
      return refuse(
        "`\(SourceLocation.visible(lexer.bytes[start..<(start + length)]))` is", length,
        "there are `${name}` and `\"{expression}\"`; `len`, `slice`, `split` take texts apart")
    }
    if Lexer.isDigit(next)
      || [UInt8(ascii: "@"), UInt8(ascii: "*"), UInt8(ascii: "#"), UInt8(ascii: "!")].contains(next)
    {
      let sign = SourceLocation.visible([next])
      return refuse("`$\(sign)` is", 2, "scripts have no arguments; `func f(a, b) { ... }` has parameters")
    }
    return shellFailure("`$` must be followed by a name", 1, hint: "write `'$'` for the sign itself")
  }

  /// Takes unquoted braces that stand for themselves, as bash has it; `{1..5}` is read by whoever reads a list.
  private mutating func takesBraces(into text: inout [UInt8]) throws(SyntaxFailure) -> Bool {
    guard lexer.byte(lexer.position) == UInt8(ascii: "{") else { return false }
    let start = lexer.position
    if lexer.byte(start + 1) == UInt8(ascii: "}") {
      text += [UInt8(ascii: "{"), UInt8(ascii: "}")]
      lexer.position += 2
      return true
    }
    return false
  }

  /// The numbers of `{1..5}` or `{0..10..2}` that stands alone as a word here.
  mutating func parseBraceRange() throws(SyntaxFailure) -> [ShellWord]? {
    let start = lexer.position
    guard lexer.byte(start) == UInt8(ascii: "{") else { return nil }
    var end = start + 1
    while end < lexer.bytes.count, ![0x0A, 0x20, UInt8(ascii: "}")].contains(lexer.byte(end)) { end += 1 }
    guard lexer.byte(end) == UInt8(ascii: "}") else { return nil }
    let inner = lexer.text(start + 1, end)
    var words: [String] = []
    if inner.contains(",") {
      words = inner.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
    } else {
      guard let numbers = try braceNumbers(inner, end - start + 1) else { return nil }
      words = numbers.map { String($0) }
    }
    lexer.position = end + 1
    return words.map { ShellWord(pieces: [.text($0)], start: Int32(start), end: Int32(end + 1)) }
  }

  private mutating func braceNumbers(_ inner: String, _ length: Int) throws(SyntaxFailure) -> [Int]? {
    var parts: [Int] = []
    var rest = Substring(inner)
    while true {
      let part = rest.prefix { $0 != "." }
      guard let number = Int(part) else { return nil }
      parts.append(number)
      rest = rest.dropFirst(part.count)
      if rest.isEmpty { break }
      guard rest.hasPrefix("..") else { return nil }
      rest = rest.dropFirst(2)
    }
    guard parts.count == 2 || parts.count == 3 else { return nil }
    let step = max(1, parts.count == 3 ? Int(clamping: parts[2].magnitude) : 1)
    let (distance, overflow) = parts[1].subtractingReportingOverflow(parts[0])
    guard !overflow, distance.magnitude / step.magnitude <= 100_000 else {
      throw shellFailure(
        "this list has more than 100000 words", length, hint: "write `for i in 0..<n { ... }`")
    }
    return Array(
      stride(from: parts[0], through: parts[1], by: distance < 0 ? -step : step))
  }

  // MARK: Tests

  /// Skips blanks in `[[ … ]]`; false at the end of the line.
  mutating func skipTestBlank() -> Bool {
    while lexer.byte(lexer.position) == 0x20 || lexer.byte(lexer.position) == 0x09 { lexer.position += 1 }
    return lexer.position < lexer.bytes.count && lexer.byte(lexer.position) != 0x0A
  }

  /// Reads one word of `[[ … ]]`, in which `&&`, `<` and parentheses are words, and a regular expression behind `=~`
  /// is taken as it stands.
  mutating func parseTestWord(_ before: [ShellWord]) throws(SyntaxFailure) -> ShellWord {
    let start = lexer.position
    for sign in ["&&", "||", "(", ")", "<", ">"] where lexer.bytes[start...].starts(with: sign.utf8) {
      lexer.position += sign.utf8.count
      return ShellWord(pieces: [.text(sign)], start: Int32(start), end: Int32(lexer.position))
    }
    if let last = before.last, last.pieces.count == 1, case .text("=~") = last.pieces[0],
      ![UInt8(ascii: "\""), UInt8(ascii: "$"), UInt8(ascii: "'")].contains(lexer.byte(start))
    {
      while lexer.position < lexer.bytes.count, ![0x20, 0x09, 0x0A].contains(lexer.byte(lexer.position)) {
        lexer.position += 1
      }
      let pattern = lexer.text(start, lexer.position)
      return ShellWord(pieces: [.text(pattern)], start: Int32(start), end: Int32(lexer.position))
    }
    if lexer.byte(start) == UInt8(ascii: "]"), lexer.byte(start + 1) == UInt8(ascii: "]") {
      lexer.position += 2
      return ShellWord(pieces: [.text("]]")], start: Int32(start), end: Int32(lexer.position))
    }
    return try parseShellWord()
  }

  /// Whether the last word is `]]`.
  func isClosingTest(_ words: [ShellWord]) -> Bool {
    guard let last = words.last, last.pieces.count == 1, case .text("]]") = last.pieces[0] else {
      return false
    }
    return last.end - last.start == 2
  }
}
