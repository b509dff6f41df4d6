// Control groups count what Linux 6.1 counted.

import Foundation
import ScriptLanguage
import Testing

@testable import MemScript

/// The cases of `Recordings/containers`, each run here and compared figure by figure with the recording.
///
/// `agreement.txt` says how many figures of each agree; what differs is told by `scripts/fidelity cgroup`.
/// `MEMSH_RECORD=1 scripts/test --filter RecordedContainerTests` writes it anew.
@Suite(.serialized) struct RecordedContainerTests {
  private static let agreement = RecordedContainer.folder.appending(path: "agreement.txt")

  @Test func casesAreFound() { #expect(RecordedContainer.names.contains("charge-steps")) }

  @Test func asManyFiguresAgreeAsBefore() throws {
    var found = ""
    for name in RecordedContainer.names {
      let recorded = try RecordedContainer(name)
      let differences = recorded.differences(in: try Self.run(recorded))
      found += "\(name) \(recorded.figures.count - differences.count) of \(recorded.figures.count)\n"
    }
    if ProcessInfo.processInfo.environment["MEMSH_RECORD"] == "1" {
      try found.write(to: Self.agreement, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: Self.agreement, encoding: .utf8) == found)
  }

  /// Runs a case; the state of the machine is looked at now and then.
  private static func run(_ recorded: RecordedContainer) throws -> String {
    var text = ""
    let session = try Session { stream, piece in if stream == .standard { text += piece } }
    var statements = 0
    session.afterStatement = { session in
      statements += 1
      guard statements.isMultiple(of: 1000) || statements.nonzeroBitCount == 1 else { return }
      for violation in session.machine.invariantViolations().prefix(1) {
        Issue.record("\(recorded.name), statement \(statements): \(violation)")
      }
    }
    _ = session.run(SourceText(name: "\(recorded.name).mem", bytes: recorded.script))
    for violation in session.machine.invariantViolations().prefix(1) {
      Issue.record("\(recorded.name), at the end: \(violation)")
    }
    return text
  }
}
