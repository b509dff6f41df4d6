// What the libraries promise: every public symbol is in a list, documented, and collides with nobody's.

import Foundation
import Testing

@Suite struct PublicSurfaceTests {
  /// A module's interface as the compiler tells it.
  private struct Graph: Decodable {
    struct Symbol: Decodable {
      struct Kind: Decodable {
        var identifier: String
      }
      struct Comment: Decodable {}
      var kind: Kind
      var pathComponents: [String]
      var docComment: Comment?

      /// Such as `property Session.machine`.
      var line: String {
        "\(kind.identifier.replacing("swift.", with: "")) \(pathComponents.joined(separator: "."))"
      }
    }
    var symbols: [Symbol]
  }

  private static let lists = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("PublicSymbols")

  private func symbols(of module: String) throws -> [Graph.Symbol] {
    let folder = try TemporaryFolder()
    let target = try Memsh.shell(
      "swiftc -print-target-info | sed -n 's/.*\"triple\" *: *\"\\([^\"]*\\)\".*/\\1/p' | head -n 1"
    )
    .output.trimmingCharacters(in: .whitespacesAndNewlines)
    let extract = try Memsh.run(
      URL(fileURLWithPath: "/usr/bin/env"),
      [
        "swift-symbolgraph-extract", "-module-name", module, "-I",
        Memsh.products.appendingPathComponent("Modules").path, "-target", target, "-minimum-access-level",
        "public", "-skip-synthesized-members", "-output-dir", folder.url.path,
      ])
    try #require(extract.status == 0, "\(extract.errors)")
    let data = try Data(contentsOf: folder.url.appendingPathComponent("\(module).symbols.json"))
    return try JSONDecoder().decode(Graph.self, from: data).symbols
  }

  /// After a change that is meant: `MEMSH_RECORD=1 scripts/test --filter PublicSurfaceTests`.
  @Test(arguments: ["KernelText", "LinuxMemory", "ScriptLanguage", "MemScript"])
  func theListOfPublicSymbolsIsKept(module: String) throws {
    let symbols = try symbols(of: module)
    let found = symbols.map(\.line).sorted().joined(separator: "\n") + "\n"
    let file = Self.lists.appendingPathComponent("\(module).txt")
    if ProcessInfo.processInfo.environment["MEMSH_RECORD"] != nil {
      try FileManager.default.createDirectory(at: Self.lists, withIntermediateDirectories: true)
      try Data(found.utf8).write(to: file)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == found)
    let undocumented = symbols.filter { $0.docComment == nil }.map(\.line)
    #expect(undocumented == [])
  }

  /// What `import MemScript` alone brings, and what it must not: names that Foundation and System have.
  @Test func anEmbedderMeetsFewNames() throws {
    let exports = try String(
      contentsOf: Memsh.package.appendingPathComponent("Sources/MemScript/Exports.swift"), encoding: .utf8)
    let exported = exports.split(separator: "\n").filter { $0.hasPrefix("@_exported") }
      .compactMap { $0.split(separator: ".").last.map(String.init) }
    let own = try symbols(of: "MemScript").filter {
      $0.pathComponents.count == 1
        && ["swift.class", "swift.struct", "swift.enum", "swift.protocol"].contains($0.kind.identifier)
    }.map(\.pathComponents[0])
    #expect(exported.count <= 32 && own.count <= 24)
    let taken: Set = [
      "Process", "Errno", "Value", "Event", "Zone", "Result", "Error", "Data", "Stream", "Operation", "Unit",
      "Thread",
    ]
    #expect(taken.isDisjoint(with: exported + own))
  }

  @Test func hostsOfTheLanguageAreNotMetInASession() throws {
    let members = Set(
      try symbols(of: "MemScript").filter { $0.pathComponents.first == "Session" }.compactMap(
        \.pathComponents.last))
    let witnesses = [
      "invoke(_:_:)", "invokeShell(_:_:)", "enterProcess(named:in:)", "leaveProcess()", "applyMachine(_:)",
      "show(_:assignedTo:)", "statementDidRun()", "printLine(_:)", "beginCapture()",
    ]
    #expect(members.isDisjoint(with: witnesses))
  }
}
