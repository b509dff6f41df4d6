// Shell commands of the host's own.

import LinuxMemory
import ScriptLanguage

/// One run of a shell command that a host has added: its words, what it reads, and where it writes.
public struct ShellInvocation {
  private var run: ShellRun

  /// The session in which it runs.
  public var session: Session { run.session }
  /// The words behind the command's name, quotes removed.
  public var arguments: [String] { run.words }
  /// What the command before it in a pipeline wrote, or the file that it is redirected from; nil where nothing can be
  /// read.
  public var input: String? { run.input }
  /// Its exit status, 0…255; 0 is success.
  public var status: Int32 {
    get { run.status }
    set { run.status = newValue & 0xff }
  }

  /// Writes to standard output, wherever that leads.
  public mutating func print(_ text: String) { run.print(text) }

  /// Writes to standard error, wherever that leads.
  public mutating func printError(_ text: String) { run.printError(text) }

  /// Runs a command's body as what a shell has started.
  fileprivate static func perform(
    _ run: inout ShellRun, _ body: (inout ShellInvocation) throws -> Void
  ) throws {
    var invocation = ShellInvocation(run: run)
    defer { run = invocation.run }
    try body(&invocation)
  }
}

extension Session {
  /// Adds a command that scripts write as a shell command: words, pipes and redirections.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - usage: its synopsis without the name, such as `[-n] FILE`.
  ///   - summary: one sentence for help.
  ///   - replacing: whether it may take the place of a command, also of one of Linux's.
  ///   - body: what runs. Throw `ScriptError` for a mistake that ends the script; a command that only fails says so
  ///     on its error stream and sets its status.
  /// - Throws: ``CommandError`` for a name that cannot be.
  public func addShellCommand(
    _ name: String, usage: String = "", summary: String = "", replacing: Bool = false,
    _ body: @escaping (inout ShellInvocation) throws -> Void
  ) throws(CommandError) {
    // The closure stays inside this session, which is itself confined to one thread at a time.
    nonisolated(unsafe) let body = body
    let command = ShellCommand(name: name, usage: usage, source: "", summary: summary, style: .tryHelp)
    try bind(
      command.entry(layer: .host) { run in try ShellInvocation.perform(&run, body) }, replacing: replacing)
  }
}
