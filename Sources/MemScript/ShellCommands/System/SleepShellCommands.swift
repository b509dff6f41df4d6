// sleep and exit as a shell has them, for lists of commands.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// GNU sleep over the simulated clock.
  static let sleepCommand = ShellCommand(
    name: "sleep", usage: "NUMBER[smhd]...", source: "sleep(1)",
    summary: "Advances the simulated clock; no real time passes.", style: .tryHelp
  ).entry { run in
    guard !run.words.isEmpty else { throw run.command.usageFailure("missing operand") }
    for word in run.words {
      let factors: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
      let factor = word.last.flatMap { factors[$0] }
      let digits = factor == nil ? Substring(word) : word.dropLast()
      guard let number = Double(digits), number >= 0, number.isFinite else {
        throw run.command.usageFailure("invalid time interval ‘\(word)’")
      }
      let microseconds = (number * (factor ?? 1) * 1_000_000).rounded()
      guard microseconds < 9e18, let time = UInt64(exactly: microseconds),
        time <= UInt64(Int64.max) - min(run.session.machine.clock, UInt64(Int64.max))
      else { throw ScriptError("that is longer than the simulated clock can count", argument: 0) }
      run.session.machine.sleep(microseconds: time)
    }
  }

  /// bash's builtin exit: the current process ends.
  static let exitCommand = ShellCommand(
    name: "exit", usage: "[n]", source: "bash(1)",
    summary: "Ends the current process, and outside of any block the script, with a status.", style: .builtin,
    usageStatus: 2
  ).entry { run in
    let session = run.session
    var status = session.previousStatus
    if let word = run.words.first {
      guard let number = Int32(word) else {
        throw ShellFailure("bash: exit: \(word): numeric argument required", status: 2)
      }
      status = number
    }
    guard session.machine.isAlive(session.currentProcess) else {
      throw BlockExit(openBlocks: 0, status: status & 0xff, endsScript: true)
    }
    session.machine.exit(session.currentProcess, status: status & 0xff)
  }
}
