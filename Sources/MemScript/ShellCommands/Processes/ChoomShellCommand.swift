// choom(1): a process's OOM score and its adjustment.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// util-linux's choom.
  static let choom = ShellCommand(
    name: "choom", usage: "-p pid [-n number]", source: "choom(1)",
    summary: "Prints a process's OOM score and adjustment, or sets the adjustment.",
    details: "-n takes -1000 to 1000.",
    style: .tryHelp,
    options: OptionTable(
      flags: "", valued: "pn", long: [("pid", "p"), ("adjust", "n")], notModelled: ["V", "version"])
  ).entry { run in
    let options = try run.options()
    guard let pid = options.value("p") else {
      if options.operands.isEmpty { throw run.command.usageFailure("no PID or COMMAND specified") }
      throw ScriptError(notModelled: "starting a command with choom", argument: options.operands[0].index)
    }
    guard let number = Int32(pid.text) else {
      throw ShellFailure("choom: invalid PID argument: '\(pid.text)'")
    }
    if let extra = options.operands.first {
      throw run.command.usageFailure("invalid argument: \(extra.text)")
    }
    guard let adjustment = options.value("n") else {
      let score = try choomRead(&run, number, "oom_score", "OOM score value")
      run.print("pid \(number)'s current OOM score: \(score)\n")
      let current = try choomRead(&run, number, "oom_score_adj", "OOM score adjust value")
      run.print("pid \(number)'s current OOM score adjust value: \(current)\n")
      return
    }
    guard let value = Int64(adjustment.text) else {
      throw ShellFailure("choom: invalid adjust argument: '\(adjustment.text)'")
    }
    let old = try choomRead(&run, number, "oom_score_adj", "OOM score adjust value")
    do throws(ErrorNumber) {
      try run.files.write("\(value)", to: "/proc/\(number)/oom_score_adj", on: &run.session.machine)
    } catch {
      throw ShellFailure("choom: failed to set score adjust value: \(error.message)")
    }
    run.print("pid \(number)'s OOM score adjust value changed from \(old) to \(value)\n")
  }

  private static func choomRead(
    _ run: inout ShellRun, _ process: Int32, _ file: String, _ what: String
  ) throws -> Substring {
    do throws(ErrorNumber) {
      let text = try run.files.read("/proc/\(process)/\(file)", on: run.session.machine)
      return text.prefix { $0 != "\n" }
    } catch {
      throw ShellFailure("choom: failed to read \(what): \(error.message)")
    }
  }
}
