// pmap(1): the mappings of processes.

import LinuxMemory

extension ShellCommands {
  /// procps-ng's pmap.
  static let pmap = ShellCommand(
    name: "pmap", usage: "[options] PID [PID ...]", source: "pmap(1)",
    summary: "Prints the mappings of a process.",
    details: "-x adds resident and dirty memory, -q leaves header and total out, -p shows whole paths.",
    style: .synopsis,
    options: OptionTable(
      flags: "xqp", long: [("extended", "x"), ("quiet", "q"), ("show-path", "p")],
      notModelled: ["X", "d", "c", "C", "n", "N", "A", "device", "read-rc", "range", "V", "version"])
  ).entry { run in
    let options = try run.options()
    let words = options.operands
    guard !words.isEmpty else { throw run.command.usageFailure() }
    let machine = run.session.machine
    let table = PmapText(
      isExtended: options.has("x"), isQuiet: options.has("q"), showsPath: options.has("p"),
      addressDigits: machine.configuration.profile.wordSize * 2)
    for word in words {
      guard let number = Int32(word.text.hasPrefix("/proc/") ? String(word.text.dropFirst(6)) : word.text)
      else {
        throw run.command.usageFailure()
      }
      // A process that does not exist is passed over in silence.
      guard let process = machine.processes[ProcessID(number)] else {
        run.status = 42
        continue
      }
      run.print(
        table.text(
          process: String(number), commandLine: process.name, rows: process.pmapRows(on: machine)))
    }
  }
}
