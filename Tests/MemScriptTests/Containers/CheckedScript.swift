// Runs scripts whose machine is checked after every statement.

import LinuxMemory
import Testing

@testable import MemScript

/// A script in a session of its own.
enum CheckedScript {
  /// What a script prints, on all streams; each statement that leaves the machine inconsistent is an issue.
  static func output(_ script: String) throws -> String {
    var text = ""
    let session = try Session { _, piece in text += piece }
    session.afterStatement = { session in
      for violation in session.machine.invariantViolations().prefix(1) { Issue.record("\(violation)") }
    }
    _ = session.run(script)
    return text
  }
}
