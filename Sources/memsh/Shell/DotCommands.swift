// All commands to the shell, and how one is found by the beginning of its name.

import MemScript
import ScriptLanguage

/// The table of the shell's own commands.
enum DotCommands {
  /// Every command, in the order of help.
  static let all = basics + rewinding + looking + learning + files

  /// The names with their dots, sorted.
  static var names: [String] { all.map { "." + $0.name }.sorted() }

  /// Finds a command by its name, or by a beginning that no other name has.
  ///
  /// - Throws: `ShellError` that names what was meant.
  static func command(_ name: String) throws(ShellError) -> DotCommand {
    if let exact = all.first(where: { $0.name == name }) { return exact }
    if let other = synonyms[name], let command = all.first(where: { $0.name == other }) { return command }
    let found = name.isEmpty ? [] : all.filter { $0.name.hasPrefix(name) }
    if found.count == 1 { return found[0] }
    if found.count > 1 {
      throw ShellError("'.\(name)' may be \(found.map { "." + $0.name }.joined(separator: ", "))")
    }
    let hint = Suggestion.closest(to: name, among: [all.map(\.name)]).map { "did you mean '.\($0)'?" }
    throw ShellError("there is no '.\(name)'; \(hint ?? "'.help' lists what there is")")
  }

  /// Names that other shells have for the same.
  private static let synonyms = [
    "exit": "quit", "q": "quit", "load": "read", "source": "read", "man": "help", "?": "help", "h": "help",
    "examples": "example", "lesson": "tutorial", "n": "next", "u": "undo",
  ]

  /// What `.help` says about all of them.
  static var overview: String {
    var text = "  the shell itself: the beginning of a name is enough\n"
    for command in all {
      let head = ".\(command.name) \(command.usage)"
      text += "    \(head)\(String(repeating: " ", count: max(1, 22 - head.count)))\(command.summary)\n"
    }
    return text
  }

  /// What every shell has.
  private static let basics = [
    DotCommand(
      name: "help", usage: "[NAME]", summary: "tell what there is, or about one name",
      details: "NAME is a command, statement, setting, constant, file or dot command.\n"
        + "'help NAME', 'man NAME' and 'NAME?' do the same.",
      example: ".help mallopt", counts: 0...1, operands: [.topic]
    ) { shell, words throws(ShellError) in try shell.help(words.first) },
    DotCommand(
      name: "trace", usage: "[LEVEL]", summary: "what to tell of the layers: brief, normal, full or off",
      details: "brief: what changed, and what is surprising; normal: each step, equal ones\n"
        + "folded; full: every step; off: nothing. Alone it tells which one is on.",
      counts: 0...1, operands: [.words(["brief", "full", "normal", "off"])]
    ) { shell, words throws(ShellError) in try shell.setTrace(words.first) },
    DotCommand(
      name: "process", usage: "[NAME]", summary: "stay inside a process; main when none is named",
      details: "What is entered then acts in its name, as in 'process NAME { ... }'.",
      example: ".process web", counts: 0...1, operands: [.process]
    ) { shell, words throws(ShellError) in try shell.stay(in: words.first) },
    DotCommand(
      name: "timer", usage: "on|off", summary: "tell how long each input took",
      counts: 0...1, operands: [.words(["off", "on"])]
    ) { shell, words throws(ShellError) in
      shell.timer = try shell.onOff(words.first, "timer", now: shell.timer)
    },
    DotCommand(
      name: "pager", usage: "on|off", summary: "stop at each screenful of a terminal",
      details: "Space shows the next page, Return the next line, q drops the rest.",
      counts: 0...1, operands: [.words(["off", "on"])]
    ) { shell, words throws(ShellError) in
      shell.console.pages = try shell.onOff(words.first, "pager", now: shell.console.pages)
    },
    DotCommand(name: "quit", usage: "", summary: "leave, as Ctrl-D does") { shell, _ throws(ShellError) in
      shell.isLeaving = true
    },
  ]
}
