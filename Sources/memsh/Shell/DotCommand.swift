// The commands to the shell itself, which start with a dot: what one is, and how its line is read.

/// One command to the shell: everything that running it, help and completion need to know.
struct DotCommand: Sendable {
  /// What may stand as its operand, for completion.
  enum Operand: Sendable {
    /// A word that has a page of help.
    case topic
    /// A state that has a name or a number.
    case state
    /// A branch.
    case branch
    /// A process by name.
    case process
    /// A file of the host.
    case file
    /// A scenario.
    case scenario
    /// One of these words.
    case words([String])
  }

  /// What it is called, without the dot.
  let name: String
  /// Its operands as help shows them, such as `[N]`.
  let usage: String
  /// One sentence.
  let summary: String
  /// More, for its page; may be empty.
  var details = ""
  /// An example with what it does; empty for none.
  var example = ""
  /// How many operands it takes.
  var counts: ClosedRange<Int> = 0...0
  /// Whether it reads or writes a file of the host.
  var touchesFiles = false
  /// What completes its operands, in order; the last stands for further ones.
  var operands: [Operand] = []
  /// Does it.
  let run: @Sendable (Shell, [String]) throws(ShellError) -> Void

  /// Its page of help.
  var page: String {
    var text = "  .\(name) \(usage)".trimmingTrailingSpaces + "\n\n  \(summary)\n"
    for line in details.split(separator: "\n") { text += "  \(line)\n" }
    if !example.isEmpty { text += "\n  Example: \(example)\n" }
    return text
  }
}

/// A line that is meant for the shell and not for the language.
struct DotLine: Equatable {
  /// What stands behind the dot.
  var name: String
  /// The words behind it.
  var operands: [String]

  /// Reads a line; nil when it is not meant for the shell.
  ///
  /// - Parameters:
  ///   - line: the input.
  ///   - isTyped: whether somebody typed it, and may have done without the dot what people try first.
  init?(_ line: String, isTyped: Bool = false) {
    var words = Self.words(of: line)
    guard let first = words.first else { return nil }
    if isTyped, let meant = Self.meant(by: words) { words = meant }
    guard let head = words.first, head.hasPrefix("."), head == words[0] else { return nil }
    // `.5` is a number, `./x` and `..` are paths: these are the language's to refuse.
    guard let letter = head.dropFirst().first, letter.isASCII, letter.isLetter || head == "." || letter == "?"
    else {
      if first != "." { return nil }
      self.init(name: "", operands: [])
      return
    }
    self.init(name: String(head.dropFirst()), operands: Array(words.dropFirst()))
  }

  private init(name: String, operands: [String]) {
    self.name = name
    self.operands = operands
  }

  /// What somebody means who looks for the dot.
  private static func meant(by words: [String]) -> [String]? {
    switch (words[0], words.count) {
    case ("?", 1), ("help", 1), ("man", 1): return [".help"]
    case ("?", 2), ("help", 2), ("man", 2): return words[1] == "=" ? nil : [".help", words[1]]
    case ("quit", 1), ("bye", 1): return [".quit"]
    case ("undo", 1), ("redo", 1), ("history", 1), ("tutorial", 1): return ["." + words[0]]
    case (let word, 1) where word.hasSuffix("?") && word.count > 1: return [".help", String(word.dropLast())]
    default: return nil
    }
  }

  /// The words of a line; quotes hold together what blanks would part.
  private static func words(of line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in line {
      if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        if let whole = word { words.append(whole) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let whole = word { words.append(whole) }
    return words
  }
}

extension String {
  /// Without the blanks at its end.
  fileprivate var trimmingTrailingSpaces: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
