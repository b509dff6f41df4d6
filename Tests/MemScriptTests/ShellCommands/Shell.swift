// A shell for tests: runs shell commands on a session and keeps what they say.

import ScriptLanguage

@testable import MemScript

/// A session and what its shell commands printed.
final class Shell {
  /// What was printed, split by stream.
  final class Transcript {
    var output = ""
    var errors = ""
  }

  /// What one command did.
  struct Result: Equatable {
    var output: String
    var errors: String
    var status: Int32
  }

  let session: Session
  private let transcript: Transcript

  /// Boots a machine from settings such as `ram=1G,swap=256M`.
  init(_ settings: String = "") throws {
    let transcript = Transcript()
    self.transcript = transcript
    session = try Session(machine: Session.machineSettings(fromOption: settings)) { kind, text in
      if kind == .standard { transcript.output += text } else { transcript.errors += text }
    }
  }

  /// Runs one command line, split at blanks; quotes keep words together.
  @discardableResult
  func run(_ line: String) throws -> Result {
    var words = Self.words(of: line)
    let name = words.removeFirst()
    let span = SourceSpan(source: 0, start: 0, end: 0)
    var redirection: ShellLine.Redirection?
    if let index = words.firstIndex(where: { $0 == ">" || $0 == ">>" }), index + 1 < words.count {
      redirection = .init(
        kind: words[index] == ">>" ? .appendedOutput : .output, path: words[index + 1], span: span)
      words.removeSubrange(index...(index + 1))
    }
    let entry = ShellCommands.all.first { $0.signature.name == name && $0.signature.style == .shell }
    guard let entry, case .shell(let handler) = entry.handler else { throw ScriptError("no command \(name)") }
    transcript.output = ""
    transcript.errors = ""
    session.status = 0
    try handler(
      session,
      ShellLine(
        words: words, spans: Array(repeating: span, count: words.count),
        redirections: redirection.map { [$0] } ?? []))
    return Result(output: transcript.output, errors: transcript.errors, status: session.status)
  }

  /// Runs one command line and returns its output.
  func output(_ line: String) throws -> String { try run(line).output }

  private static func words(of line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var isQuoted = false
    for character in line {
      if character == "'" {
        isQuoted.toggle()
        word = word ?? ""
      } else if character == " ", !isQuoted {
        if let finished = word { words.append(finished) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let finished = word { words.append(finished) }
    return words
  }
}
