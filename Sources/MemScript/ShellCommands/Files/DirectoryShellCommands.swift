// cd and pwd: the current directory.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// bash's builtin cd.
  static let cd = ShellCommand(
    name: "cd", usage: "[dir]", source: "bash(1)",
    summary: "Changes the current directory within /proc and /sys.",
    details:
      "cd /proc/$NAME makes oom_adj and its like relative paths of that process. Without a directory it "
      + "goes to /.",
    style: .builtin, usageStatus: 2,
    options: OptionTable(flags: "LP", notModelled: ["e", "@"], stopsAtOperand: true)
  ).entry { run in
    let operands = try run.options().operands
    guard operands.count <= 1 else { throw ShellFailure("bash: cd: too many arguments") }
    guard let operand = operands.first else {
      run.session.workingDirectory = "/"
      return
    }
    if operand.text == "-" { throw ScriptError(notModelled: "cd -", argument: operand.index) }
    guard operand.text.utf8.count <= SimulatedPath.longest else {
      throw ShellFailure("bash: cd: \(operand.text): \(ErrorNumber.ENAMETOOLONG.message)")
    }
    let path = run.absolute(operand.text)
    switch run.session.place(at: path) {
    case .directory:
      run.session.workingDirectory = path
      return
    case .file, .stream: throw ShellFailure("bash: cd: \(operand.text): Not a directory")
    case .vacant, .reserved: break
    }
    switch run.files.node(at: path, on: run.session.machine) {
    case .directory?: run.session.workingDirectory = path
    case .file?: throw ShellFailure("bash: cd: \(operand.text): Not a directory")
    case nil: throw ShellFailure("bash: cd: \(operand.text): No such file or directory")
    }
  }

  /// bash's builtin pwd.
  static let pwd = ShellCommand(
    name: "pwd", usage: "[-LP]", source: "bash(1)", summary: "Prints the current directory.",
    style: .builtin, usageStatus: 2, options: OptionTable(flags: "LP", stopsAtOperand: true)
  ).entry { run in
    _ = try run.options()
    run.print(run.session.workingDirectory + "\n")
  }
}
