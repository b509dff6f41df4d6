// C's `#if … #endif`: which lines of a text are not read.

/// The parts of a text that `#if`, `#ifdef` and their kin leave out.
///
/// A `#` begins a comment of the shell, too: only what is written as C writes it, with its `#endif`, counts.
final class ConditionalGroups {
  /// A line that begins with `#` and one of C's words.
  private struct Directive {
    enum Kind { case `if`, ifdef, ifndef, elif, `else`, endif, define }

    var kind: Kind
    /// Where its line begins, and where it ends before the line end.
    var range: Range<Int>
    /// What stands behind the word.
    var words: String
  }

  /// A group that is open while the directives are read.
  private struct OpenGroup {
    /// Whether the lines around it are read.
    var isRead: Bool
    /// Whether one of its parts was read.
    var hasRead: Bool
    /// Where the part begins that is not read now.
    var skipsFrom: Int?
  }

  /// Where each part that is not read begins, and where it ends.
  private(set) var skipped: [Int: Int] = [:]
  /// What cannot be decided, by the place of its directive.
  private(set) var problems: [Int: Lexer.Problem] = [:]

  /// Finds the groups of a text; nil where there are none.
  init?(_ bytes: [UInt8]) {
    guard Self.mayHaveGroups(bytes) else { return nil }
    var constants: [String: String] = ["__linux__": "1", "__unix__": "1", "__GNUC__": "14", "__GLIBC__": "2"]
    var open: [OpenGroup] = []
    let directives = Self.directives(in: bytes)
    guard Self.areClosed(directives) else { return nil }
    for directive in directives {
      let isRead = open.last.map { $0.skipsFrom == nil } ?? true
      switch directive.kind {
      case .define where isRead:
        let parts = directive.words.split(separator: " ", maxSplits: 1)
        if let name = parts.first { constants[String(name)] = parts.count > 1 ? String(parts[1]) : "" }
      case .define: break
      case .if, .ifdef, .ifndef:
        let holds = isRead && decide(directive, constants)
        open.append(
          OpenGroup(isRead: isRead, hasRead: holds, skipsFrom: holds ? nil : directive.range.lowerBound))
      case .elif, .else:
        var group = open.removeLast()
        if let start = group.skipsFrom {
          let holds =
            group.isRead && !group.hasRead && (directive.kind == .else || decide(directive, constants))
          if holds {
            skip(start, to: directive.range.upperBound, within: group)
            (group.skipsFrom, group.hasRead) = (nil, true)
          }
        } else {
          group.skipsFrom = directive.range.lowerBound
        }
        open.append(group)
      case .endif:
        let group = open.removeLast()
        if let start = group.skipsFrom { skip(start, to: directive.range.upperBound, within: group) }
      }
    }
  }

  private func skip(_ start: Int, to end: Int, within group: OpenGroup) {
    // What stands in a part that is not read is left out with it.
    if group.isRead { skipped[start] = end }
  }

  /// Whether the lines behind a directive are read.
  private func decide(_ directive: Directive, _ constants: [String: String]) -> Bool {
    switch directive.kind {
    case .ifdef, .ifndef:
      return isDefined(directive.words, directive, constants) == (directive.kind == .ifdef)
    default: break
    }
    var words = directive.words.filter { $0 != " " && $0 != "(" && $0 != ")" }
    let isNegated = words.hasPrefix("!")
    if isNegated { words.removeFirst() }
    if words.hasPrefix("defined") {
      return isDefined(String(words.dropFirst("defined".count)), directive, constants) != isNegated
    }
    var value = words
    for _ in 0..<8 { value = constants[value] ?? value }
    if let number = Lexer.integer(value) { return (number != 0) != isNegated }
    // A name that is no constant is 0.
    if value.utf8.allSatisfy({ Lexer.isNamePart($0) }), !value.isEmpty { return isNegated }
    problems[directive.range.lowerBound] = Lexer.Problem(
      message: "`#if` with this condition is not supported",
      hint: "there are `#if 0`, `#if NAME`, `#if defined(NAME)` and `#ifdef NAME`; statements have `if`")
    return true
  }

  private func isDefined(
    _ name: String, _ directive: Directive, _ constants: [String: String]
  ) -> Bool {
    if Self.machineNames.contains(name) {
      problems[directive.range.lowerBound] = Lexer.Problem(
        message: "`\(name)` depends on the machine, which a script may change",
        hint: "write `if (sizeof(void *) == 8) { ... }`")
    }
    return constants[name] != nil
  }

  private static let machineNames: Set<String> = [
    "__x86_64__", "__i386__", "__amd64__", "__LP64__", "_LP64", "__ILP32__", "__aarch64__", "__arm__",
  ]

  // MARK: Finding

  /// Whether `#if` stands anywhere; few texts have it.
  private static func mayHaveGroups(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBufferPointer { text in
      var place = 0
      while place + 2 < text.count {
        if text[place] == UInt8(ascii: "#"), text[place + 1] == UInt8(ascii: "i"),
          text[place + 2] == UInt8(ascii: "f")
        {
          return true
        }
        place += 1
      }
      return false
    }
  }

  private static func directives(in bytes: [UInt8]) -> [Directive] {
    let kinds: [String: Directive.Kind] = [
      "if": .if, "ifdef": .ifdef, "ifndef": .ifndef, "elif": .elif, "else": .else, "endif": .endif,
      "define": .define,
    ]
    var found: [Directive] = []
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      var place = start
      while place < end, bytes[place] == 0x20 || bytes[place] == 0x09 { place += 1 }
      if place < end, bytes[place] == UInt8(ascii: "#") {
        var word = place + 1
        while word < end, Lexer.isNamePart(bytes[word]) { word += 1 }
        if let kind = kinds[String(decoding: bytes[(place + 1)..<word], as: UTF8.self)] {
          let text = String(decoding: bytes[word..<min(end, word + 200)], as: UTF8.self)
          let words = text.prefix { $0 != "/" }.split { $0 == " " || $0 == "\t" || $0 == "\r" }
          if isWrittenAsInC(kind, words) {
            found.append(Directive(kind: kind, range: place..<end, words: words.joined(separator: " ")))
          }
        }
      }
      start = end + 1
    }
    return found
  }

  /// Whether a directive has what C's has, and is no sentence of a comment.
  private static func isWrittenAsInC(_ kind: Directive.Kind, _ words: [Substring]) -> Bool {
    switch kind {
    case .else, .endif: return words.isEmpty
    case .ifdef, .ifndef: return words.count == 1
    case .define: return !words.isEmpty
    case .if, .elif:
      let isName = words.map { word in word.utf8.allSatisfy { Lexer.isNamePart($0) } && word != "defined" }
      return !words.isEmpty && !zip(isName, isName.dropFirst()).contains { $0 && $1 }
    }
  }

  /// Whether every group has its `#endif`, and nothing stands outside of one.
  private static func areClosed(_ directives: [Directive]) -> Bool {
    var depth = 0
    for directive in directives {
      switch directive.kind {
      case .if, .ifdef, .ifndef: depth += 1
      case .endif: depth -= 1
      case .elif, .else: if depth < 1 { return false }
      case .define: break
      }
      if depth < 0 { return false }
    }
    return depth == 0
  }
}
