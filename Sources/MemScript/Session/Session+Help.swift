// What `.help` says.

import ScriptLanguage

extension Session {
  /// Help about a command or a function of the language, or the list of all commands.
  ///
  /// - Parameter topic: its name; nil lists everything.
  /// - Returns: the text with a newline at its end, or nil when there is no such command or function.
  public func help(_ topic: String? = nil) -> String? {
    guard let topic else { return overview }
    let entries = commands.map(\.entry).filter { $0.signature.name == topic }
    if entries.isEmpty, let function = ScriptEngine.builtinFunctions.first(where: { $0.name == topic }) {
      return "  \(function.usage)\n\n  A function of the language.\n"
    }
    guard !entries.isEmpty else { return nil }
    return entries.map(Session.page).joined(separator: "\n")
  }

  /// One command's page.
  private static func page(of entry: CatalogueEntry) -> String {
    var text = "  \(entry.synopsis)\n\n  \(entry.summary)\n"
    if !entry.details.isEmpty {
      for line in wrapped(entry.details, at: 96) { text += "  \(line)\n" }
    }
    if !entry.source.isEmpty { text += "\n  Linux: \(entry.source)\n" }
    return text
  }

  /// All commands by layer.
  private var overview: String {
    var text = ""
    for layer in CatalogueEntry.Layer.allCases {
      let names = commands.map(\.entry).filter { $0.layer == layer }.map(\.signature.name)
      guard !names.isEmpty else { continue }
      text += "  \(layer.rawValue)\n"
      for line in Session.wrapped(names.joined(separator: " "), at: 92) { text += "    \(line)\n" }
    }
    text += "  functions\n"
    let functions = ScriptEngine.builtinFunctions.map(\.name).joined(separator: " ")
    for line in Session.wrapped(functions, at: 92) { text += "    \(line)\n" }
    return text
      + "\n  .help NAME tells about one of them. Statements: if, while, for … in, repeat, func, process,\n"
      + "  print, expect, machine, include. $name is a variable or a process's PID in shell commands.\n"
  }

  /// `text` broken at spaces into lines of at most `width` characters where its words allow.
  static func wrapped(_ text: String, at width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " " + word
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }
}
