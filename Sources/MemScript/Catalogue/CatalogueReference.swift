// The command reference, generated from the catalogue.

/// The text of `Grammar/commands.md`.
public enum CatalogueReference {
  /// The whole file in Markdown; a test compares it with the one in the project.
  public static var markdown: String {
    var text = "# Commands\n\nGenerated from the command catalogue: do not edit by hand.\n"
    for layer in CatalogueEntry.Layer.allCases {
      let entries = Catalogue.all.filter { $0.layer == layer }
      guard !entries.isEmpty else { continue }
      text += "\n## \(layer.rawValue)\n"
      for entry in entries {
        text += "\n### `\(entry.synopsis)`\n\n\(entry.summary)"
        if !entry.details.isEmpty { text += " \(entry.details)" }
        text += entry.source.isEmpty ? "\n" : " Linux: \(entry.source).\n"
      }
    }
    return text
  }
}
