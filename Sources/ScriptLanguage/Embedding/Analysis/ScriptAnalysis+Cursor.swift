// What may stand at a cursor, and which call it stands in.

/// Something that may be written at a cursor.
public struct ScriptCompletion: Sendable, Equatable {
  /// What a completion is.
  public enum Kind: String, Sendable, CaseIterable {
    /// A variable, a parameter, or a name that the host keeps.
    case variable
    /// A function of a script.
    case function
    /// A command of the host with parentheses.
    case command
    /// A command that is written as in a shell.
    case shellCommand = "shell-command"
    /// A function that every script has.
    case builtin
    /// A constant such as `M_TRIM_THRESHOLD`.
    case constant
    /// A word of the language.
    case keyword
  }

  /// The text that takes the place of the word under the cursor.
  public var text: String
  /// What it is.
  public var kind: Kind
  /// How a call is written, for functions and commands.
  public var usage: String?
}

/// The call whose parentheses are open at a cursor.
public struct ScriptSignature: Sendable, Equatable {
  /// What is called.
  public var name: String
  /// How a call is written, such as `realloc(ptr, size)`.
  public var usage: String
  /// The parameters' names in order; empty for a function that has only a usage.
  public var parameters: [String]
  /// Which argument the cursor stands in, counted from 0.
  public var activeParameter: Int
}

extension ScriptAnalysis {
  /// What stands before a byte offset in its line.
  package func cursor(at offset: Int) -> CursorContext {
    let end = min(max(offset, 0), source.bytes.count)
    let start = source.bytes[..<end].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    return CursorContext(before: String(decoding: source.bytes[start..<end], as: UTF8.self))
  }

  /// Where the name under a cursor begins.
  func wordStart(at offset: Int) -> Int {
    var start = min(max(offset, 0), source.bytes.count)
    while start > 0, Lexer.isNamePart(source.bytes[start - 1]) { start -= 1 }
    return start
  }

  /// The call in whose parentheses a byte offset lies; nil outside of any, and for a name that nobody knows.
  public func signature(at offset: Int) -> ScriptSignature? {
    let context = cursor(at: offset)
    guard let name = context.call else { return nil }
    func signature(_ usage: String, _ parameters: [String]) -> ScriptSignature {
      ScriptSignature(name: name, usage: usage, parameters: parameters, activeParameter: context.argument)
    }
    if let own = functions.first(where: { $0.declaration.name.name == name })?.declaration.parameters.map(
      \.place.name)
    {
      return signature("\(name)(\(own.joined(separator: ", ")))", own)
    }
    if let known = vocabulary.functions[name]?.parameters {
      return signature("\(name)(\(known.joined(separator: ", ")))", known)
    }
    if let command = vocabulary.commands.first(where: { $0.name == name && $0.style == .call }) {
      return signature(command.usage, command.parameters.map(\.name))
    }
    return BuiltinFunction.named(name).map { signature($0.usage, []) }
  }

  /// What may be written at a byte offset in place of the name that ends there: names that are visible, and where a
  /// statement may begin commands and keywords, too.
  ///
  /// - Returns: where that name begins, and what begins with it, sorted by text.
  public func completions(at offset: Int) -> (start: Int, completions: [ScriptCompletion]) {
    let start = wordStart(at: offset)
    let end = min(max(offset, start), source.bytes.count)
    let word = String(decoding: source.bytes[start..<end], as: UTF8.self)
    let context = cursor(at: start)
    let isBeginning = context.command == nil
    var found: [String: ScriptCompletion] = [:]
    func add(_ text: String, _ kind: ScriptCompletion.Kind, _ usage: String? = nil) {
      guard text.hasPrefix(word), found[text] == nil else { return }
      found[text] = ScriptCompletion(text: text, kind: kind, usage: usage)
    }
    for symbol in symbols where symbol.definition != nil && isVisible(symbol, at: offset) {
      add(
        symbol.name, symbol.kind == .function ? .function : symbol.kind == .constant ? .constant : .variable)
    }
    for name in vocabulary.variables { add(name, .variable) }
    for (name, signature) in vocabulary.functions {
      add(name, .function, "\(name)(\(signature.parameters.joined(separator: ", ")))")
    }
    guard !context.text.hasSuffix("$") else { return (start, found.values.sorted { $0.text < $1.text }) }
    for command in vocabulary.commands where command.style == .call {
      add(command.name, .command, command.usage)
    }
    for builtin in BuiltinFunction.allCases where builtin != .power {
      add(builtin.rawValue, .builtin, builtin.usage)
    }
    for name in vocabulary.constants { add(name, .constant) }
    if isBeginning {
      for command in vocabulary.commands where command.style == .shell { add(command.name, .shellCommand) }
      for keyword in Keyword.allCases { add(keyword.rawValue, .keyword) }
    } else {
      for word in ["true", "false", "NULL", "sizeof"] { add(word, .keyword) }
    }
    return (start, found.values.sorted { $0.text < $1.text })
  }

  /// Whether a name means something at an offset: those of functions do inside of them.
  private func isVisible(_ symbol: ScriptSymbol, at offset: Int) -> Bool {
    guard let function = symbol.function else { return true }
    return path(at: offset).contains { $0.kind == .function && $0.name == function }
  }
}
