// A source text that was parsed: asked whether it is whole, and run, without being parsed again.

/// A source text and its syntax tree, made by ``ScriptEngine/parse(_:)``.
public struct ParsedScript {
  /// The text.
  public let source: SourceText
  /// Whether the text is the beginning of something longer: a block, a bracket or a comment is open at its end.
  public let isIncomplete: Bool

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
