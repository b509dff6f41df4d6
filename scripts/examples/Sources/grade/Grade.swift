// Runs students' scripts under limits and says who solved the task, who did not, and why.
// Usage: grade TASK SCRIPT ...
// The task is a script of `expect`s that runs behind each student's script, in the same session.

import Foundation
import MemScript

@main
struct Grade {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count > 1 else {
      FileHandle.standardError.write(Data("usage: grade TASK SCRIPT ...\n".utf8))
      exit(2)
    }
    let task = try String(contentsOfFile: arguments[0], encoding: .utf8)
    for path in arguments.dropFirst() {
      let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
      print("\(name): \(try grade(try String(contentsOfFile: path, encoding: .utf8), task))")
    }
  }

  static func grade(_ script: String, _ task: String) throws -> String {
    let start = ContinuousClock.now
    let deadline = ScriptDeadline(.seconds(2)) { start.duration(to: .now) }
    let limits = ScriptLimits(
      steps: 200_000, heapBytes: 8 << 20, stateBytes: 64 << 20, outputBytes: 20_000, deadline: deadline)
    let session = try Session(limits: limits)

    // What a student's script may not do here.
    try session.addCommand("malloc_trim", ["pad"], replacing: true) { (_: UInt64?) throws -> Int in
      throw ScriptError("malloc_trim is not allowed in this exam")
    }
    if let failure = session.run(script, name: "script").failure { return "0/1 " + reason(failure) }
    if let failure = session.run(task, name: "task").failure { return "0/1 " + reason(failure) }
    return "1/1"
  }

  /// A failure in words that help a student.
  static func reason(_ failure: ScriptFailure) -> String {
    let place = failure.diagnostics.first.map { " (line \($0.location.line): \($0.message))" } ?? ""
    return switch failure.kind {
    case .syntax: "this is no script" + place
    case .name(let name): "nobody knows `\(name)`" + place
    case .limit(let limit, let allowed): "more than \(allowed) \(limit.rawValue)"
    case .expectation: "the task is not solved" + place
    case .notModelled(let what): "\(what) is not simulated"
    case .signal(let number): "killed by signal \(number)"
    case .panic(let words): "kernel panic: \(words)"
    default: failure.kind.code + place
    }
  }
}
