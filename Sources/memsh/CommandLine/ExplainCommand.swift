// The command line of `memsh explain`: its options and their help.

import ArgumentParser

/// What `memsh explain` was asked to do, as swift-argument-parser reads it.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memsh explain",
    abstract: "Explain why memory ran out, from a kernel's log.",
    usage: """
      memsh explain [--json | --html] [--report NUMBER] [LOG ...]
      memsh explain --emit-mem [--report NUMBER] [LOG ...]
      memsh explain -i [--report NUMBER] LOG ...
      """,
    discussion: """
      LOG is what dmesg, journalctl -k, syslog, a console or a mail has of the kernel's words; without LOG, or for \
      -, it is read from standard input. Every report of the OOM killer, of a control group at its limit, of a \
      failed request for memory and of a panic is found: who asked, why memory was not there, what held it, who died, \
      whether the rule of that release takes this process, who was next, and what would have saved it.

      A report may be damaged or cut: what it does not tell is listed, not guessed.

      --emit-mem prints a script that leads a machine to what the report tells of, just before the end; -i opens the shell there. \
      finish() brings the end; without this process, with more swap or another limit, does it still come?

      Exit status: 0; 1 when no log has a report (with --json 0 and no object); 2 when memsh was called wrongly or a log cannot be read.
      """)

  @Flag(help: "Print one JSON object in each line for each report.")
  var json = false

  @Flag(help: "Print one page that draws each report: open it in a browser.")
  var html = false

  @Flag(name: .customLong("emit-mem"), help: "Print the state of a report as a script that memsh runs.")
  var emitsScript = false

  @Flag(name: .customShort("i"), help: "Open the interactive shell on a machine in the state of a report.")
  var opensShell = false

  @Option(
    help: ArgumentHelp(
      "Take this report of the logs, from 1 (without it: all; with --emit-mem and -i the last).",
      valueName: "NUMBER"))
  var report: Int?

  @Option(help: ArgumentHelp("Use colours: auto, always or never.", valueName: "WHEN"))
  var color: ColorChoice = .auto

  @Argument(help: ArgumentHelp("Logs, or - for standard input.", valueName: "LOG"), completion: .file())
  var files: [String] = []

  func validate() throws {
    if [json, html, emitsScript, opensShell].count(where: { $0 }) > 1 {
      throw ValidationError("--json, --html, --emit-mem and -i exclude each other.")
    }
    if let report, report < 1 { throw ValidationError("--report counts from 1.") }
    if opensShell, files.isEmpty || files.contains("-") {
      throw ValidationError("-i reads what you type from standard input: it needs the name of a log.")
    }
  }

  private var output: Invocation.Explain.Output {
    if json { return .json }
    if html { return .page }
    if emitsScript { return .script }
    return opensShell ? .shell : .text
  }

  /// The same as a plain value.
  var invocation: Invocation {
    .explain(
      Invocation.Explain(files: files.isEmpty ? ["-"] : files, output: output, number: report, color: color))
  }
}
