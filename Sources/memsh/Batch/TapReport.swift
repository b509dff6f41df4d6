// The expectations of a script in the Test Anything Protocol, version 14 (testanything.org).

import MemScript

/// Prints a test point for each `expect`, and what else the script says as comments.
final class TapReport {
  private let console: Console
  private var count = 0
  private var failed = 0
  /// A line that has not ended yet.
  private var pending = ""

  /// Takes over what a session says.
  init(_ session: Session, console: Console) {
    self.console = console
    console.printRecord("TAP version 14\n")
    console.reader = { [unowned self] in comment($0) }
    session.heldExpectation = { [unowned self] place in point(true, place.line, place.excerpt) }
    session.failedExpectation = { [unowned self] diagnostic in
      point(false, diagnostic.location.line, diagnostic.location.excerpt)
      block(diagnostic)
    }
  }

  /// Says something else as a comment; diagnostics of failed expectations are told already.
  func comment(_ text: String) {
    pending += text
    while let end = pending.firstIndex(of: "\n") {
      console.printRecord("# \(pending[..<end])\n")
      pending = String(pending[pending.index(after: end)...])
    }
  }

  /// Ends the report: how many points there were; a script that ended early is one more, which failed.
  func end(status: Int32?) {
    endLine()
    if let status, status != ExitStatus.failure || failed == 0 {
      count += 1
      console.printRecord("not ok \(count) - the script ended early with status \(status)\n")
    }
    console.printRecord("1..\(count)\n")
  }

  private func endLine() {
    if !pending.isEmpty { console.printRecord("# \(pending)\n") }
    pending = ""
  }

  private func point(_ holds: Bool, _ line: Int, _ text: String) {
    endLine()
    count += 1
    if !holds { failed += 1 }
    // A number sign would begin a directive.
    let words = text.split(separator: " ").joined(separator: " ").replacing("#", with: "\\#")
    console.printRecord("\(holds ? "ok" : "not ok") \(count) - line \(line): \(words)\n")
  }

  private func block(_ diagnostic: Diagnostic) {
    console.printRecord("  ---\n  message: \(Self.quoted(diagnostic.message))\n")
    console.printRecord(
      "  at:\n    file: \(Self.quoted(diagnostic.location.file))\n    line: \(diagnostic.location.line)\n  ...\n"
    )
  }

  /// A text in YAML's double quotes.
  private static func quoted(_ text: String) -> String { JSONValue.string(text).text }
}

extension String {
  /// The text with each occurrence of a sign replaced.
  fileprivate func replacing(_ sign: Character, with text: String) -> String {
    reduce(into: "") { $0 += $1 == sign ? text : String($1) }
  }
}
