// export and unset: the environment of the programs that are started.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// The one variable that programs of the simulated machine look at.
  private static let tunables = "GLIBC_TUNABLES"

  /// bash's builtin export.
  static let export = ShellCommand(
    name: "export", usage: "[name=value ...]", source: "bash(1)",
    summary: "Sets GLIBC_TUNABLES for the processes that are started from now on, or prints it.",
    details: "glibc reads the variable when a program starts: what runs already, main too, keeps its own; "
      + "'machine tunables=…' sets it for all. What glibc would ignore in silence is warned of. Other variables "
      + "are not modelled.",
    style: .builtin, usageStatus: 2, options: OptionTable(flags: "p", notModelled: ["f", "n"])
  ).entry { run in
    let operands = try run.options().operands
    if operands.isEmpty, let value = run.session.exportedTunables {
      run.print("declare -x \(tunables)=\"\(value)\"\n")
    }
    for operand in operands {
      let parts = operand.text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      try requireTunables(String(parts[0]), operand)
      guard parts.count == 2 else { continue }
      run.session.exportedTunables = String(parts[1])
      run.session.warnAboutTunables(String(parts[1]))
    }
  }

  /// bash's builtin unset.
  static let unset = ShellCommand(
    name: "unset", usage: "[name ...]", source: "bash(1)",
    summary: "Takes GLIBC_TUNABLES out of the environment of the processes that are started from now on.",
    style: .builtin, usageStatus: 2, options: OptionTable(flags: "v", notModelled: ["f", "n"])
  ).entry { run in
    for operand in try run.options().operands {
      try requireTunables(operand.text, operand)
      run.session.exportedTunables = nil
    }
  }

  private static func requireTunables(_ name: String, _ word: ShellWord) throws(ScriptError) {
    guard name != tunables else { return }
    throw ScriptError(
      "the variable '\(name)' is not modelled", argument: word.index,
      hint: "programs of this machine look at \(tunables) only")
  }
}
