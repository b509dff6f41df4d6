// What one call of memsh is to do, and how that follows from its arguments.

import ArgumentParser
import LinuxMemory
import MemScript

/// One call of memsh, free of how it was written.
enum Invocation: Equatable {
  /// Run a script, or the interactive shell.
  case run(Run)
  /// Report the mistakes in scripts: `memsh check FILE…`.
  case check(files: [String], color: ColorChoice)
  /// Tell about a command or another word, or list everything: `memsh help [NAME]`.
  case help(topic: String?)
  /// Replay a recorded trace: `memsh replay FILE`.
  case replay(Replay)

  /// Explain the kernel's reports in logs: `memsh explain FILE…`.
  case explain(Explain)

  /// What to run, and how.
  struct Run: Equatable {
    /// Where the statements come from.
    var source: Source
    /// Whether the interactive shell follows (`-i`).
    var staysInteractive = false
    /// The text of `--machine`.
    var machine: String?
    /// The folder or archive of a captured machine (`--from`).
    var capture: String?
    /// The text of `--limits`.
    var limits: String?
    /// Whether a failing shell command ends the script (`--strict`).
    var isStrict = false
    /// Whether each statement is followed by what the layers did (`--trace`).
    var traces = false
    /// How what happens is told.
    var format = OutputFormat.text
    /// Where a report goes (`--report`).
    var report: String?
    /// The folder that gets the machine's `/proc` and `/sys` at the end (`memsh export`).
    var exportFolder: String?
    /// When to use colours.
    var color = ColorChoice.auto
  }

  /// What to replay, and what to show of it.
  struct Replay: Equatable {
    /// What a replay prints.
    enum Output: Equatable {
      /// The closing report.
      case report
      /// One line for each operation.
      case results
      /// A script that does the same.
      case script
      /// How long it takes.
      case timing
    }

    /// The trace; `-` is standard input.
    var file: String
    /// What to print.
    var output = Output.report
    /// The texts of `--mallopt`, in order.
    var options: [String] = []
    /// The text of `--tunables`.
    var tunables: String?
    /// How much of each new block is written where the trace does not tell.
    var touching = ReplayOptions.BlockTouching.all
    /// The text of `--machine`.
    var machine: String?
    /// When to use colours.
    var color = ColorChoice.auto
    /// Whether the report has sizes in bytes (`--bytes`).
    var showsBytes = false
  }

  /// Which logs to explain, and how.
  struct Explain: Equatable {
    /// How reports are told.
    enum Output: Equatable {
      /// As people read them.
      case text
      /// One line of JSON for each.
      case json
      /// One page that draws them.
      case page
      /// A script that leads to the state of one.
      case script
      /// The interactive shell on a machine in the state of one.
      case shell
    }

    /// The logs; `-` is standard input.
    var files: [String]
    /// How reports are told.
    var output = Output.text
    /// Which report of the logs, from 1; nil for all, or the last where only one can be.
    var number: Int?
    /// When to use colours.
    var color = ColorChoice.auto
  }

  /// Where statements come from.
  enum Source: Equatable {
    /// The interactive shell when standard input is a terminal, else a script on it.
    case automatic
    /// The text behind `-c`.
    case statements(String)
    /// A file; `-` is standard input.
    case file(String)
  }

  /// Reads the arguments.
  ///
  /// - Parameter arguments: those behind the program's name.
  /// - Throws: what swift-argument-parser throws, also for `--help` and `--version`.
  init(arguments: [String]) throws {
    if let shortcut = Invocation(shortcut: arguments) {
      self = shortcut
      return
    }
    switch Self.command(of: arguments) {
    case is CheckCommand.Type: self = try CheckCommand.parse(Array(arguments.dropFirst())).invocation
    case is ReplayCommand.Type: self = try ReplayCommand.parse(Array(arguments.dropFirst())).invocation
    case is ExportCommand.Type: self = try ExportCommand.parse(Array(arguments.dropFirst())).invocation
    case is ExplainCommand.Type: self = try ExplainCommand.parse(Array(arguments.dropFirst())).invocation
    default: self = try MemshCommand.parse(arguments).invocation
    }
  }

  /// Which of memsh's commands reads the arguments, and words what is wrong with them.
  static func command(of arguments: [String]) -> any ParsableCommand.Type {
    arguments.first.flatMap { subcommands[$0] } ?? MemshCommand.self
  }

  /// Recognises the plainest calls (`memsh`, `memsh FILE`, `memsh -c STATEMENTS`) by itself.
  ///
  /// The argument parser's first look at its options costs as much time as all the rest of memsh's
  /// start, so calls without options do without it. Returns nil for every other call.
  private init?(shortcut arguments: [String]) {
    switch (arguments.count, arguments.first) {
    case (1...2, "help"):
      self = .help(topic: arguments.count == 2 ? arguments[1] : nil)
    case (0, _):
      self = .run(Run(source: .automatic))
    case (1, let file?) where !file.hasPrefix("-") && !file.isEmpty && Self.subcommands[file] == nil:
      self = .run(Run(source: .file(file)))
    case (2, "-c"):
      self = .run(Run(source: .statements(arguments[1])))
    default:
      return nil
    }
  }

  /// The words that are not taken for a file; `./check` is one.
  private static let subcommands: [String: any ParsableCommand.Type] = [
    "check": CheckCommand.self, "explain": ExplainCommand.self,
    "export": ExportCommand.self, "replay": ReplayCommand.self,
  ]
}
