// A source text that was parsed: asked whether it is whole, and run, without being parsed again.

/// A source text and its syntax tree, made by ``ScriptEngine/parse(_:)``.
public struct ParsedScript {
  /// The text.
  public let source: SourceText
  /// Whether the text is the beginning of something longer: a block, a bracket or a comment is open at its end.
  public var isIncomplete: Bool { openPlace != nil }
  /// The word that begins the line in which the innermost open part begins, such as `for`, or else the sign that opens it;
  /// `nil` for a whole text.
  public var openWord: String? {
    guard let openPlace else { return nil }
    let bytes = source.bytes
    guard let place = bytes.prefix(Int(openPlace) + 1).lastIndex(where: { $0 > UInt8(ascii: " ") })
    else { return nil }
    let start = bytes[..<place].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    guard let word = bytes[start...place].firstIndex(where: Lexer.isNameStart) else {
      return bytes[place] < 0x7F ? String(UnicodeScalar(bytes[place])) : nil
    }
    return String(decoding: bytes[word...].prefix(while: Lexer.isNamePart), as: UTF8.self)
  }

  /// Where the innermost open part begins, or the text's end; `nil` for a whole text.
  let openPlace: Int32?
  let tree: SyntaxTree
  let diagnostics: DiagnosticCollector
  /// About how many bytes the tree takes.
  let byteCount: Int
  /// Which commands it was parsed with, see ``ScriptEngine/commandsChanged()``.
  let commandsVersion: Int

  /// Whether the tree can be used by an engine that would give the text a certain number and knows certain commands.
  func isValid(asSource number: Int32, commandsVersion: Int) -> Bool {
    tree.source == number && self.commandsVersion == commandsVersion
  }
}
