// Where in a statement a cursor stands.

/// What stands before a cursor, also in a text that is not whole: words, open parentheses, open quotes.
package struct CursorContext: Equatable, Sendable {
  /// The text of the line up to the word.
  package let text: String
  /// The words of the present statement before it.
  package let words: [String]
  /// The call whose parentheses are open, and which argument of it comes.
  package private(set) var call: String?
  package private(set) var argument = 0
  /// Whether a double quote is open.
  package private(set) var isInQuotes = false

  /// Whether parentheses are open.
  package var isInParentheses: Bool { call != nil }

  /// What the statement begins with; nil where a statement may begin.
  package var command: String? { words.first }

  /// The key of a setting whose value comes: behind `machine ram=`.
  package var settingKey: String? {
    guard text.hasSuffix("=") else { return nil }
    let key = text.dropLast().reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    return key.isEmpty ? nil : String(key.reversed())
  }

  /// Reads the line up to the cursor.
  init(before text: String) {
    self.text = text
    var statement = ""
    var calls: [(name: String, argument: Int, statement: String)] = []
    for character in text {
      if character == "\"" { isInQuotes.toggle() }
      switch character {
      case _ where isInQuotes: statement.append(character)
      case ";", "{", "}", "|", "&", "`": (statement, calls) = ("", [])
      case "(":
        let name = String(statement.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }.reversed())
        // `$(` begins a command.
        if statement.hasSuffix("$") { statement = "" } else { calls.append((name, 0, statement)) }
        statement.append(name.isEmpty && statement.isEmpty ? " " : character)
      case ")":
        calls = calls.dropLast()
        statement.append(character)
      case ",":
        if !calls.isEmpty { calls[calls.count - 1].argument += 1 }
        statement.append(character)
      default: statement.append(character)
      }
    }
    var words = statement.split { " (,".contains($0) }.map(String.init)
    // `p = mal`: behind the sign, a call of C may stand without parentheses.
    if let sign = words.firstIndex(of: "="), sign + 1 <= words.count, calls.isEmpty {
      let behind = Array(words[(sign + 1)...])
      words = behind.isEmpty ? ["="] : behind
    }
    self.words = words
    call = calls.last?.name
    argument = calls.last?.argument ?? max(words.count - 1, 0)
  }
}
