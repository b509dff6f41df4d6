// test, [ and [[: conditions of the shell; true and false.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// bash's builtin test.
  static let test = condition("test", usage: "EXPRESSION")
  /// bash's `[`.
  static let bracket = condition("[", usage: "EXPRESSION ]")
  /// bash's `[[`.
  static let doubleBracket = condition("[[", usage: "EXPRESSION ]]")

  private static func condition(_ name: String, usage: String) -> CatalogueEntry {
    ShellCommand(
      name: name, usage: usage, source: "bash(1)",
      summary: "Succeeds when an expression is true, and fails with status 1 otherwise.",
      details:
        "Texts: -z, -n, =, !=, <, >; integers: -eq, -ne, -lt, -le, -gt, -ge; files: -e, -f, -d, -s, -r, -w, -x; !, "
        + "-a, -o and parentheses join them. [[ ]] has && and ||, and =~ for regular expressions.",
      style: .builtin, usageStatus: 2
    ).entry { run in
      var words = run.words
      if name != "test" {
        guard words.last == (name == "[" ? "]" : "]]") else {
          throw ShellFailure("bash: \(name): missing `\(name == "[" ? "]" : "]]")'", status: 2)
        }
        words.removeLast()
      }
      var parser = TestExpression(words, run)
      run.status = try parser.parse() ? 0 : 1
    }
  }

  /// The status that says yes.
  static let yes = ShellCommand(
    name: "true", usage: "", source: "bash(1)", summary: "Succeeds.", style: .builtin, worksAfterPanic: true
  ).entry { _ in }

  /// bash's `:`, which does nothing.
  static let colon = ShellCommand(
    name: ":", usage: "[arguments]", source: "bash(1)", summary: "Does nothing, and succeeds.",
    style: .builtin,
    worksAfterPanic: true
  ).entry { _ in }

  /// The status that says no.
  static let no = ShellCommand(
    name: "false", usage: "", source: "bash(1)", summary: "Fails with status 1.", style: .builtin,
    worksAfterPanic: true
  ).entry { run in run.status = 1 }
}

/// The expression of test, `[` or `[[`.
private struct TestExpression {
  private let words: [String]
  private let run: ShellRun
  private var place = 0
  private var depth = 0
  private var isExtended: Bool { run.command.name == "[[" }

  init(_ words: [String], _ run: ShellRun) {
    self.words = words
    self.run = run
  }

  private func failure(_ text: String) -> ShellFailure {
    ShellFailure("bash: \(run.command.name): \(text)", status: 2)
  }

  mutating func parse() throws -> Bool {
    // Few words mean what POSIX says, whatever they look like.
    if !isExtended, words.count <= 1 { return words.first?.isEmpty == false }
    if !isExtended, words.count == 2, words[0] == "!" { return words[1].isEmpty }
    if !isExtended, words.count == 3, words[1] == "-a" || words[1] == "-o" {
      let (left, right) = (!words[0].isEmpty, !words[2].isEmpty)
      return words[1] == "-a" ? left && right : left || right
    }
    let value = try alternatives()
    guard place == words.count else {
      throw failure(
        place == 0 || isExtended ? "`\(words[place])': syntax error in expression" : "too many arguments")
    }
    return value
  }

  private mutating func accept(_ texts: String...) -> Bool {
    guard place < words.count, texts.contains(words[place]) else { return false }
    place += 1
    return true
  }

  private mutating func alternatives() throws -> Bool {
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { throw failure("expression too deep") }
    var value = try conjunction()
    while isExtended ? accept("||") : accept("-o") {
      let other = try conjunction()
      value = value || other
    }
    return value
  }

  private mutating func conjunction() throws -> Bool {
    var value = try negation()
    while isExtended ? accept("&&") : accept("-a") {
      let other = try negation()
      value = value && other
    }
    return value
  }

  private mutating func negation() throws -> Bool {
    var isNegated = false
    while place + 1 < words.count, words[place] == "!", !isBinary(at: place + 1) {
      place += 1
      isNegated.toggle()
    }
    let value = try primary()
    return value != isNegated
  }

  private func isBinary(at index: Int) -> Bool {
    index < words.count
      && ["=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "=~"].contains(
        words[index])
  }

  private mutating func primary() throws -> Bool {
    guard place < words.count else { throw failure("argument expected") }
    if isBinary(at: place + 1) {
      guard place + 2 < words.count else { throw failure("\(words[place]): unary operator expected") }
      let (left, sign, right) = (words[place], words[place + 1], words[place + 2])
      place += 3
      return try compare(left, sign, right)
    }
    if accept("(") {
      let value = try alternatives()
      guard accept(")") else { throw failure("`)' expected") }
      return value
    }
    let word = words[place]
    if word.utf8.count == 2, word.hasPrefix("-"), place + 1 < words.count, let letter = word.last,
      letter.isLetter
    {
      place += 2
      return try unary(letter, words[place - 1])
    }
    // `[ $x -eq 5 ]` with nothing in x has lost its left side.
    if !isExtended, words.count > place + 1, word.hasPrefix("-"), words[place + 1] != "-a",
      words[place + 1] != "-o"
    {
      throw failure("\(word): unary operator expected")
    }
    if !isExtended, words.count == 2 { throw failure("\(word): unary operator expected") }
    if !isExtended, words.count == 3, place == 0 { throw failure("\(words[1]): binary operator expected") }
    place += 1
    return !word.isEmpty
  }

  private func compare(_ left: String, _ sign: String, _ right: String) throws -> Bool {
    switch sign {
    case "=", "==": return left == right
    case "!=": return left != right
    case "<": return Array(left.utf8).lexicographicallyPrecedes(Array(right.utf8))
    case ">": return Array(right.utf8).lexicographicallyPrecedes(Array(left.utf8))
    case "=~":
      do throws(PatternError) {
        let pattern = try LinePattern([right], .extended, ignoresCase: false, extent: .part)
        let budget = run.session.budget
        return (try? pattern.matches(left) { try budget.charge($0) }) ?? false
      } catch {
        throw failure("`\(right)': invalid regular expression")
      }
    case "-nt", "-ot": throw ScriptError(notModelled: "\(sign)")
    default: break
    }
    let (x, y) = (try integer(left), try integer(right))
    switch sign {
    case "-eq": return x == y
    case "-ne": return x != y
    case "-lt": return x < y
    case "-le": return x <= y
    case "-gt": return x > y
    default: return x >= y
    }
  }

  private func integer(_ text: String) throws -> Int64 {
    let trimmed = text.split(separator: " ")
    if trimmed.count == 1, let number = Int64(trimmed[0]) { return number }
    if isExtended, text.isEmpty { return 0 }
    throw failure("\(text): integer expression expected")
  }

  private func unary(_ letter: Character, _ word: String) throws -> Bool {
    switch letter {
    case "z": return word.isEmpty
    case "n": return !word.isEmpty
    case "e", "f", "d", "s", "r", "w", "x", "a", "b", "c", "h", "L": return fileTest(letter, word)
    case "v", "t", "o", "p", "S", "u", "g", "k", "O", "G", "N", "R":
      throw ScriptError(notModelled: "`\(run.command.name) -\(letter)`")
    default: throw failure("-\(letter): unary operator expected")
    }
  }

  private func fileTest(_ letter: Character, _ word: String) -> Bool {
    guard !word.isEmpty, word.utf8.count <= SimulatedPath.longest else { return false }
    let path = run.absolute(word)
    switch run.session.place(at: path) {
    case .file(let file):
      switch letter {
      case "f": return file.kind != .blockDevice
      case "b": return file.kind == .blockDevice
      case "s": return file.size > 0
      case "d", "c", "h", "L": return false
      case "x": return file.mode & 0o111 != 0
      default: return true
      }
    case .stream: return ["e", "c", "r", "w", "a"].contains(letter)
    case .directory: return ["e", "d", "r", "w", "x", "s", "a"].contains(letter)
    case .vacant, .reserved:
      switch run.files.node(at: path, on: run.session.machine) {
      case nil: return false
      case .directory?: return ["e", "d", "r", "x", "a"].contains(letter)
      case .file(let file, _)?:
        switch letter {
        case "e", "f", "a": return true
        case "r": return file.read != nil
        // Root may open any file for writing but those without a way to.
        case "w": return file.write != nil
        default: return false
        }
      }
    }
  }
}
