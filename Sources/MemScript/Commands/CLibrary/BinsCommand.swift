// bins: the free chunks of a process by the list they are on.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let bins = ShellCommand(
    name: "bins", usage: "[-a] [-p PID|NAME]", source: "",
    summary:
      "Shows the free chunks of the current process: tcache, fastbins, unsorted, small and large bins.",
    details:
      "Each chunk stands by the pointer that malloc would return for it; each thread has a tcache, each arena bins. Lists that are empty are left "
      + "out, long ones cut; -a names every chunk, -p chooses a process, also one that a signal ended. Top is in no list: 'heap' shows it.",
    style: .tryHelp, options: OptionTable(flags: "a", valued: "p", long: [("all", "a")]),
    worksAfterPanic: true
  ).entry { run in
    let options = try run.options()
    try run.refuseOperands(of: options)
    let (found, state) = try run.allocator(chosenBy: options)
    let names = ArenaNames(of: found.process, state)
    let text = BinsText(allocator: state, names: names, namesAll: options.has("a"))
      .text(mayGoOn: run.session.budget.spend)
    run.print(text.isEmpty ? "\(found.process.name) has no free chunk but top\n" : text)
  }
}
