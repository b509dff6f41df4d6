// The command line of memsh: its options, their help and the rules between them.

import ArgumentParser

/// What `memsh` was asked to do, as swift-argument-parser reads it.
struct MemshCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memsh",
    abstract: "Linux memory you can script, see and rewind.",
    usage: """
      memsh [-i] [--machine SETTINGS | --from DIR] [--limits LIMITS] [--strict]
            [--trace] [--format FORMAT] [--report FILE.html] [--color WHEN] [FILE]
      memsh [options] -c STATEMENTS
      memsh check FILE ...
      memsh explain [options] [LOG ...]
      memsh export DIR [FILE]
      memsh replay [options] TRACE
      memsh help [NAME]
      """,
    discussion: """
      Without FILE and -c, memsh is an interactive shell when standard input is a terminal, \
      and runs the script on standard input when it is not.

      Exit status: 0 when all went well; 1 after a diagnostic or a failed expect; 2 when memsh was \
      called wrongly; 128+n when the process main died of signal n; else what main gave to exit().
      """,
    version: "memsh \(MemshVersion.current)")

  @Option(
    name: .customShort("c"), parsing: .unconditional,
    help: ArgumentHelp("Run these statements.", valueName: "STATEMENTS"))
  var statements: String?

  @Flag(name: .customShort("i"), help: "Be interactive after the script.")
  var staysInteractive = false

  @Option(
    help: ArgumentHelp(
      "Boot this machine, whatever the script says: ram=2G,swap=0.", valueName: "SETTINGS"))
  var machine: String?

  @Option(
    name: .customLong("from"),
    help: ArgumentHelp(
      "Begin with the state of a machine that scripts/capture or 'memsh export' wrote.", valueName: "DIR|FILE"
    ))
  var capture: String?

  @Option(
    help: ArgumentHelp(
      "End a script that takes more: steps=1M,output=1M,state=256M,seconds=2 (and heap, calls, nesting, ...).",
      valueName: "LIMITS"))
  var limits: [String] = []

  @Flag(help: "End a script with the status of the first shell command that fails, as set -e does.")
  var strict = false

  @Flag(help: "Show after each statement what each layer of memory did.")
  var trace = false

  @Option(
    help: ArgumentHelp("Tell what happens as text, json (a line for each step) or tap.", valueName: "FORMAT"))
  var format: OutputFormat = .text

  @Flag(help: "The same as --format tap: a test point for each expect.")
  var tap = false

  @Option(
    help: ArgumentHelp(
      "Also write what happened as a page (.html) or picture (.svg).", valueName: "FILE.html"))
  var report: String?

  @Option(help: ArgumentHelp("Use colours: auto, always or never.", valueName: "WHEN"))
  var color: ColorChoice = .auto

  @Argument(
    help: ArgumentHelp("A script, or - for standard input.", valueName: "FILE"), completion: .file())
  var file: String?

  func validate() throws {
    if let machine, machine.allSatisfy({ $0 == " " }) {
      throw ValidationError("--machine needs settings such as ram=2G,swap=0.")
    }
    if machine != nil, capture != nil { throw ValidationError("--machine and --from exclude each other.") }
    if tap, format == .json { throw ValidationError("--tap and --format json exclude each other.") }
    if tap || format != .text, staysInteractive {
      throw ValidationError("-i talks with a user: it has no --format.")
    }
    if statements != nil, let file {
      throw ValidationError("-c takes the place of a script: '\(file)' cannot be run as well.")
    }
  }

  /// The same as a plain value.
  var invocation: Invocation {
    var run = Invocation.Run(source: .automatic)
    if let statements {
      run.source = .statements(statements)
    } else if let file {
      run.source = .file(file)
    }
    run.staysInteractive = staysInteractive
    run.machine = machine
    run.capture = capture
    run.limits = limits.isEmpty ? nil : limits.joined(separator: ",")
    run.isStrict = strict
    run.traces = trace
    run.color = color
    run.format = tap ? .tap : format
    run.report = report
    return .run(run)
  }
}

/// `memsh check FILE…`: the diagnostics of scripts without running them.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memsh check",
    abstract: "Report the mistakes in scripts without running them.")

  @Option(help: ArgumentHelp("Use colours: auto, always or never.", valueName: "WHEN"))
  var color: ColorChoice = .auto

  @Argument(
    help: ArgumentHelp("The scripts, - for standard input.", valueName: "FILE"), completion: .file())
  var files: [String]

  /// The same as a plain value.
  var invocation: Invocation { .check(files: files, color: color) }
}

extension ColorChoice: ExpressibleByArgument {}
extension OutputFormat: ExpressibleByArgument {}
