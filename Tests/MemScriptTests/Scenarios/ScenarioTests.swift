// Every scenario prints the same bytes as when it was recorded.

import Foundation
import ScriptLanguage
import Testing

@testable import MemScript

/// The scenarios of `scripts/scenarios`, run in batch and compared with
/// `Recordings/scenarios/NAME.txt`.
///
/// `MEMSH_RECORD=1 scripts/test --filter ScenarioTests` writes the transcripts anew: read the difference before
/// it is committed.
struct ScenarioTests {
  static let projectFolder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let transcriptFolder = projectFolder.appending(path: "Tests/MemScriptTests/Recordings/scenarios")

  /// The names of all scenarios without `.mem`, sorted.
  static let names: [String] = {
    let folder = projectFolder.appending(path: "scripts/scenarios").path()
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(".mem") }.map { String($0.dropLast(4)) }.sorted()
  }()

  @Test("there are scenarios")
  func scenariosAreFound() {
    #expect(Self.names.contains("oom"))
  }

  @Test("a scenario prints its transcript", arguments: names)
  func transcript(name: String) throws {
    let path = Self.projectFolder.appending(path: "scripts/scenarios/\(name).mem")
    let actual = try Self.run(Array(Data(contentsOf: path)), name: "\(name).mem")
    let recording = Self.transcriptFolder.appending(path: "\(name).txt")
    if ProcessInfo.processInfo.environment["MEMSH_RECORD"] == "1" {
      try FileManager.default.createDirectory(at: Self.transcriptFolder, withIntermediateDirectories: true)
      try actual.write(to: recording, atomically: true, encoding: .utf8)
    }
    let expected = try String(contentsOf: recording, encoding: .utf8)
    #expect(actual == expected, "\(Self.firstDifference(expected, actual))")
  }

  /// Everything that a script says, and how it ended, as one text.
  private static func run(_ script: [UInt8], name: String) throws -> String {
    var text = ""
    let session = try Session { _, piece in text += piece }
    session.captureLoader = { path in
      let file = projectFolder.appending(path: "scripts/scenarios/\(path)")
      return MachineCapture.Files(bundle: Array(try Data(contentsOf: file))) ?? MachineCapture.Files()
    }
    var statements = 0
    session.afterStatement = { session in
      statements += 1
      // A long loop is looked at in its first rounds, and after that the more rarely the longer it goes on.
      guard statements < 24 || statements.nonzeroBitCount <= 1 else { return }
      for violation in session.machine.invariantViolations().prefix(1) {
        Issue.record("\(name), statement \(statements): \(violation)")
      }
    }
    switch session.run(SourceText(name: name, bytes: script)) {
    case .finished: text += "-- finished\n"
    case .failed(let failure):
      if case .signal(let signal) = failure.kind {
        text += "-- exited with \(128 + signal)\n"
      } else {
        text += "-- failed\n"
      }
    case .exited(let status): text += "-- exited with \(status)\n"
    case .paused: text += "-- paused\n"
    }
    return text
  }

  private static func firstDifference(_ expected: String, _ actual: String) -> String {
    let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let new = actual.split(separator: "\n", omittingEmptySubsequences: false)
    for index in 0..<max(old.count, new.count) {
      let was = index < old.count ? old[index] : "(end)"
      let now = index < new.count ? new[index] : "(end)"
      if was != now { return "line \(index + 1): expected '\(was)', got '\(now)'" }
    }
    return "the transcripts are equal"
  }
}
