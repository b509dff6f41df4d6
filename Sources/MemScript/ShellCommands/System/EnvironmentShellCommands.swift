// export and unset: the environment of the programs that are started.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// bash's builtin export.
  static let export = ShellCommand(
    name: "export", usage: "[name=value ...]", source: "bash(1)",
    summary: "Sets GLIBC_TUNABLES or an older variable such as MALLOC_TOP_PAD_ for the processes that are "
      + "started from now on, or prints what is set.",
    details: "glibc reads them when a program starts: what runs already, main too, keeps its own; "
      + "'machine tunables=...' sets GLIBC_TUNABLES for all. What glibc would ignore in silence is warned of. "
      + "Other variables are not modelled.",
    style: .builtin, usageStatus: 2, options: OptionTable(flags: "p", notModelled: ["f", "n"])
  ).entry { run in
    let operands = try run.options().operands
    if operands.isEmpty {
      for variable in run.session.exportedVariables.list.sorted(by: { $0.name < $1.name }) {
        run.print("declare -x \(variable.name)=\"\(variable.value)\"\n")
      }
    }
    for operand in operands {
      let parts = operand.text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      try requireModelled(name, operand)
      guard parts.count == 2 else { continue }
      run.session.exportedVariables.set(name, to: String(parts[1]))
      run.session.warnAboutTunables(String(parts[1]), in: name)
    }
  }

  /// bash's builtin unset.
  static let unset = ShellCommand(
    name: "unset", usage: "[name ...]", source: "bash(1)",
    summary: "Takes variables out of the environment of the processes that are started from now on.",
    style: .builtin, usageStatus: 2, options: OptionTable(flags: "v", notModelled: ["f", "n"])
  ).entry { run in
    for operand in try run.options().operands {
      try requireModelled(operand.text, operand)
      run.session.exportedVariables.remove(operand.text)
    }
  }

  private static func requireModelled(_ name: String, _ word: ShellWord) throws(ScriptError) {
    guard !MallocTunables.variables.contains(name) else { return }
    throw ScriptError(
      notModelled: "the variable '\(name)'", argument: word.index,
      hint: "a variable of the script is `\(name.prefix(40)) = ...`; programs of this machine look at "
        + MallocTunables.variables.joined(separator: ", "))
  }
}
