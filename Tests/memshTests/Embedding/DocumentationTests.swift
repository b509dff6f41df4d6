// The documentation does not lie: each article's samples are one program that compiles and prints what stands there.

import Foundation
import Testing

@Suite struct DocumentationTests {
  /// The articles of all catalogues that have samples.
  static let articles: [String] = {
    let sources = Memsh.package.appendingPathComponent("Sources")
    let paths = FileManager.default.enumerator(atPath: sources.path)?.compactMap { $0 as? String } ?? []
    return paths.filter { $0.contains(".docc/") && $0.hasSuffix(".md") }.sorted()
  }()

  /// The blocks of a language, one behind the other.
  private static func blocks(_ language: String, in text: String) -> String {
    text.components(separatedBy: "```\(language)\n").dropFirst().map {
      $0.components(separatedBy: "\n```")[0] + "\n"
    }.joined()
  }

  @Test func everyLibraryHasACatalogue() {
    for library in ["KernelText", "LinuxMemory", "ScriptLanguage", "MemScript"] {
      #expect(Self.articles.contains("\(library)/\(library).docc/\(library).md"))
    }
    #expect(Self.articles.count >= 14)
  }

  @Test(arguments: articles) func samplesRun(article: String) throws {
    let text = try String(
      contentsOf: Memsh.package.appendingPathComponent("Sources/\(article)"), encoding: .utf8)
    let program = Self.blocks("swift", in: text)
    guard !program.isEmpty else { return }
    let run = try CompiledProgram.run(program)
    #expect(run.status == 0)
    #expect(run.errors == "")
    let expected = Self.blocks("text", in: text)
    if !expected.isEmpty { #expect(run.output == expected) }
  }

  /// SwiftPM reads the manifest of a dependency from its repository, and then from where it was checked out.
  @Test func whoDependsOnTheLibrariesFetchesNoArgumentParser() throws {
    let workspace = try TemporaryFolder()
    _ = try workspace.write("{}", to: "workspace-state.json")
    let manifest = try String(
      contentsOf: Memsh.package.appendingPathComponent("Package.swift"), encoding: .utf8)
    for (folder, isDependency) in [("checkouts/memsh", true), ("elsewhere/memsh", false)] {
      _ = try workspace.write(manifest, to: "\(folder)/Package.swift")
      let dump = try Memsh.run(
        URL(fileURLWithPath: "/usr/bin/env"), ["swift", "package", "dump-package"],
        directory: workspace.url.appendingPathComponent(folder))
      try #require(dump.status == 0, "\(dump.errors)")
      #expect(dump.output.contains("swift-argument-parser") == !isDependency)
      #expect(dump.output.contains("\"MemScript\""))
    }
  }
}
