// pidof: the process IDs of a program.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// procps-ng's pidof.
  static let pidof = ShellCommand(
    name: "pidof", usage: "[-s] program [program ...]", source: "pidof(1)",
    summary: "Prints the IDs of the processes of a name, the newest first.",
    details:
      "-s prints only one of each name. The status is 1 when there is none. In a script $NAME is the ID.",
    style: .synopsis,
    options: OptionTable(
      flags: "s", long: [("single-shot", "s")],
      notModelled: [
        "c", "q", "w", "x", "o", "t", "S", "check-root", "with-workers", "quiet", "omit-pid", "lightweight",
        "separator",
      ])
  ).entry { run in
    let options = try run.options()
    guard !options.operands.isEmpty else { throw run.command.usageFailure() }
    let live = run.session.machine.processes.live
    let found = options.operands.flatMap { name -> [String] in
      guard run.session.budget.spend(run.session.machine.processes.count) else { return [] }
      let numbers = live.filter { $0.name == name.text }.map { String($0.id.rawValue) }.reversed()
      return options.has("s") ? Array(numbers.prefix(1)) : Array(numbers)
    }
    if found.isEmpty {
      run.status = 1
    } else {
      run.print(found.joined(separator: " ") + "\n")
    }
  }
}
