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
      let before = count
      defer {
        if count == before, explain.files.count > 1 { console.printError("memsh: no report in \(path)\n") }
      }
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
    var introduction = ""
    for path in explain.files {
      try LogFile.explain(path) { explanation in
        count += 1
        let isWanted = explain.number.map { $0 == count } ?? (script == nil || explanation.hasTasks)
        guard isWanted else { return }
        script = explanation.script
        let width = min((TerminalSize(of: STDOUT_FILENO) ?? .usual).columns, 100)
        introduction = explanation.introduction(
          number: count, source: explain.files.count > 1 ? path : "", width: width)
      }
    }
    guard try isAnswered(count) else { return nil }
    if explain.output == .shell { console.print(introduction) }
    return script
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
      console.printError(
        "memsh: no report of the kernel about memory in \(place); it may stand in the log of another boot "
          + "(journalctl -k -b -1), in a rotated file, or where only root may read (sudo dmesg)\n")
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
