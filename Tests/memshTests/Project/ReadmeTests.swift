// The README does not lie: its program compiles and runs, its commands exist.

import Foundation
import Testing

@Suite struct ReadmeTests {
  private let text: String

  init() throws {
    text = try String(contentsOf: Memsh.package.appendingPathComponent("README.md"), encoding: .utf8)
  }

  /// The first block of a language that contains a text.
  private func block(_ language: String, containing part: String) throws -> String {
    let blocks = text.components(separatedBy: "```\(language)\n").dropFirst().map {
      $0.components(separatedBy: "\n```")[0] + "\n"
    }
    return try #require(blocks.first { $0.contains(part) })
  }

  @Test func programThatEmbedsTheInterpreterRuns() throws {
    let hello = try block("swift", containing: "import MemScript")
    #expect(hello.split(separator: "\n").count == 3)
    #expect(try CompiledProgram.run(hello).output.contains("Mem:             960"))
    let program = try block("swift", containing: "addCommand")
    #expect(program.split(separator: "\n").count <= 20)
    let run = try CompiledProgram.run(program)
    #expect(run.status == 0)
    #expect(try run.output == block("text", containing: "resident"))
    #expect(run.errors == "")
  }

  @Test func interactiveExampleIsWhatTheShellShows() throws {
    let example = try block("text", containing: "memsh> ")
    let folder = try TemporaryFolder()
    let terminal = try Terminal(environment: ["TERM": "xterm", "HOME": folder.url.path], columns: 80)
    try terminal.wait(for: "memsh> ")
    for exchange in example.components(separatedBy: "memsh> ").dropFirst() {
      terminal.enter(exchange.components(separatedBy: "\n")[0])
      #expect(try terminal.wait(for: "memsh> ") == exchange)
    }
  }

  @Test func scenariosAreAllMentioned() throws {
    let folder = Memsh.package.appendingPathComponent("scripts/scenarios")
    let scenarios = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".mem")
    }
    #expect(!scenarios.isEmpty)
    for scenario in scenarios {
      #expect(text.contains(scenario), "the README does not mention \(scenario)")
    }
  }
}
