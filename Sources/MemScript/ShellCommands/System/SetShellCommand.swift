// set: the shell's own settings.

import ScriptLanguage

extension ShellCommands {
  /// bash's builtin set, as far as its settings mean anything here.
  static let set = ShellCommand(
    name: "set", usage: "[-e] [-u] [-o pipefail] [+e] [+o pipefail]", source: "bash(1)",
    summary: "Changes the shell's settings.",
    details:
      "-e ends a script when a command fails whose status nobody looks at; -o pipefail lets a pipeline fail when any of "
      + "its commands does; -u is always on, as unknown names are errors; +e and +o turn them off.",
    style: .builtin, usageStatus: 2
  ).entry { run in
    var words = run.words[...]
    while let word = words.popFirst() {
      guard let sign = word.first, sign == "-" || sign == "+", word.utf8.count > 1 else {
        throw ScriptError(
          "`set` with words is not modelled: scripts have no arguments",
          kind: .notModelled("set with words"),
          hint: "write `x = \"\(word)\"` for a variable")
      }
      for letter in word.dropFirst() {
        switch letter {
        case "e": run.session.shellSettings.exitsOnFailure = sign == "-"
        case "u": break
        case "x", "v":
          throw ScriptError(
            notModelled: "`set -\(letter)`",
            hint: "`memsh --trace` and `.trace on` show what each statement does")
        case "o": try setOption(words.popFirst(), isOn: sign == "-", &run)
        default:
          throw ShellFailure(
            "bash: set: \(sign)\(letter): invalid option\nset: usage: set \(run.command.usage)", status: 2)
        }
      }
    }
  }

  private static func setOption(_ name: String?, isOn: Bool, _ run: inout ShellRun) throws {
    switch name {
    case "pipefail": run.session.shellSettings.failsWithAnyStage = isOn
    case "errexit": run.session.shellSettings.exitsOnFailure = isOn
    case "nounset": break
    case nil:
      let settings = run.session.shellSettings
      run.print("errexit        \t\(settings.exitsOnFailure ? "on" : "off")\n")
      run.print("pipefail       \t\(settings.failsWithAnyStage ? "on" : "off")\n")
    case let name?:
      throw ScriptError(notModelled: "`set -o \(name)`", hint: "there are errexit, nounset and pipefail")
    }
  }
}
