// The session as the language's host.

import LinuxMemory
import ScriptLanguage

/// Hands what the language asks for to its session, whose own interface stays free of it.
///
/// The reference is unsafe because each call of a script goes through it: the session owns the engine, which owns this,
/// and a run of the engine is always one of the session.
final class SessionHost: ScriptHost {
  private unowned(unsafe) let session: Session

  init(_ session: Session) { self.session = session }

  var signatures: [CommandSignature] { session.signatures }
  var constantNames: [String] { Constants.names }
  var variableNames: [String] { session.hostVariableNames }
  var wordBytes: Int { session.wordBytes }
  var shellStatus: Int32 {
    get { session.status }
    set { session.status = newValue }
  }

  func invoke(_ command: Int, _ arguments: borrowing CallArguments) throws -> ScriptValue {
    try session.invoke(command, arguments)
  }

  func invokeShell(_ command: Int, _ line: ShellLine) throws { try session.invokeShell(command, line) }

  func constant(named name: String) -> ScriptValue? { Constants.value(of: name) }

  func variable(named name: String) -> ScriptValue? { session.variable(named: name) }

  func setVariable(named name: String, to value: ScriptValue) throws {
    try session.setVariable(named: name, to: value)
  }

  func advice(for name: String) -> String? { Advice.text(for: name) }

  func shellCommandDidEnd() throws { try session.shellCommandDidEnd() }

  func beginCapture() { session.beginCapture() }

  func endCapture() -> String { session.endCapture() }

  func enterProcess(named name: String, in group: String?) throws {
    try session.enterProcess(named: name, in: group)
  }

  func enterThread(named name: String, stack: ScriptValue?) throws {
    try session.enterThread(named: name, stack: try stack.map(Self.stackSize))
  }

  /// The bytes of a stack that a script names.
  private static func stackSize(_ value: ScriptValue) throws -> Int64 {
    guard case .integer(let bytes) = value else {
      throw ScriptError("the size of a stack is a number of bytes, such as 256K")
    }
    return bytes
  }

  func enterHold() throws { try session.enterHold() }

  func leaveProcess() throws { try session.leaveProcess() }

  func applyMachine(_ settings: [MachineSetting]) throws { try session.applyMachine(settings) }

  func printLine(_ text: String) { session.output(.standard, text + "\n") }

  func show(_ value: ScriptValue, assignedTo name: String?) { session.show(value, assignedTo: name) }

  func statementWillRun(_ text: Substring, line: Int) -> StatementAction {
    session.statementWillRun(text, line: line)
  }

  func statementDidRun() -> StatementAction { session.statementDidRun() }

  func includedSource(at path: String, from includer: SourceText) throws -> SourceText {
    try session.includedSource(at: path, from: includer)
  }

  func expectationFailed(_ diagnostic: Diagnostic) { session.expectationFailed(diagnostic) }

  func expectationHeld(at location: SourceLocation) { session.expectationHeld(at: location) }

  func stateByteCount() -> Int { session.stateByteCount() }

  func compilerWarned(_ diagnostic: Diagnostic) { session.say(diagnostic) }
}
