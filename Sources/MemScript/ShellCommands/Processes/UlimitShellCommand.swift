// ulimit: the limits of the current process.

import LinuxMemory

extension ShellCommands {
  /// bash's builtin ulimit.
  static let ulimit = ShellCommand(
    name: "ulimit", usage: "[-SHabcdefiklmnpqrstuvxPRT] [limit]", source: "bash(1)",
    summary: "Prints or sets the limits of the current process.",
    details:
      "-v address space, -d data, -s stack, -l locked memory, -m resident memory, all in KiB, or unlimited. "
      + "-a prints all, -S means the soft and -H the hard limit; a new value sets both unless told otherwise.",
    style: .builtin, usageStatus: 2,
    options: OptionTable(
      flags: "SHa" + String(UlimitEntry.all.map(\.letter)), notModelled: ["b", "k", "P", "T"],
      stopsAtOperand: true)
  ).entry { run in
    let options = try run.options()
    let usesHard = options.has("H") && !options.has("S")
    if options.has("a") {
      for entry in UlimitEntry.all { run.print(entry.line(run.limitText(entry, hard: usesHard))) }
      return
    }
    var chosen = options.options.compactMap { option in UlimitEntry.all.first { $0.letter == option.letter } }
    if chosen.isEmpty { chosen = UlimitEntry.all.filter { $0.letter == "f" } }
    guard let value = options.operands.first else {
      for entry in chosen {
        let text = run.limitText(entry, hard: usesHard)
        run.print(chosen.count == 1 ? "\(text)\n" : entry.line(text))
      }
      return
    }
    guard options.operands.count == 1 else { throw ShellFailure("bash: ulimit: too many arguments") }
    for entry in chosen {
      try run.setLimit(
        entry, to: value.text, soft: options.has("S") || !options.has("H"),
        hard: options.has("H") || !options.has("S"))
    }
  }
}

extension ShellRun {
  /// A limit of the current process in the unit that bash shows.
  fileprivate func limitText(_ entry: UlimitEntry, hard: Bool) -> String {
    guard let resource = entry.resource else { return "8" }
    guard let process = session.machine.processes[session.currentProcess] else { return "unlimited" }
    let limit = process.limits[resource]
    let value = hard ? limit.hard : limit.soft
    return value == ResourceLimit.unlimited ? "unlimited" : String(value / entry.scale)
  }

  fileprivate mutating func setLimit(_ entry: UlimitEntry, to text: String, soft: Bool, hard: Bool) throws {
    guard let resource = entry.resource,
      let process = session.machine.processes[session.currentProcess]
    else { throw ShellFailure("bash: ulimit: \(entry.name): cannot modify limit: Invalid argument") }
    var limit = process.limits[resource]
    let value: UInt64
    switch text {
    case "unlimited": value = ResourceLimit.unlimited
    case "soft": value = limit.soft
    case "hard": value = limit.hard
    default:
      guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        throw ShellFailure("bash: ulimit: \(text): invalid number")
      }
      guard let number = UInt64(text),
        case (let bytes, let overflow) = number.multipliedReportingOverflow(by: entry.scale),
        !overflow
      else { throw ShellFailure("bash: ulimit: \(text): limit out of range") }
      value = bytes
    }
    if soft { limit.soft = value }
    if hard { limit.hard = value }
    let result = session.machine.setrlimit(resource, to: limit, in: session.currentProcess)
    if case .failure(let error) = result {
      throw ShellFailure("bash: ulimit: \(entry.name): cannot modify limit: \(error.message)")
    }
  }
}
