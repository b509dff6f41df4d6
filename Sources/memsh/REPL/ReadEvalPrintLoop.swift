// The interactive shell: reads an input, runs it, shows what it did, and begins again.

import Glibc
import MemScript

/// The read-eval-print loop.
struct ReadEvalPrintLoop {
  private static let prompt = "memsh> "
  private static let continuationPrompt = "  ...> "

  private let session: Session
  private let console: Console
  private let history: HistoryFile

  /// Makes a loop over a session.
  init(session: Session, console: Console) {
    self.session = session
    self.console = console
    session.isTracing = true
    history = HistoryFile()
    LineEditor.prepare { line, cursor in Self.completions(for: line, at: cursor, in: session) }
  }

  /// Says what this is; for a user who has just started it.
  func greet() {
    console.print("memsh \(MemshVersion.current): try out Linux memory. .help tells more, Ctrl-D leaves.\n")
  }

  /// Talks with the user until they leave.
  ///
  /// - Returns: the exit status: 0, or what the process main gave to `exit`.
  func run() -> Int32 {
    while true {
      console.flush()
      switch readInput() {
      case .endOfInput: return ExitStatus.success
      case .interrupted: continue
      case .command(let command):
        if command == .quit { return ExitStatus.success }
        perform(command)
      case .script(let script):
        if let status = evaluate(script) { return status }
      }
    }
  }

  /// What the user entered.
  private enum Input {
    case command(DotCommand)
    case script(ParsedScript)
    case interrupted
    case endOfInput
  }

  /// Reads lines until they make whole statements. What is parsed to find that out is what runs.
  private func readInput() -> Input {
    var input: [UInt8] = []
    while true {
      switch LineEditor.readLine(prompt: input.isEmpty ? Self.prompt : Self.continuationPrompt) {
      case .endOfInput: return .endOfInput
      case .interrupted: return .interrupted
      case .line(let line):
        input += line
        let text = String(decoding: input, as: UTF8.self)
        if let command = DotCommand(text) {
          history.add(text)
          return .command(command)
        }
        input.append(UInt8(ascii: "\n"))
        Signals.interruptSession(by: session.interruption, endsAtSecond: false)
        let script = session.parse(SourceText(name: "<input>", bytes: input))
        guard script.isIncomplete else {
          history.add(text)
          return .script(script)
        }
      }
    }
  }

  /// Runs an input.
  ///
  /// - Returns: the exit status when the input ended the shell, nil when the shell goes on.
  private func evaluate(_ script: ParsedScript) -> Int32? {
    switch session.run(script, isInteractive: true) {
    case .finished, .failed:
      return nil
    case .interrupted:
      console.printError("interrupted; '.undo' takes back what the input did until then\n")
      return nil
    case .exited(let status) where status < ExitStatus.signal(0):
      return status
    case .exited:
      console.printError("the process main is dead: '.undo' brings it back, 'machine ram=1G' boots anew\n")
      return nil
    }
  }

  private func perform(_ command: DotCommand) {
    switch command {
    case .help(let topic?):
      console.print(session.help(topic) ?? missingHelp(topic))
    case .help:
      console.print((session.help() ?? "") + "\n" + DotCommand.overview)
    case .undo(let count):
      undo(count)
    case .trace(let isOn):
      session.isTracing = isOn
    case .mistake(let text):
      console.printError("memsh: \(text)\n")
    case .quit:
      break
    }
  }

  private func missingHelp(_ topic: String) -> String {
    "there is no help about '\(topic)'; \(session.helpSuggestion(for: topic) ?? "'.help' lists what there is")\n"
  }

  private func undo(_ count: Int) {
    for done in 0..<count {
      guard let input = session.undo() else {
        if done == 0 { console.print("nothing to take back\n") }
        return
      }
      console.print("took back: \(input)\n")
    }
  }

  private static func completions(
    for line: String, at cursor: Int, in session: Session
  ) -> (start: Int, words: [String]) {
    if line.hasPrefix("."), !line.utf8.prefix(cursor).contains(UInt8(ascii: " ")) {
      let typed = String(decoding: line.utf8.prefix(cursor), as: UTF8.self)
      return (0, DotCommand.names.filter { $0.hasPrefix(typed) })
    }
    return session.completions(for: line, at: cursor)
  }
}
