// Diagnostics as text: `file:line:column: error: message`, the line, and a caret under the exact span.

/// Turns diagnostics into the lines that a terminal or a log shows.
public struct DiagnosticRenderer: Sendable {
  /// Whether to use ANSI colours.
  public var color: Bool

  /// Makes a renderer.
  public init(color: Bool = false) { self.color = color }

  /// The lines of a diagnostic, each ending in a newline.
  public func render(_ diagnostic: Diagnostic) -> String {
    let location = diagnostic.location
    var text = paint(place(location), "1") + ": "
    text += paint("\(diagnostic.severity.rawValue):", diagnostic.severity == .error ? "1;31" : "1;35")
    text += " " + paint(safe(diagnostic.message), "1") + "\n"
    text += mark(location)
    if let hint = diagnostic.hint { text += "  " + paint("hint:", "1;36") + " " + safe(hint) + "\n" }
    for note in diagnostic.notes {
      if let location = note.location { text += place(location) + ": " } else { text += "  " }
      text += paint("note:", "1;36") + " " + safe(note.message) + "\n"
    }
    return text
  }

  /// The lines of several diagnostics, in order.
  public func render(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map(render).joined()
  }

  private func place(_ location: SourceLocation) -> String {
    "\(safe(location.file)):\(location.line):\(location.column)"
  }

  private func mark(_ location: SourceLocation) -> String {
    let caret = "^" + String(repeating: "~", count: max(location.markLength, 1) - 1)
    return "    \(location.excerpt)\n"
      + String(repeating: " ", count: 4 + max(location.markStart, 0)) + paint(caret, "1;32") + "\n"
  }

  private func safe(_ text: String) -> String { SourceLocation.visible(text.utf8) }

  private func paint(_ text: String, _ style: String) -> String {
    color ? "\u{1B}[\(style)m\(text)\u{1B}[0m" : text
  }
}
