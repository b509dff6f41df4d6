// The generated command reference is the one in the project.

import Foundation
import ScriptLanguage
import Testing

@testable import MemScript

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
    // `[` and `:` are signs, not words.
    let names = Catalogue.all.filter { $0.layer == .shell }.map(\.signature.name).filter {
      $0.first?.isLetter == true
    }
    #expect(names.filter { !words.contains($0) } == [])
  }

  @Test("the generated references are up to date", arguments: ["commands.md", "reference.md"])
  func referenceIsCurrent(name: String) throws {
    let path = Self.path(name)
    let text = name == "commands.md" ? CatalogueReference.markdown : CatalogueReference.languageMarkdown
    if ProcessInfo.processInfo.environment["MEMSH_RECORD"] == "1" {
      try text.write(to: path, atomically: true, encoding: .utf8)
    }
    let written = try String(contentsOf: path, encoding: .utf8)
    #expect(
      written == text, "stale: MEMSH_RECORD=1 scripts/test --filter CatalogueReferenceTests writes it anew")
  }

  @Test("help answers for every word of the language, every command, setting and constant")
  func helpIsComplete() throws {
    let session = try Session { _, _ in }
    let words = ScriptEngine.keywords.filter { !["true", "false", "NULL"].contains($0) }
    let names =
      Catalogue.all.map(\.signature.name) + ScriptEngine.builtinFunctions.map(\.name) + Constants.names
    for name in words + names + ["ram", "swap", "aslr", "/proc/meminfo", "status", "errno", "machine"] {
      #expect(session.help(name)?.isEmpty == false, "\(name)")
    }
    #expect(session.help("htop")?.contains("top -b -n1") == true)
    #expect(session.help("nonsense") == nil)
    #expect(session.helpSuggestion(for: "mallok") == "did you mean `malloc`?")
  }
}
