// Runs a script in a fresh session and keeps what it says.

import LinuxMemory
import MemScript
import ScriptLanguage

/// A session whose output a test can read, by stream.
final class Transcript {
  /// Everything said so far, in order.
  private(set) var text = ""
  /// What was said on the trace stream.
  private(set) var trace = ""
  /// What was printed.
  private(set) var output = ""
  /// What was said on standard error.
  private(set) var standardError = ""
  /// The session.
  private(set) var session: Session

  /// Boots a session.
  init(machine: String = "", limits: ScriptLimits = ScriptLimits()) throws {
    let sink = Sink()
    session = try Session(machine: try Session.machineSettings(fromOption: machine), limits: limits) {
      kind, piece in sink.take?(kind, piece)
    }
    sink.take = { [weak self] kind, piece in
      self?.text += piece
      if kind == .standard { self?.output += piece }
      if kind == .trace { self?.trace += piece }
      if kind == .standardError { self?.standardError += piece }
    }
  }

  /// Runs a script and returns what it said.
  func run(_ script: String, isInteractive: Bool = false) -> (outcome: RunOutcome, said: String) {
    text = ""
    output = ""
    let outcome = session.run(SourceText(name: "test.mem", text: script), isInteractive: isInteractive)
    return (outcome, text)
  }

  private final class Sink {
    var take: ((OutputKind, String) -> Void)?
  }
}
