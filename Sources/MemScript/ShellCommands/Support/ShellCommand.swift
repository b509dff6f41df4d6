// A shell command: its declaration, and one run of it with its output and status.

import LinuxMemory
import ScriptLanguage

/// What a shell command is, apart from what it does.
struct ShellCommand: Sendable {
  /// Its name.
  var name: String
  /// Its synopsis without the name.
  var usage: String
  /// Its manual page, such as `free(1)`.
  var source: String
  /// One sentence: what it does.
  var summary: String
  /// What is special here; may be empty.
  var details = ""
  /// Whose manners it has when used wrongly.
  var style: UsageStyle
  /// The exit status of a wrong use.
  var usageStatus: Int32 = 1
  /// Its options.
  var options = OptionTable(flags: "")
  /// Whether it tells what the console of a halted machine still shows.
  var worksAfterPanic = false

  /// The failure for a wrong use; without a problem, the synopsis alone.
  func usageFailure(_ problem: String? = nil) -> ShellFailure {
    style.failure(problem, command: name, usage: usage, status: usageStatus)
  }

  /// Makes the catalogue's entry.
  ///
  /// - Parameter body: runs the command; `ShellFailure` ends it with a message and a status.
  func entry(_ body: @escaping @Sendable (inout ShellRun) throws -> Void) -> CatalogueEntry {
    CatalogueEntry.shell(
      name, usage: usage, source: source, summary: summary, details: details,
      worksAfterPanic: worksAfterPanic
    ) { session, line in
      try ShellRun.perform(self, session, line, body)
    }
  }
}

/// One run of a shell command.
struct ShellRun {
  /// The command.
  let command: ShellCommand
  /// The session it runs in.
  let session: Session
  /// The words behind the name.
  let words: [String]
  /// The status so far; 0 for success.
  var status: Int32 = 0
  /// Where output goes.
  private let redirection: ShellLine.Redirection?
  private var held = ""

  /// The current process's view of `/proc` and `/sys`.
  var files: ProcFileSystem { ProcFileSystem(actor: session.currentProcess) }

  /// Whether the output goes to `/dev/null`.
  var discardsOutput: Bool {
    guard let path = redirection?.path, path.utf8.count <= SimulatedPath.longest else { return false }
    return absolute(path) == "/dev/null"
  }

  /// Runs a command with its redirection and sets the session's status.
  static func perform(
    _ command: ShellCommand, _ session: Session, _ line: ShellLine,
    _ body: (inout ShellRun) throws -> Void
  ) throws {
    try refuseOperators(line)
    var run = ShellRun(command: command, session: session, words: line.words, redirection: line.redirection)
    do {
      try run.refuseLongWords()
      try run.openRedirection()
      try body(&run)
      try session.budget.check()
      try run.closeRedirection()
    } catch let failure as ShellFailure {
      session.output(.standardError, failure.text)
      run.status = failure.status
    } catch is HelpRequest {
      session.emit("Usage:\n \(command.name) \(command.usage)\n\n\(command.summary)\n")
      run.status = 0
    }
    session.status = run.status
  }

  private init(
    command: ShellCommand, session: Session, words: [String], redirection: ShellLine.Redirection?
  ) {
    self.command = command
    self.session = session
    self.words = words
    self.redirection = redirection
  }

  /// The options and operands of the line.
  ///
  /// - Throws: as `ShellOptions`.
  func options() throws -> ShellOptions {
    try ShellOptions(words, table: command.options, command: command)
  }

  /// Writes to standard output.
  mutating func print(_ text: String) {
    if redirection == nil {
      session.emit(text)
    } else if !discardsOutput, session.budget.spend(text.utf8.count >> 6) {
      held += text
    }
  }

  /// Says a line to standard error and goes on; the command will end with `status`.
  mutating func complain(_ text: String, status: Int32 = 1) {
    session.output(.standardError, text + "\n")
    self.status = status
  }

  /// The content of a file of `/proc` or `/sys`.
  ///
  /// - Parameter path: absolute, or relative to the current directory.
  func read(_ path: String) throws(Errno) -> String {
    try files.read(absolute(path), on: session.machine)
  }

  /// The absolute form of a path.
  func absolute(_ path: String) -> String {
    SimulatedPath.absolute(path, from: session.workingDirectory)
  }

  /// The longest word that a program can be given (MAX_ARG_STRLEN with its zero byte), and all of them together (a
  /// quarter of the usual stack limit).
  private static let longestWord = 131_071
  private static let longestLine = 2 << 20

  /// Fails as execve(2) does with words that are too long; echo and export are parts of the shell and take any.
  private func refuseLongWords() throws {
    guard command.name != "echo", command.name != "export" else { return }
    var line = 0
    for word in words {
      line += word.utf8.count + 1
      guard word.utf8.count <= Self.longestWord, line <= Self.longestLine else {
        throw ShellFailure("bash: \(command.name): \(Errno.E2BIG.message)", status: 126)
      }
    }
  }

  private func openRedirection() throws {
    guard let redirection else { return }
    guard redirection.path.utf8.count <= SimulatedPath.longest else {
      throw ShellFailure("bash: \(redirection.path.prefix(100))…: \(Errno.ENAMETOOLONG.message)")
    }
    let path = absolute(redirection.path)
    if path == "/dev/null" { return }
    guard path.hasPrefix("/proc/") || path.hasPrefix("/sys/") || path == "/proc" || path == "/sys" else {
      throw ScriptError(
        "writing to '\(redirection.path)' is not modelled",
        hint: "output can go to /dev/null and to files of /proc and /sys")
    }
    do {
      try files.openForWriting(path, on: session.machine)
    } catch {
      throw ShellFailure("bash: \(redirection.path): \(error.message)")
    }
  }

  private mutating func closeRedirection() throws {
    guard let redirection, !held.isEmpty else { return }
    let path = absolute(redirection.path)
    if path == "/dev/null" { return }
    do {
      try files.write(held, to: path, on: &session.machine)
    } catch {
      let shell = command.style == .builtin ? "bash: " : ""
      throw ShellFailure("\(shell)\(command.name): write error: \(error.message)")
    }
  }

  /// Names the parts of a shell that are not modelled.
  private static func refuseOperators(_ line: ShellLine) throws {
    let names = [
      "|": "pipes are", "&": "background jobs are", "&&": "'&&' is", "||": "'||' is", "<": "'<' is",
    ]
    for (index, word) in line.words.enumerated() {
      if let name = names[word] { throw ScriptError("\(name) not modelled", argument: index) }
    }
  }
}
