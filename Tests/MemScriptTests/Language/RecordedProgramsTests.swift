// Programs of C and scripts of the shell run as they are, and print what gcc's and bash's runs printed.

import Foundation
import MemScript
import Testing

@Suite("recorded programs") struct RecordedProgramsTests {
  /// A program with what the real one printed.
  struct Program: CustomTestStringConvertible, Sendable {
    var name: String
    var status: Int32
    var source = ""
    var output = ""

    var testDescription: String { name }
  }

  /// Reads a recording: programs one after another, each with its status, its text and its output.
  static func programs(_ file: String) throws -> [Program] {
    let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Recordings/language").appending(path: file)
    var programs: [Program] = []
    var isOutput = false
    for line in try String(contentsOf: url, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false
    ).dropLast() {
      let words = line.split(separator: " ")
      if line.hasPrefix("=== "), words.count == 3, let status = Int32(words[2]) {
        programs.append(Program(name: String(words[1]), status: status))
        isOutput = false
      } else if line == "--- output" {
        isOutput = true
      } else if line == "--- no line end" {
        programs[programs.count - 1].output.removeLast()
      } else if isOutput {
        programs[programs.count - 1].output += line + "\n"
      } else {
        programs[programs.count - 1].source += line + "\n"
      }
    }
    return programs
  }

  @Test("a C program prints what gcc's does", arguments: try programs("c-programs.txt"))
  func runsC(program: Program) throws { try run(program) }

  @Test("a shell script prints what bash's does", arguments: try programs("shell-scripts.txt"))
  func runsShell(program: Program) throws { try run(program) }

  private func run(_ program: Program) throws {
    let transcript = try Transcript()
    let end = transcript.run(program.source)
    #expect(transcript.output == program.output, "\(end.said)")
    #expect(end.outcome.exitStatus == program.status, "\(end.said)")
  }
}
