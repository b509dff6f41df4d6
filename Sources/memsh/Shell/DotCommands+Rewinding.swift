// Going back and forth: .undo, .redo, .checkpoint, .restore, .branch, .history, .diff.

import MemScript
import ScriptLanguage

extension DotCommands {
  /// The commands that go back and forth between states.
  static let rewinding = [
    DotCommand(
      name: "undo", usage: "[N]", summary: "take back the last input that changed something",
      details: "An input that only looks is no step. N takes back several.",
      example: ".undo 3", counts: 0...1
    ) { shell, words throws(ShellError) in try shell.undo(words.first) },
    DotCommand(
      name: "redo", usage: "[N]", summary: "do again what .undo took back",
      counts: 0...1
    ) { shell, words throws(ShellError) in try shell.redo(words.first) },
    DotCommand(
      name: "checkpoint", usage: "[NAME]", summary: "give the present state a name, or list the names",
      example: ".checkpoint before", counts: 0...1, operands: [.state]
    ) { shell, words throws(ShellError) in try shell.checkpoint(words.first) },
    DotCommand(
      name: "restore", usage: "NAME", summary: "go back to a checkpoint; .undo leads back",
      counts: 1...1, operands: [.state]
    ) { shell, words throws(ShellError) in try shell.restore(words[0]) },
    DotCommand(
      name: "branch", usage: "[NAME [FROM]]", summary: "go on another way, and keep this one",
      details: "A new branch begins at the checkpoint FROM, at the checkpoint NAME, or here;\n"
        + "an old one goes on where it was left. Alone it lists the branches.",
      example: ".branch what-if before", counts: 0...2, operands: [.branch, .state]
    ) { shell, words throws(ShellError) in
      try shell.branch(words.first, from: words.count > 1 ? words[1] : nil)
    },
    DotCommand(
      name: "forget", usage: "NAME", summary: "let a checkpoint or a branch go",
      counts: 1...1, operands: [.state]
    ) { shell, words throws(ShellError) in
      guard shell.session.forgetState(words[0]) else {
        throw ShellError("there is no checkpoint and no other branch '\(words[0])'")
      }
    },
    DotCommand(
      name: "history", usage: "[N]", summary: "the last inputs, and what each one changed",
      counts: 0...1
    ) { shell, words throws(ShellError) in try shell.history(words.first) },
    DotCommand(
      name: "diff", usage: "[A [B]]", summary: "what differs between two states",
      details: "A state is a checkpoint, a branch, a number of .history (the state behind\n"
        + "it; 0 is the beginning) or 'now'. Alone it shows the last input's changes.",
      example: ".diff before now", counts: 0...2, operands: [.state]
    ) { shell, words throws(ShellError) in try shell.diff(words) },
  ]
}

extension Shell {
  private func count(_ word: String?, _ what: String) throws(ShellError) -> Int {
    guard let word else { return 1 }
    guard let count = Int(word), count > 0 else {
      throw ShellError("'\(word)' is not a number of inputs to \(what)")
    }
    return count
  }

  /// `.undo`.
  func undo(_ word: String?) throws(ShellError) {
    let wanted = try count(word, "take back")
    let report = session.undo(wanted)
    guard let last = report.inputs.last else {
      let reason = report.forgotten > 0 ? "; \(report.forgotten) older inputs are not kept" : ""
      return console.print("nothing to take back\(reason)\n")
    }
    var text =
      report.inputs.count == 1 ? "took back: \(last)" : "took back \(report.inputs.count) inputs, to: \(last)"
    if report.uncounted > 0 {
      text += ", and \(report.uncounted) after it for whose states there was no room"
    }
    if report.inputs.count < wanted {
      text += report.forgotten > 0 ? "; \(report.forgotten) older ones are not kept" : "; that was the first"
    }
    console.print(text + "\n")
  }

  /// `.redo`.
  func redo(_ word: String?) throws(ShellError) {
    let report = session.redo(try count(word, "do again"))
    guard let last = report.inputs.last else { return console.print("nothing to do again\n") }
    console.print(
      report.inputs.count == 1
        ? "did again: \(last)\n" : "did \(report.inputs.count) inputs again, up to: \(last)\n")
  }

  /// Throws for a name that `.diff` would take for something else.
  private func checkName(_ name: String) throws(ShellError) {
    let isPlain = name.allSatisfy { $0.isLetter || $0.isNumber || "_-.".contains($0) }
    guard Int(name) == nil, name != "now", isPlain, !name.isEmpty, name.utf8.count <= 64 else {
      throw ShellError("a state's name has letters, digits, '-', '_' and '.', and is no number and not 'now'")
    }
  }

  /// `.checkpoint`.
  func checkpoint(_ name: String?) throws(ShellError) {
    guard let name else {
      let names = session.checkpointNames
      return console.print(names.isEmpty ? "no checkpoint yet\n" : names.joined(separator: " ") + "\n")
    }
    try checkName(name)
    let isMoved = session.setCheckpoint(name)
    if isInteractive { console.print("checkpoint \(name)\(isMoved ? " is this state now" : "")\n") }
  }

  /// `.restore`.
  func restore(_ name: String) throws(ShellError) {
    guard session.restoreCheckpoint(name) else {
      throw ShellError(missing(name, among: session.checkpointNames))
    }
    tellOfLostInputs()
    if isInteractive { console.print("at the checkpoint \(name); '.undo' goes back\n") }
  }

  /// `.branch`.
  func branch(_ name: String?, from start: String?) throws(ShellError) {
    guard let name else {
      for branch in session.branchNames {
        console.print("\(branch == session.branchName ? "*" : " ") \(branch)\n")
      }
      return
    }
    try checkName(name)
    let isKnown = session.branchNames.contains(name)
    if isKnown, start != nil {
      throw ShellError("there is a branch \(name) already: '.branch \(name)' goes on with it")
    }
    var state: SessionSnapshot?
    if let start {
      state = try self.state(start)
    } else if !isKnown {
      state = session.checkpoint(name)
    }
    let left = session.branchName
    if left == name { return console.print("on \(name) already\n") }
    session.switchBranch(to: name, from: state)
    guard isInteractive else { return }
    let place = start.map { "at \($0)" } ?? (state == nil ? "here" : "at the checkpoint \(name)")
    console.print(
      isKnown
        ? "on \(name) again; \(left) is kept\n"
        : "a new branch \(name) begins \(place); \(left) is kept\(state == nil ? "" : ", and its inputs with it")\n"
    )
  }

  private func missing(_ name: String, among names: [String]) -> String {
    if names.isEmpty { return "there is no checkpoint yet; '.checkpoint NAME' makes one" }
    let hint =
      Suggestion.didYouMean(name, among: [names])?.hint ?? "there are \(names.joined(separator: ", "))"
    return "there is no state '\(name)'; \(hint)"
  }

  /// The state that a word of `.diff` means.
  private func state(_ word: String) throws(ShellError) -> SessionSnapshot {
    if word == "now" { return session.snapshot() }
    if let number = Int(word) {
      guard let state = session.state(afterStep: number) else {
        throw ShellError("there is no input \(number); '.history' numbers them")
      }
      return state
    }
    if let state = session.checkpoint(word) ?? session.branch(word) { return state }
    throw ShellError(missing(word, among: session.checkpointNames + session.branchNames + ["now"]))
  }

  /// `.diff`.
  func diff(_ words: [String]) throws(ShellError) {
    let steps = session.stepNumbers
    let first: SessionSnapshot
    if let word = words.first {
      first = try state(word)
    } else {
      guard !steps.isEmpty, let before = session.state(afterStep: steps.upperBound - 1) else {
        throw ShellError("nothing has changed yet")
      }
      first = before
    }
    let second = words.count > 1 ? try state(words[1]) : session.snapshot()
    let difference = MachineDifference(from: first.machine, to: second.machine)
    let variables = second.changedVariables(since: first)
    console.print(
      difference.isEmpty && !variables.isEmpty
        ? "" : MachineDifferenceText(difference, width: console.width).text)
    if !variables.isEmpty { console.print(wrapped("variables: " + variables.joined(separator: ", "))) }
  }

  /// `.history`.
  func history(_ word: String?) throws(ShellError) {
    let wanted = word == nil ? 20 : try count(word, "show")
    let steps = session.stepNumbers
    if steps.isEmpty { return console.print("nothing has changed yet\n") }
    let shown = steps.suffix(wanted)
    if shown.count < steps.count || steps.lowerBound > 1 {
      console.print("  ... \(shown.lowerBound - 1) earlier inputs\n")
    }
    for number in shown {
      guard let step = session.step(number) else { continue }
      console.print(wrapped("\(number)  \(step.title)", hanging: 6))
      let changes = step.changes.isEmpty ? "" : wrapped("      \(step.changes)", hanging: 6)
      console.print(changes)
    }
  }

  /// A line broken at the width of the terminal.
  func wrapped(_ line: String, hanging: Int = 4) -> String {
    Session.wrapped(line, width: console.width, hanging: hanging)
  }
}
