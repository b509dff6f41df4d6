// What `.help` says.

import ScriptLanguage

extension Session {
  /// Help about a command, a statement, a function, a setting of the machine, a constant or a file; or the list of all.
  ///
  /// - Parameter topic: its name, such as `malloc`, `for`, `ram`, `MCL_FUTURE` or `/proc/meminfo`; nil lists everything.
  /// - Returns: the text with a newline at its end, or nil when nothing has that name.
  public func help(_ topic: String? = nil) -> String? {
    guard let topic else { return overview }
    var pages = commands.map(\.entry).filter { $0.signature.name == topic }.map(Session.page)
    pages += HelpTopics.pages(about: topic, on: machine)
    if pages.isEmpty, let advice = Advice.text(for: topic) {
      pages.append("  \(topic) is not simulated.\n\n  Instead: \(advice).\n")
    }
    return pages.isEmpty ? nil : pages.joined(separator: "\n")
  }

  /// The name that somebody meant who asked for help about another.
  package func helpSuggestion(for topic: String) -> String? {
    Suggestion.didYouMean(topic, among: [commands.map(\.entry.signature.name), HelpTopics.names])?.hint
  }

  /// All names about which there is help, sorted.
  package var helpNames: [String] {
    Set(commands.map(\.entry.signature.name)).union(HelpTopics.names).sorted()
  }

  /// All names about which there is help and that contain a text, sorted, for who does not know the whole name.
  package func helpNames(containing part: String) -> [String] {
    guard part.utf8.count > 1 else { return [] }
    return helpNames.filter { Session.occurs(part.lowercased(), in: $0.lowercased()) }
  }

  /// Whether a text occurs in another.
  private static func occurs(_ part: String, in text: String) -> Bool {
    let (part, text) = (Array(part.utf8), Array(text.utf8))
    return part.count <= text.count
      && (0...text.count - part.count).contains { text[$0..<$0 + part.count].elementsEqual(part) }
  }

  /// One command's page.
  private static func page(of entry: CatalogueEntry) -> String {
    var text = "  \(entry.synopsis)\n\n"
    for line in wrapped(entry.summary, at: 76) { text += "  \(line)\n" }
    if !entry.details.isEmpty {
      for line in wrapped(entry.details, at: 76) { text += "  \(line)\n" }
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
      for line in Session.wrapped(names.joined(separator: " "), at: 74) { text += "    \(line)\n" }
    }
    text += "  functions\n"
    let functions = ScriptEngine.builtinFunctions.map(\.name).joined(separator: " ")
    for line in Session.wrapped(functions, at: 74) { text += "    \(line)\n" }
    return text
      + "\n  .help NAME tells about one of them, and about statements (if, for, while,\n"
      + "  switch, try, func, process, print, expect, machine, include), settings (ram),\n"
      + "  constants (MCL_FUTURE) and files (/proc/meminfo).\n"
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
