// Values between a host and its scripts: expressions, functions, variables, files of the simulated system.

import LinuxMemory
import ScriptLanguage

extension Session {
  /// Runs a text for its value: that of an expression, of the last statement where that is one, or what it assigns.
  ///
  /// What the text prints goes to the session's output; what is wrong is thrown and not said there.
  ///
  /// - Parameters:
  ///   - text: an expression, or statements.
  ///   - name: what diagnostics call it.
  /// - Returns: the value; `.null` where the last statement has none.
  /// - Throws: `ScriptFailure` for anything but a run to its end.
  @discardableResult
  public func evaluate(_ text: String, name: String = "expression") throws(ScriptFailure) -> ScriptValue {
    try value { engine.evaluate(SourceText(name: name, text: text)) }
  }

  /// Runs a text for its value as a type of Swift.
  ///
  /// - Throws: `ScriptFailure` for anything but a run to its end, `DecodingError` for a value that does not fit.
  public func evaluate<Result: Decodable>(
    _ text: String, as type: Result.Type, name: String = "expression"
  ) throws -> Result {
    try evaluate(text, name: name).decoded(as: type)
  }

  /// Calls a function that a script has defined.
  ///
  /// - Parameters:
  ///   - function: its name.
  ///   - arguments: its arguments; those with a value of their own may be left out.
  /// - Returns: what it returned; `.null` when it returned nothing.
  /// - Throws: `ScriptFailure`, of the kind `name` for an unknown function, `type` for a wrong number of arguments.
  @discardableResult
  public func call(_ function: String, arguments: [ScriptValue] = []) throws(ScriptFailure) -> ScriptValue {
    try value { engine.call(function, arguments) }
  }

  /// Calls a function that a script has defined, for a value of a type of Swift.
  ///
  /// - Throws: as ``call(_:arguments:)``, and `DecodingError` for a value that does not fit.
  public func call<Result: Decodable>(
    _ function: String, arguments: [ScriptValue] = [], as type: Result.Type
  ) throws -> Result {
    try call(function, arguments: arguments).decoded(as: type)
  }

  private func value(
    _ body: () -> (outcome: RunOutcome, value: ScriptValue)
  ) throws(ScriptFailure) -> ScriptValue {
    let isNested = engine.isRunning || engine.isPaused
    if !isNested {
      takeOverBareMachine()
      isInteractiveRun = false
      keepsStories = false
      toleratesDeadMain = false
      saidExpectations = 0
      isPanicSeen = false
      isPanicSaid = machine.isHalted
      noteEndings()
      if homeName != nil { returnFromDeadHome() }
    }
    isEvaluating = !isNested
    let (outcome, value) = isNested ? body() : charging(body)
    isEvaluating = false
    if !isNested { leaveAllBlocks() }
    switch outcome {
    case .finished: return value
    case .failed(let failure): throw failure
    case .exited(let status): throw ScriptFailure(kind: .exit(status))
    case .paused: throw ScriptFailure(kind: .cancelled)
    }
  }

  // MARK: Variables

  /// The value of a script's variable.
  ///
  /// - Returns: nil when it has none.
  /// - Throws: `ScriptError` for a list that contains itself or is too large to be copied.
  public func value(of variable: String) throws -> ScriptValue? { try engine.value(ofGlobal: variable) }

  /// The value of a script's variable as a type of Swift.
  ///
  /// - Returns: nil when it has none.
  /// - Throws: as ``value(of:)``, and `DecodingError` for a value that does not fit.
  public func value<Result: Decodable>(of variable: String, as type: Result.Type) throws -> Result? {
    try value(of: variable)?.decoded(as: type)
  }

  /// Gives a script's variable a value, which is new or replaces the old one.
  ///
  /// - Throws: `ScriptError` for a name that no variable can have, for a constant of `#define`, for a value that a
  ///   declared C type cannot hold, and while a script runs.
  public func setValue(_ value: ScriptValue, of variable: String) throws {
    guard names.identifier(of: variable) == nil else {
      throw ScriptError("`\(variable)` is the name of a process", kind: .name(variable))
    }
    try engine.setGlobal(variable, to: value)
  }

  /// Gives a script's variable a value of a type of Swift: structures become maps.
  ///
  /// - Throws: as ``setValue(_:of:)-(ScriptValue,_)``, and what the value throws that refuses to be encoded.
  public func setValue(_ value: some Encodable, of variable: String) throws {
    try setValue(try ScriptValue(encoding: value), of: variable)
  }

  /// The names of all variables that have a value, sorted.
  public var variableNames: [String] { engine.globalNames }

  /// The names of all functions that scripts have defined, sorted.
  public var functionNames: [String] { engine.functionNames }

  // MARK: Files

  /// What a file of the simulated system holds, as the acting process reads it: `/proc/meminfo`, `/proc/self/status`,
  /// `/sys/kernel/slab/dentry/objects`, or a file that a script wrote.
  ///
  /// - Parameter path: absolute, or relative to the script's current directory.
  /// - Throws: `ErrorNumber` as open(2) and read(2) do.
  public func contents(ofFile path: String) throws(ErrorNumber) -> String {
    let path = absolutePath(path)
    do {
      return try ProcFileSystem(actor: shellProcess).read(path, on: machine)
    } catch ErrorNumber.ENOENT {
      guard let bytes = machine.contents(of: path) else { throw .ENOENT }
      return String(decoding: bytes, as: UTF8.self)
    } catch {
      throw error
    }
  }
}

extension Session {
  /// A path of the machine's files from the root on.
  func absolutePath(_ path: String) -> String { SimulatedPath.absolute(path, from: workingDirectory) }
}
