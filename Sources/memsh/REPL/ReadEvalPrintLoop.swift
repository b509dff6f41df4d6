// The interactive shell: reads an input, runs it, shows what it did, and begins again.

import Glibc
import MemScript
import ScriptLanguage

/// The read-eval-print loop.
struct ReadEvalPrintLoop {
  private let shell: Shell
  private let history: HistoryFile
  private var session: Session { shell.session }
  private var console: Console { shell.console }

  /// Makes a loop around a shell.
  init(shell: Shell) {
    self.shell = shell
    history = HistoryFile()
    LineEditor.prepare { line, cursor in ShellCompletion(shell: shell).completions(for: line, at: cursor) }
  }

  /// Says what this is; for a user who has just started it.
  func greet() {
    console.print(
      shell.wrapped(
        "memsh \(MemshVersion.current): Linux memory to script, see and rewind. Try 'p = malloc 100M', then "
          + "'write p, 10M'. .help tells more, .tutorial teaches, Ctrl-D leaves.", hanging: 0))
  }

  /// Talks with the user until they leave.
  ///
  /// - Returns: the exit status: 0, or what the process main gave to `exit`.
  func run() -> Int32 {
    var hasAsked = false
    while true {
      console.flush()
      console.beginScreen()
      let input = readInput()
      if case .endOfInput = input {
        if hasAsked || !tellOfUnsavedInputs() { return ExitStatus.success }
        hasAsked = true
        continue
      }
      hasAsked = false
      switch input {
      case .endOfInput, .interrupted: continue
      case .command(let line):
        // A command may run a script, which Ctrl-C stops.
        Signals.interruptSession(by: session.interruption, endsAtSecond: false)
        shell.perform(line)
        if shell.isLeaving { return ExitStatus.success }
      case .script(let script):
        if let status = shell.enter(script) { return status }
      }
    }
  }

  /// Says once that leaving loses something.
  ///
  /// - Returns: whether it does.
  private func tellOfUnsavedInputs() -> Bool {
    let count = session.inputCount - shell.savedCount
    guard count > 0 else { return false }
    console.print(
      "\(count == 1 ? "1 input is" : "\(count) inputs are") not saved: '.save FILE' keeps them, Ctrl-D again leaves\n"
    )
    return true
  }

  /// What the user entered.
  private enum Input {
    case command(DotLine)
    case script(ParsedScript)
    case interrupted
    case endOfInput
  }

  /// Reads lines until they make whole statements. What is parsed to find that out is what runs.
  private func readInput() -> Input {
    let prompt = Prompt(session: session)
    var input: [UInt8] = []
    var next = prompt.text
    while true {
      switch LineEditor.readLine(prompt: next) {
      case .endOfInput where input.isEmpty: return .endOfInput
      case .endOfInput:
        console.print("nothing of it was run\n")
        return .interrupted
      case .interrupted: return .interrupted
      case .line(let line):
        let isFirst = input.isEmpty
        input += line
        let text = String(decoding: input, as: UTF8.self)
        if isFirst, let command = command(text) {
          history.add(text)
          return .command(command)
        }
        input.append(UInt8(ascii: "\n"))
        Signals.interruptSession(by: session.interruption, endsAtSecond: false)
        let script = session.parse(SourceText(name: "<input>", bytes: input))
        guard script.isIncomplete else {
          history.add(text)
          shell.lastInput = text
          return .script(script)
        }
        next = prompt.continuation(of: script)
      }
    }
  }

  /// An input that is meant for the shell. A name that the script knows is never taken for a command that lacks its dot.
  private func command(_ text: String) -> DotLine? {
    guard let line = DotLine(text, isTyped: true) else { return nil }
    let word = text.drop { $0.isWhitespace }.prefix { !$0.isWhitespace }
    return word.hasPrefix(".") || !session.variableNames.contains(String(word)) ? line : nil
  }
}
