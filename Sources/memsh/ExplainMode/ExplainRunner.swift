// Carrying out `memsh explain`.

import Glibc
import MemScript

/// Reads logs and prints what the kernel's reports in them mean.
struct ExplainRunner {
  private let explain: Invocation.Explain
  private let console: Console

  /// Prepares.
  init(_ explain: Invocation.Explain, console: Console) {
    self.explain = explain
    self.console = console
  }

  /// Prints what was asked for.
  ///
  /// - Returns: the exit status.
  func run() throws -> Int32 {
    var count = 0
    var page = ExplanationPage()
    for path in explain.files {
      try LogFile.explain(path) { explanation in
        count += 1
        guard explain.number.map({ $0 == count }) ?? true else { return }
        if explain.output == .page {
          page.add(explanation, from: explain.files.count > 1 ? path : "")
        } else {
          print(explanation, of: path, isFirst: count == 1)
        }
      }
    }
    if explain.output == .page { console.print(page.html) }
    if try isAnswered(count) { return ExitStatus.success }
    return explain.output == .json ? ExitStatus.success : ExitStatus.failure
  }

  /// A script that leads to the state of one report; nil, and a message, where there is none.
  func script() throws -> String? {
    var count = 0
    var script: String?
    for path in explain.files {
      try LogFile.explain(path) { explanation in
        count += 1
        let isWanted = explain.number.map { $0 == count } ?? (script == nil || explanation.hasTasks)
        if isWanted { script = explanation.script }
      }
    }
    return try isAnswered(count) ? script : nil
  }

  /// Whether there is what was asked for; says what there is where not.
  private func isAnswered(_ count: Int) throws -> Bool {
    let names = explain.files.map { $0 == ScriptFile.standardInput ? "standard input" : $0 }
    let place = names.joined(separator: ", ")
    if let number = explain.number, number > count, count > 0 {
      throw UsageError(
        "there \(count == 1 ? "is 1 report" : "are \(count) reports") in \(place), not \(number)")
    }
    if count == 0, explain.output != .json {
      console.printError("memsh: no report of the kernel about memory in \(place)\n")
    }
    return count > 0
  }

  private func print(_ explanation: ReportExplanation, of path: String, isFirst: Bool) {
    if explain.output == .json {
      console.print(explanation.json.text + "\n")
      return
    }
    let name = explain.files.count > 1 ? path : ""
    let width = (TerminalSize(of: STDOUT_FILENO) ?? .usual).columns
    console.print(
      (isFirst || explain.number != nil ? "" : "\n")
        + explanation.text(width: min(width, 100), source: name))
  }
}
