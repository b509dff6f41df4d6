// Asking why, and looking at the dead: .why, .status.

import MemScript

extension DotCommands {
  /// The commands that explain.
  static let looking = [
    DotCommand(
      name: "why", usage: "[WHAT]", summary: "why the last statement did what it did",
      details: "WHAT is SIGSEGV, NULL, RSS or dead: the last such event, or what RSS is\n"
        + "made of. Each step stands below its cause, with what would have decided\notherwise.",
      example: ".why NULL", counts: 0...1,
      operands: [.words(Session.WhyTopic.allCases.map(\.rawValue).sorted())]
    ) { shell, words throws(ShellError) in try shell.why(words.first) },
    DotCommand(
      name: "report", usage: "FILE", summary: "what happened as a page (.html) or picture (.svg)",
      example: ".report session.html", counts: 1...1, touchesFiles: true, operands: [.file]
    ) { shell, words throws(ShellError) in
      try shell.writeReport(to: words[0], status: ExitStatus.success)
      if shell.isInteractive { shell.console.print("written to \(words[0])\n") }
    },
    DotCommand(
      name: "status", usage: "[NAME]", summary: "a process's /proc/PID/status, also of a dead one",
      counts: 0...1, operands: [.process]
    ) { shell, words throws(ShellError) in
      guard let text = shell.session.statusText(of: words.first) else {
        throw ShellError("no process \(words.first ?? "") lives, or is remembered")
      }
      shell.console.print(text)
    },
  ]
}

extension Shell {
  /// `.report` and `--report`: a page, or a picture for a name that ends in `.svg`.
  func writeReport(to path: String, status: Int32) throws(ShellError) {
    guard [".html", ".htm", ".svg"].contains(where: path.hasSuffix) else {
      throw ShellError("'\(path)' is neither a page (.html) nor a picture (.svg)")
    }
    guard let text = path.hasSuffix(".svg") ? session.reportPicture : session.reportPage(status: status)
    else {
      throw ShellError(
        "nothing was collected for a report: 'memsh --report FILE SCRIPT' collects from the beginning")
    }
    try write(text, to: path)
  }

  /// `.why`.
  func why(_ word: String?) throws(ShellError) {
    useTerminal()
    var topic: Session.WhyTopic?
    if let word {
      topic = Session.WhyTopic.allCases.first { $0.rawValue.lowercased() == word.lowercased() }
      if topic == nil, ["sigabrt", "sigbus", "segv", "signal", "abort"].contains(word.lowercased()) {
        topic = .signal
      }
      if topic == nil, ["oom", "death", "killed"].contains(word.lowercased()) { topic = .dead }
      if topic == nil, ["enomem", "null"].contains(word.lowercased()) { topic = .null }
      guard topic != nil else {
        throw ShellError(
          "'.why' answers for \(Session.WhyTopic.allCases.map(\.rawValue).joined(separator: ", ")), not '\(word)'"
        )
      }
    }
    guard let text = session.why(topic) else {
      if !session.isTracing { throw ShellError("nothing was recorded: '.trace brief' records from now on") }
      switch topic {
      case .signal?: throw ShellError("no signal has ended a process yet")
      case .null?: throw ShellError("no call has been refused memory yet")
      case .dead?: throw ShellError("nobody has died yet")
      default: throw ShellError("no layer has acted yet")
      }
    }
    console.print(text)
  }
}
