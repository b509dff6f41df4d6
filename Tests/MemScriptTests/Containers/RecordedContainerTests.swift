// Control groups count what Linux 6.1 counted.

import Foundation
import ScriptLanguage
import Testing

@testable import MemScript

/// The cases of `Recordings/containers`, each run here and compared figure by figure with the recording.
///
/// `agreement.txt` says how many figures of each agree; what differs is told by `scripts/fidelity cgroup`.
@Suite struct RecordedContainerTests {
  /// Cases of minutes without optimisation: `.ci/run` compares them with the release build.
  private static let longCases = ["oom-group", "page-cache", "protection", "protection-tree", "swap"]

  /// The lines of `agreement.txt`.
  private static let agreement = Result {
    try String(contentsOf: RecordedContainer.folder.appending(path: "agreement.txt"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  @Test func casesAreFound() throws {
    #expect(try Self.agreement.get().map { String($0.prefix { $0 != " " }) } == RecordedContainer.names)
  }

  @Test(arguments: RecordedContainer.names.filter { !longCases.contains($0) })
  func asManyFiguresAgreeAsBefore(name: String) throws {
    let recorded = try RecordedContainer(name)
    let differences = recorded.differences(in: try Self.run(recorded))
    let found = "\(name) \(recorded.figures.count - differences.count) of \(recorded.figures.count)"
    #expect(try Self.agreement.get().contains(found), "\(found)")
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
