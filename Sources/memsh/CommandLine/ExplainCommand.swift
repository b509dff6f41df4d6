// The command line of `memsh explain`: its options and their help.

import ArgumentParser

/// What `memsh explain` was asked to do, as swift-argument-parser reads it.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memsh explain",
    abstract: "Explain why memory ran out, from a kernel's log.",
    usage: "memsh explain [--json] [LOG ...]",
    discussion: """
      LOG is what dmesg, journalctl -k, syslog, a console or a mail has of the kernel's words; without LOG, or for \
      -, it is read from standard input. Every report of the OOM killer, of a control group at its limit, of a \
      failed request for memory and of a panic is found: who asked, why memory was not there, what held it, who died, \
      whether the rule of that release takes this process, who was next, and what would have saved it.

      A report may be damaged or cut: what it does not tell is listed, not guessed.

      Exit status: 0; 1 when no log has a report; 2 when memsh was called wrongly or a log cannot be read.
      """)

  @Flag(help: "Print one JSON object in each line for each report.")
  var json = false

  @Option(help: ArgumentHelp("Use colours: auto, always or never.", valueName: "WHEN"))
  var color: ColorChoice = .auto

  @Argument(help: ArgumentHelp("Logs, or - for standard input.", valueName: "LOG"), completion: .file())
  var files: [String] = []

  /// The same as a plain value.
  var invocation: Invocation {
    .explain(Invocation.Explain(files: files.isEmpty ? ["-"] : files, isJSON: json, color: color))
  }
}
