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
  func invoke(_ command: Int, _ arguments: borrowing CallArguments) throws -> ScriptValue

  /// Runs a shell command; what it prints goes to the host's own output.
  ///
  /// - Throws: as `invoke`.
  func invokeShell(_ command: Int, _ line: ShellLine) throws

  /// The value of a constant such as `M_TRIM_THRESHOLD`, or nil. Asked once per use, at compile time.
  func constant(named name: String) -> ScriptValue?

  /// The names of all constants, for suggestions and completion, sorted.
  var constantNames: [String] { get }

  /// The current value of a name that the host keeps (`status`, `errno`, a process's PID), or nil.
  func variable(named name: String) -> ScriptValue?

  /// The names for which `variable(named:)` may answer, for suggestions and completion, sorted.
  var variableNames: [String] { get }

  /// Gives a value to a name that the host keeps, such as `errno`.
  ///
  /// - Throws: `ScriptError` when it cannot be assigned. By default nothing can.
  func setVariable(named name: String, to value: ScriptValue) throws

  /// What to write instead of a command or function that there is not, such as `top`; nil when the host does not know
  /// the name. Knows none by default.
  func advice(for name: String) -> String?

  /// The bytes of a pointer and of C's `long` on the present machine: 8, or 4. 8 by default.
  var wordBytes: Int { get }

  /// The status with which the last shell command ended, 0…255. Always 0 by default.
  var shellStatus: Int32 { get set }

  /// Told that a shell command, or a list of them, has ended as a statement of its own, so that a failure may end the
  /// script.
  ///
  /// - Throws: `BlockExit` to end it. Does nothing by default.
  func shellCommandDidEnd() throws

  /// Keeps what is printed from now on, until `endCapture`; captures nest. Keeps nothing by default.
  func beginCapture()

  /// Ends the innermost capture.
  ///
  /// - Returns: what was printed meanwhile.
  func endCapture() -> String

  /// Enters `process NAME {` or `process NAME in "GROUP" {`.
  ///
  /// - Parameters:
  ///   - name: the process's name in scripts.
  ///   - group: the directory of a control group; nil where none is named.
  func enterProcess(named name: String, in group: String?) throws

  /// Enters `thread NAME {` or `thread NAME stack=SIZE {`. A host without threads refuses, as it does by default.
  ///
  /// - Parameters:
  ///   - name: the thread's name in scripts.
  ///   - stack: the size of its stack; nil where none is said.
  func enterThread(named name: String, stack: ScriptValue?) throws

  /// Enters `holding arena {`. A host without threads refuses, as it does by default.
  func enterHold() throws

  /// Leaves the innermost block of a process, of a thread or of a hold, also when its process died in it.
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
  func show(_ value: ScriptValue, assignedTo name: String?)

  /// Told before a statement, when statement marks are compiled in (see `ScriptEngine.Options`).
  ///
  /// - Returns: whether the run goes on, ends or is paused before it.
  func statementWillRun(_ text: Substring, line: Int) -> StatementAction

  /// Told after that statement, also when it failed.
  ///
  /// - Returns: whether the run goes on, ends or is paused behind it; not asked where it ends anyway.
  func statementDidRun() -> StatementAction

  /// The text of an included file.
  ///
  /// - Throws: `ScriptError` when the host does not allow it or cannot read it.
  func includedSource(at path: String, from includer: SourceText) throws -> SourceText

  /// Told of a failed `expect` when it happens, so that the message can stand at its place in the output; the
  /// outcome of the run holds it again. Does nothing by default.
  func expectationFailed(_ diagnostic: Diagnostic)

  /// Told of an `expect` that held, when `RunOptions.tellsExpectations` asks for it. Does nothing by default.
  func expectationHeld(at location: SourceLocation)

  /// About how many bytes the host keeps for the script, which ``ScriptLimits/stateBytes`` bounds; asked now and
  /// then between commands. The host may let go of what it can do without first. 0 by default.
  func stateByteCount() -> Int

  /// Told of warnings of the compiler before the first statement runs. Does nothing by default.
  func compilerWarned(_ diagnostic: Diagnostic)
}

extension ScriptHost {
  /// Nothing can be assigned.
  public func setVariable(named name: String, to value: ScriptValue) throws {
    throw ScriptError("`\(name)` is set by the commands and cannot be assigned", kind: .name(name))
  }

  /// There are no threads.
  public func enterThread(named name: String, stack: ScriptValue?) throws {
    throw ScriptError("there are no threads here")
  }

  /// There are no threads.
  public func enterHold() throws { throw ScriptError("there are no threads here") }

  /// No name is known.
  public func advice(for name: String) -> String? { nil }

  /// Those of a machine with 64 bits.
  public var wordBytes: Int { 8 }

  /// Success.
  public var shellStatus: Int32 {
    get { 0 }
    set {}
  }

  /// The script goes on.
  public func shellCommandDidEnd() throws {}

  /// Keeps nothing.
  public func beginCapture() {}

  /// Nothing was kept.
  public func endCapture() -> String { "" }

  /// Nothing is kept.
  public func stateByteCount() -> Int { 0 }

  /// Does nothing.
  public func expectationHeld(at location: SourceLocation) {}

  /// Does nothing: the outcome of the run holds the diagnostic.
  public func expectationFailed(_ diagnostic: Diagnostic) {}

  /// Does nothing.
  public func compilerWarned(_ diagnostic: Diagnostic) {}
}
