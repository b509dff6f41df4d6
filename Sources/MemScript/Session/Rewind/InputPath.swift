// The inputs that led to a state.

import ScriptLanguage

/// One input of a session.
struct SessionInput: Sendable, Equatable, Codable {
  /// How an input ended, as far as running it again in a script differs.
  enum End: String, Sendable, Equatable, Codable {
    /// It ran to its end.
    case finished
    /// A diagnostic ended it, or the process main died in it.
    case failed
    /// Somebody stopped it, at a moment that cannot be found again.
    case interrupted
  }

  /// Its whole text.
  var text: String
  /// How it ended.
  var end = End.finished
  /// The process in whose name it was entered; nil for main.
  var process: String?
  /// The name of the script that it is; nil for what was typed.
  var script: String?

  /// What `.history` and `.undo` call it: its first line, with an ellipsis where there is more, or the script's name.
  var title: String {
    if let script { return "the script \(script)" }
    let lines = text.split(separator: "\n", maxSplits: 1)
    guard var first = lines.first else { return "" }
    if first.utf8.count > 200 { first = Substring(first.unicodeScalars.prefix(100)) + "..." }
    return lines.count > 1 ? first + " ..." : String(first)
  }
}

extension SessionInput {
  /// A source text that was run.
  init(_ source: SourceText, _ outcome: RunOutcome, process: String?, isScript: Bool) {
    self.init(
      text: String(decoding: source.bytes, as: UTF8.self), end: End(outcome), process: process,
      script: isScript ? source.name : nil)
  }
}

extension SessionInput.End {
  /// The end that an outcome of a run means.
  init(_ outcome: RunOutcome) {
    switch outcome {
    case .finished, .paused: self = .finished
    case .failed, .exited: self = outcome == .interrupted ? .interrupted : .failed
    }
  }
}

/// All inputs from a session's beginning to one state. Copies share what they have in common.
struct InputPath: Sendable, Codable, Sequence {
  /// How many inputs lie in one piece.
  private static let pieceLength = 64

  private var pieces: [[SessionInput]] = []

  /// How many there are.
  var count: Int {
    pieces.isEmpty ? 0 : (pieces.count - 1) * Self.pieceLength + pieces[pieces.count - 1].count
  }

  /// Adds an input at the end.
  mutating func append(_ input: SessionInput) {
    if let last = pieces.last, last.count < Self.pieceLength {
      pieces[pieces.count - 1].append(input)
    } else {
      pieces.append([input])
    }
  }

  func makeIterator() -> FlattenSequence<[[SessionInput]]>.Iterator { pieces.joined().makeIterator() }
}
