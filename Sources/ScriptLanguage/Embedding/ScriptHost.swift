// The border between the language and the program that embeds it.

/// What the language asks of its host: the commands, the blocks and the names that only the host knows.
///
/// The language knows nothing of memory; everything that a command does happens behind this protocol.
public protocol ScriptHost: AnyObject {
  /// Every command, in a fixed order; `invoke` names one by its index here. A name may stand twice, once
  /// per style (`free` is a C call and a shell command).
  var signatures: [CommandSignature] { get }

  /// Runs a C call and returns its result (`.null` when it has none).
  ///
  /// - Throws: `ScriptError` for a mistake of the script, `BlockExit` when the current process has died.
  func invoke(_ command: Int, _ arguments: borrowing CallArguments) throws -> Value

  /// Runs a shell command; what it prints goes to the host's own output.
  ///
  /// - Throws: as `invoke`.
  func invokeShell(_ command: Int, _ line: ShellLine) throws

  /// The value of a constant such as `M_TRIM_THRESHOLD`, or nil. Asked once per use, at compile time.
  func constant(named name: String) -> Value?

  /// The names of all constants, for suggestions and completion, sorted.
  var constantNames: [String] { get }

  /// The current value of a name that the host keeps (`status`, `errno`, a process's PID), or nil.
  func variable(named name: String) -> Value?

  /// The names for which `variable(named:)` may answer, for suggestions and completion, sorted.
  var variableNames: [String] { get }

  /// Enters `process NAME {`.
  func enterProcess(named name: String) throws

  /// Leaves the innermost process block, also when its process died in it.
  ///
  /// - Throws: `BlockExit` when the process that acts again behind the block was killed meanwhile; ignored
  ///   while an error is on its way out.
  func leaveProcess() throws

  /// Carries out `machine key=value, …`.
  func applyMachine(_ settings: [MachineSetting]) throws

  /// Prints the text of a `print` statement, without a newline at its end. A host that has to stop the run does so
  /// through its engine's budget.
  func printLine(_ text: String)

  /// Takes the value of a bare expression, or of an assignment (`name` set), of an interactive statement.
  func show(_ value: Value, assignedTo name: String?)

  /// Told before a statement, when statement marks are compiled in (see `ScriptEngine.Options`).
  func statementWillRun(_ text: Substring, line: Int)

  /// Told after that statement, also when it failed.
  func statementDidRun()

  /// The text of an included file.
  ///
  /// - Throws: `ScriptError` when the host does not allow it or cannot read it.
  func includedSource(at path: String, from includer: SourceText) throws -> SourceText

  /// Told of a failed `expect` when it happens, so that the message can stand at its place in the output; the
  /// outcome of the run holds it again. Does nothing by default.
  func expectationFailed(_ diagnostic: Diagnostic)

  /// About how many bytes the host keeps for the script, which ``ScriptLimits/stateBytes`` bounds; asked now and
  /// then between commands. The host may let go of what it can do without first. 0 by default.
  func stateByteCount() -> Int

  /// Told of warnings of the compiler before the first statement runs. Does nothing by default.
  func compilerWarned(_ diagnostic: Diagnostic)
}

extension ScriptHost {
  /// Nothing is kept.
  public func stateByteCount() -> Int { 0 }

  /// Does nothing: the outcome of the run holds the diagnostic.
  public func expectationFailed(_ diagnostic: Diagnostic) {}

  /// Does nothing.
  public func compilerWarned(_ diagnostic: Diagnostic) {}
}

/// One `key=value` of a `machine` statement.
public struct MachineSetting: Sendable, Equatable {
  /// The key, as written.
  public var key: String
  /// Its value: an integer for sizes and numbers, else the text as written.
  public var value: Value
  /// Where both stand.
  public var span: SourceSpan

  /// Makes a setting.
  public init(key: String, value: Value, span: SourceSpan) {
    self.key = key
    self.value = value
    self.span = span
  }
}

/// A shell command after expansion of `$name` and `{…}` in its words.
public struct ShellLine: Sendable, Equatable {
  /// The words behind the command's name, quotes removed.
  public var words: [String]
  /// Where each word stands, in step with `words`.
  public var spans: [SourceSpan]
  /// The file behind `>` or `>>`, if there is one.
  public var redirection: Redirection?

  /// Where the output of a command goes instead of to the terminal.
  public struct Redirection: Sendable, Equatable {
    /// The path as written, after expansion.
    public var path: String
    /// Whether `>>` was written.
    public var appends: Bool
    /// Where the path stands.
    public var span: SourceSpan

    /// Makes a redirection.
    public init(path: String, appends: Bool, span: SourceSpan) {
      self.path = path
      self.appends = appends
      self.span = span
    }
  }

  /// Makes a line.
  public init(words: [String], spans: [SourceSpan], redirection: Redirection? = nil) {
    self.words = words
    self.spans = spans
    self.redirection = redirection
  }
}

/// A mistake of the script that only running it shows.
public struct ScriptError: Error, Equatable, Sendable {
  /// What is wrong, in one line.
  public var message: String
  /// The argument or word to underline, counted from 0; nil underlines the whole call.
  public var argument: Int?
  /// What would be right, or how to raise a limit, in one line.
  public var hint: String?

  /// Makes an error.
  public init(_ message: String, argument: Int? = nil, hint: String? = nil) {
    self.message = message
    self.argument = argument
    self.hint = hint
  }
}

/// Thrown by a command when the process that it ran for is gone: execution goes on behind one of the open `process`
/// blocks, or the script ends when the process is `main`.
public struct BlockExit: Error, Equatable, Sendable {
  /// The block that is left with all blocks in it: how many blocks stay open.
  public var openBlocks: Int
  /// Its exit status as a shell reports it: 0…255, or 128 + the signal.
  public var status: Int32
  /// Whether the whole script ends with `status` (the process was `main`).
  public var endsScript: Bool

  /// Makes an exit.
  public init(openBlocks: Int, status: Int32, endsScript: Bool) {
    self.openBlocks = openBlocks
    self.status = status
    self.endsScript = endsScript
  }
}
