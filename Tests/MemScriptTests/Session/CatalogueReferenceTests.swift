// The generated command reference is the one in the project.

import Foundation
import MemScript
import Testing

struct CatalogueReferenceTests {
  private static func path(_ name: String) -> URL {
    URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Grammar").appending(path: name)
  }

  @Test("Editors highlight every shell command")
  func highlightingIsCurrent() throws {
    let grammar = try String(contentsOf: Self.path("mem.tmLanguage.json"), encoding: .utf8)
    let line = try #require(grammar.split(separator: "\n").first { $0.contains("(echo|") })
    let words = Set(line.split { !($0.isLetter || $0 == "_") }.map(String.init))
    let names = Catalogue.all.filter { $0.layer == .shell }.map(\.signature.name)
    #expect(names.filter { !words.contains($0) } == [])
  }

  @Test("Grammar/commands.md is up to date")
  func referenceIsCurrent() throws {
    let path = Self.path("commands.md")
    if ProcessInfo.processInfo.environment["MEMSH_RECORD"] == "1" {
      try CatalogueReference.markdown.write(to: path, atomically: true, encoding: .utf8)
    }
    let written = try String(contentsOf: path, encoding: .utf8)
    #expect(
      written == CatalogueReference.markdown,
      "stale: MEMSH_RECORD=1 scripts/test --filter CatalogueReferenceTests writes it anew")
  }
}
