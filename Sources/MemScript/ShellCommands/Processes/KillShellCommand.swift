// kill: signals to processes.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// bash's builtin kill.
  static let kill = ShellCommand(
    name: "kill", usage: "[-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]",
    source: "bash(1)", summary: "Sends a signal to processes.",
    details: "SIGTERM unless told otherwise, by name or number: kill -9 $NAME. -l names the signals.",
    style: .builtin, usageStatus: 2
  ).entry { run in
    var words = run.words[...]
    var signal: Int32 = 15
    if let first = words.first, first.hasPrefix("-"), first != "--" {
      words.removeFirst()
      switch first {
      case "-l", "-L":
        try listSignals(Array(words), &run)
        return
      case "-s", "-n":
        guard let name = words.popFirst() else {
          throw ShellFailure("bash: kill: \(first): option requires an argument", status: 1)
        }
        signal = try signalNumber(name)
      default: signal = try signalNumber(String(first.dropFirst()))
      }
    }
    if words.first == "--" { words.removeFirst() }
    guard !words.isEmpty else {
      throw ShellFailure("kill: usage: kill \(run.command.usage)", status: 2)
    }
    if (19...22).contains(signal) {
      throw ScriptError(notModelled: "stopping a process (SIG\(SignalNames.names[Int(signal) - 1]))")
    }
    for word in words {
      guard let number = Int32(word) else {
        run.complain(
          word.hasPrefix("%")
            ? "bash: kill: \(word): no such job"
            : "bash: kill: \(word): arguments must be process or job IDs")
        continue
      }
      send(signal, to: number, &run)
    }
  }

  private static func send(_ signal: Int32, to number: Int32, _ run: inout ShellRun) {
    let named = ProcessID(number)
    // The number of a thread leads to its process, as kill(2) finds it.
    let process = run.session.inspectMachine { $0.processes.owner(ofThread: named) } ?? named
    guard number > 0, run.session.machine.processes[process] != nil else {
      run.complain("bash: kill: (\(number)) - No such process")
      return
    }
    if case .failure(let error) = run.session.machine.kill(process, signal: signal) {
      run.complain("bash: kill: (\(number)) - \(error.message)")
    }
  }

  private static func signalNumber(_ text: String) throws(ShellFailure) -> Int32 {
    if let number = Int32(text), (0...64).contains(number) { return number }
    let name = text.uppercased()
    let plain = name.hasPrefix("SIG") ? String(name.dropFirst(3)) : name
    if let number = SignalNames.names.firstIndex(of: plain) { return Int32(number + 1) }
    throw ShellFailure("bash: kill: \(text): invalid signal specification")
  }

  private static func listSignals(_ words: [String], _ run: inout ShellRun) throws {
    guard !words.isEmpty else {
      run.print(SignalNames.table)
      return
    }
    for word in words {
      guard let number = Int(word) else {
        run.print("\(try signalNumber(word))\n")
        continue
      }
      // A status of a killed process names its signal too.
      let signal = number > 128 ? number - 128 : number
      guard SignalNames.names.indices.contains(signal - 1) else {
        throw ShellFailure("bash: kill: \(word): invalid signal specification")
      }
      run.print(SignalNames.names[signal - 1] + "\n")
    }
  }
}

/// The names of the signals without SIG (signal(7)); the real-time signals are left out.
enum SignalNames {
  /// By number, from 1.
  static let names = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
    "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
    "WINCH", "IO", "PWR", "SYS",
  ]

  /// What `kill -l` prints of them: five in a line.
  static var table: String {
    var text = ""
    for (index, name) in names.enumerated() {
      let isLast = (index + 1) % 5 == 0 || index == names.count - 1
      text += "\((index + 1).decimal(2))) SIG\(name)" + (isLast ? "\n" : "\t")
    }
    return text
  }
}
