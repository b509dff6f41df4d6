// A host with a few commands that writes down everything it is asked to do.

@testable import ScriptLanguage

/// Records what a script does, one line per event.
final class RecordingHost: ScriptHost {
  let signatures: [CommandSignature] = [
    CommandSignature(name: "malloc", style: .call, parameters: [.init("size", .integer)]),
    CommandSignature(name: "free", style: .call, parameters: [.init("ptr", .pointer)]),
    CommandSignature(
      name: "write", style: .call,
      parameters: [.init("p", .pointer), .init("length", .integer, optional: true)]),
    CommandSignature(name: "fork", style: .call, parameters: [.init("name", .string)]),
    CommandSignature(
      name: "mallopt", style: .call, parameters: [.init("param", .integer), .init("value", .integer)]),
    CommandSignature(name: "die", style: .call, parameters: [.init("name", .string)]),
    CommandSignature(name: "exit", style: .call, parameters: [.init("status", .integer, optional: true)]),
    CommandSignature(name: "echoed", style: .call, parameters: [.init("value", .any)]),
    CommandSignature(name: "nop", style: .call, parameters: [.init("x", .integer, optional: true)]),
    CommandSignature(name: "free", style: .shell),
    CommandSignature(name: "echo", style: .shell),
    CommandSignature(name: "cat", style: .shell),
    CommandSignature(name: "kill", style: .shell),
    CommandSignature(name: "swapoff", style: .shell),
  ]

  var lines: [String] = []
  var variables: [String: ScriptValue] = ["status": .integer(0), "errno": .integer(0)]
  var files: [String: String] = [:]
  /// The processes whose blocks are open, the outermost first.
  var open: [String] = []
  var interruptAfter: (calls: Int, flag: InterruptFlag)?

  func invoke(_ command: Int, _ arguments: borrowing CallArguments) throws -> ScriptValue {
    let name = signatures[command].name
    switch name {
    case "nop":
      if let (calls, flag) = interruptAfter {
        if calls == 0 { flag.request() }
        interruptAfter = (calls - 1, flag)
      }
      return .integer(try arguments.integer(0))
    case "malloc":
      let size = try arguments.size(0)
      lines.append("malloc(\(size))")
      return size > 1 << 46 ? .pointer(0) : .pointer(0x5000)
    case "free":
      lines.append("free(\(try arguments.address(0)))")
      return .null
    case "write":
      lines.append(
        "write(\(try arguments.address(0)), \(arguments.isPresent(1) ? "\(try arguments.size(1))" : "-"))")
      return .null
    case "fork":
      variables[try arguments.string(0)] = .integer(42)
      return .integer(42)
    case "die":
      variables["status"] = .integer(137)
      let name = try arguments.string(0)
      throw BlockExit(openBlocks: open.lastIndex(of: name) ?? -1, status: 137, endsScript: false)
    case "exit":
      throw BlockExit(
        openBlocks: 0, status: Int32(truncatingIfNeeded: try arguments.integer(0)), endsScript: true)
    case "echoed": return try arguments.value(0)
    default:
      lines.append("\(name)(\((0..<arguments.count).map { "\(arguments[$0])" }.joined(separator: ", ")))")
      return .integer(1)
    }
  }

  func invokeShell(_ command: Int, _ line: ShellLine) throws {
    var text = "$ " + ([signatures[command].name] + line.words.map { "<\($0)>" }).joined(separator: " ")
    for redirection in line.redirections {
      text += (redirection.kind == .appendedOutput ? " >> " : " > ") + redirection.path
    }
    lines.append(text)
  }

  func constant(named name: String) -> ScriptValue? {
    ["M_TRIM_THRESHOLD": .integer(-1), "MCL_CURRENT": .integer(1), "MCL_FUTURE": .integer(2)][name]
  }

  var constantNames: [String] { ["MCL_CURRENT", "MCL_FUTURE", "M_TRIM_THRESHOLD"] }
  func variable(named name: String) -> ScriptValue? { variables[name] }
  var variableNames: [String] { variables.keys.sorted() }

  func enterProcess(named name: String, in group: String?) throws {
    variables[name] = .integer(100)
    lines.append("enter \(name)" + (group.map { " in \($0)" } ?? ""))
    open.append(name)
  }

  func leaveProcess() {
    lines.append("leave")
    open.removeLast()
  }
  func applyMachine(_ settings: [MachineSetting]) throws {
    lines.append(
      "machine " + settings.map { "\($0.key)=\($0.value.elementDescription)" }.joined(separator: " "))
  }
  func printLine(_ text: String) { lines.append(text) }
  func show(_ value: ScriptValue, assignedTo name: String?) {
    lines.append((name.map { "\($0) = " } ?? "") + "\(value)")
  }
  /// What is wanted before and after statements, the first first; nothing when it is empty.
  var actions: [StatementAction] = []

  func statementWillRun(_ text: Substring, line: Int) -> StatementAction {
    lines.append("[\(line) \(text)")
    return actions.isEmpty ? .proceed : actions.removeFirst()
  }

  func statementDidRun() -> StatementAction {
    lines.append("]")
    return actions.isEmpty ? .proceed : actions.removeFirst()
  }

  func includedSource(at path: String, from includer: SourceText) throws -> SourceText {
    guard let text = files[path] else { throw ScriptError("there is no file `\(path)`") }
    return SourceText(name: path, text: text)
  }
}

/// An engine with its recording host.
struct Session {
  let host = RecordingHost()
  let engine: ScriptEngine

  init(limits: ScriptLimits = ScriptLimits()) { engine = ScriptEngine(host: host, limits: limits) }

  @discardableResult
  func run(_ text: String, interactive: Bool = false, marks: StatementMarks = .none) -> RunOutcome {
    engine.run(
      SourceText(name: "t.mem", text: text), options: .init(marks: marks, isInteractive: interactive))
  }

  /// The lines of a script that must run to its end; its diagnostics otherwise.
  func lines(_ text: String) -> [String] {
    host.lines = []
    switch run(text) {
    case .finished: return host.lines
    case .interrupted: return host.lines + ["interrupted"]
    case .failed(let failure):
      return host.lines
        + failure.diagnostics.map { "\($0.location.line):\($0.location.column) \($0.message)" }
    case .exited(let status): return host.lines + ["exited \(status)"]
    case .paused: return host.lines + ["paused"]
    }
  }

  /// The messages of a script that must fail, each with its place.
  func messages(_ text: String) -> [String] {
    guard let diagnostics = run(text).failure?.diagnostics else { return [] }
    return diagnostics.map { "\($0.location.line):\($0.location.column) \($0.message)" }
  }
}
