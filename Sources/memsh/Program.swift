// Where memsh starts: from the arguments to the exit status.

import Glibc
import MemScript
import ScriptLanguage

/// The program `memsh`.
@main
enum Program {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let status: Int32
    do {
      switch try Invocation(arguments: arguments) {
      case .run(let run): status = perform(run)
      case .check(let files, let color): status = check(files, color: color)
      case .help(let topic): status = help(topic)
      case .replay(let replay):
        status = reportingErrors(color: replay.color) { try ReplayRunner(replay, console: $0).run() }
      case .explain(let explain): status = perform(explain)
      }
    } catch {
      status = answer(error, to: arguments)
    }
    exit(status)
  }

  /// Runs a script, the interactive shell, or both.
  private static func perform(_ run: Invocation.Run) -> Int32 {
    reportingErrors(color: run.color) { console in
      let limits = try run.limits.map { try LimitsOption.limits(from: $0) } ?? ScriptLimits()
      let settings = try run.machine.map { try Session.machineSettings(fromOption: $0) } ?? []
      var tap: TapReport?
      let session = try Session(machine: settings, limits: limits) { kind, text in
        if let tap { tap.comment(text) } else { console.print(text, kind: kind) }
      }
      if run.format == .tap { tap = TapReport(session, console: console) }
      if let report = run.report { session.beginReport(Self.reportName(run.source, report)) }
      // A picture has room for inputs, not for each round of a loop.
      session.notesTopLevelOnly = run.report?.hasSuffix(".svg") == true
      if run.format == .json {
        console.printRecord(SessionRecord.session(session.machine.configuration).json.text + "\n")
        session.recordSink = { console.printRecord($0.json.text + "\n") }
        console.reader = { session.emit($0) }
      }
      // What it holds goes with the process: taking a large machine apart at the end would only take time.
      _ = Unmanaged.passRetained(session)
      session.diagnosticRenderer = DiagnosticRenderer(color: console.colorsDiagnostics)
      session.isTracing = run.traces
      session.isStrict = run.isStrict
      session.includeLoader = { try IncludedFiles.read($0, limit: limits.sourceBytes) }
      // Who forbids scripts to read other files forbids this, too.
      if limits.includeDepth > 0 { session.captureLoader = { try CaptureReader.read($0) } }
      let isConversation = run.source == .automatic && isatty(STDIN_FILENO) == 1
      if isConversation, run.report != nil {
        throw UsageError("--report needs a script; '.report FILE' writes one here")
      }
      if isConversation, run.format != .text {
        throw UsageError("--format \(run.format.rawValue) needs a script")
      }
      let isInteractive = isConversation || run.staysInteractive
      let shell = Shell(session: session, console: console, limits: limits, isInteractive: isInteractive)
      shell.useTerminal()
      if let capture = run.capture, case .failed = session.takeCapture(capture) { return ExitStatus.failure }
      if isInteractive { shell.readInitFile() }
      if !isConversation {
        let status = shell.runScript(try script(of: run.source, limit: limits.sourceBytes))
        if status == ExitStatus.failure, case .file(let path) = run.source, LogFile.hasReport(path) {
          console.printError("memsh: \(path) is a kernel's log: 'memsh explain \(path)' tells what it says\n")
        }
        tap?.end(status: status)
        if let folder = run.exportFolder { try ExportedTree.write(session, to: folder) }
        if let report = run.report { try shell.writeReport(to: report, status: status ?? ExitStatus.success) }
        if run.format == .json {
          console.printRecord(SessionRecord.end(status: status ?? ExitStatus.success).json.text + "\n")
        }
        guard run.staysInteractive else { return status ?? ExitStatus.success }
        if status != nil, !session.machine.isAlive(session.currentProcess) { shell.tellOfDeath() }
      }
      session.isTracing = true
      if run.report == nil { session.beginReport("session") }
      console.pages = isatty(STDOUT_FILENO) == 1
      let loop = ReadEvalPrintLoop(shell: shell)
      if isConversation && isatty(STDOUT_FILENO) == 1 { loop.greet() }
      return loop.run()
    }
  }

  /// `memsh explain`, whose `-i` goes on in the interactive shell.
  private static func perform(_ explain: Invocation.Explain) -> Int32 {
    var script: String?
    let status = reportingErrors(color: explain.color) { console in
      let runner = ExplainRunner(explain, console: console)
      guard explain.output == .script || explain.output == .shell else { return try runner.run() }
      script = try runner.script()
      if explain.output == .script, let script { console.print(script) }
      return script == nil ? ExitStatus.failure : ExitStatus.success
    }
    guard explain.output == .shell, let script else { return status }
    return perform(
      Invocation.Run(source: .statements(script), staysInteractive: true, color: explain.color))
  }

  /// What a report is about: the script's name without its folders.
  private static func reportName(_ source: Invocation.Source, _ report: String) -> String {
    switch source {
    case .file(let path) where path != ScriptFile.standardInput:
      String(path.split(separator: "/").last ?? "script")
    case .statements: "statements"
    default: "session"
    }
  }

  /// `memsh help`.
  private static func help(_ topic: String?) -> Int32 {
    reportingErrors(color: .auto) { console in
      let session = try Session { console.print($1, kind: $0) }
      guard let text = session.help(topic) else {
        let name = topic ?? ""
        let hint = session.helpSuggestion(for: name).map { "; \($0)" } ?? "; `memsh help` lists what there is"
        console.printError("memsh: there is no help about '\(name)'\(hint)\n")
        return ExitStatus.failure
      }
      console.print(text)
      return ExitStatus.success
    }
  }

  /// `memsh check`.
  private static func check(_ files: [String], color: ColorChoice) -> Int32 {
    reportingErrors(color: color) { console in
      let limits = ScriptLimits()
      let session = try Session(limits: limits) { console.print($1, kind: $0) }
      session.includeLoader = { try IncludedFiles.read($0, limit: limits.sourceBytes) }
      return ScriptRunner(session: session, console: console, limits: limits).check(files)
    }
  }

  /// Gives `body` a console, and says what kept it from beginning its work.
  private static func reportingErrors(
    color: ColorChoice, _ body: (Console) throws -> Int32
  ) -> Int32 {
    let console = Console(color: color)
    defer { console.flush() }
    do {
      return try body(console)
    } catch {
      console.printError("memsh: \(UserMessage.text(for: error))\n")
      return ExitStatus.usage
    }
  }

  private static func script(of source: Invocation.Source, limit: Int) throws(HostFileError) -> SourceText {
    switch source {
    case .automatic: try ScriptFile.read(ScriptFile.standardInput, limit: limit)
    case .file(let path): try ScriptFile.read(path, limit: limit)
    case .statements(let text): SourceText(name: "<command>", text: text)
    }
  }

  /// Prints what the argument parser has to say: help and version on standard output, mistakes on standard
  /// error.
  private static func answer(_ error: any Error, to arguments: [String]) -> Int32 {
    let console = Console(color: .never)
    defer { console.flush() }
    let command = Invocation.command(of: arguments)
    guard command.exitCode(for: error).isSuccess else {
      let name = command.configuration.commandName ?? "memsh"
      console.printError("memsh: \(command.message(for: error))\nTry '\(name) --help'.\n")
      return ExitStatus.usage
    }
    console.print(command.fullMessage(for: error) + "\n")
    return ExitStatus.success
  }
}
