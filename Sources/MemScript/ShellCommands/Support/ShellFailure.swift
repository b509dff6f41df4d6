// The failure of a shell command: what it prints and its exit status.

/// Thrown by a shell command that ends with an error as on Linux: not a mistake of the script.
struct ShellFailure: Error, Equatable {
  /// What goes to standard error, each line with its newline.
  var text: String
  /// The exit status, 1…255.
  var status: Int32
  /// What may have been meant, said behind it on a terminal.
  var hint: String?

  /// Makes a failure from one line without its newline.
  init(_ line: String, status: Int32 = 1, hint: String? = nil) {
    self.text = line + "\n"
    self.status = status
    self.hint = hint
  }
}

/// Whose manners a command has when it is used wrongly.
enum UsageStyle: Sendable {
  /// GNU coreutils and util-linux: one line and a pointer to `--help`.
  case tryHelp
  /// procps-ng: one line and the synopsis.
  case synopsis
  /// A builtin of bash, whose errors carry the shell's name.
  case builtin

  /// The failure for a wrong use.
  ///
  /// - Parameters:
  ///   - problem: such as `invalid option -- 'q'`; nil where the tool prints its synopsis only.
  ///   - command: the command's name.
  ///   - usage: its synopsis without the name.
  ///   - status: the exit status.
  func failure(_ problem: String?, command: String, usage: String, status: Int32) -> ShellFailure {
    let line = problem.map { "\(command): \($0)\n" } ?? ""
    switch self {
    case .tryHelp:
      return ShellFailure("\(line)Try '\(command) --help' for more information.", status: status)
    case .synopsis:
      return ShellFailure(
        "\(line)\nUsage:\n \(command) \(usage)\n\nFor more details see \(command)(1).", status: status)
    case .builtin:
      let shellLine = line.isEmpty ? "" : "bash: \(line)"
      return ShellFailure("\(shellLine)\(command): usage: \(command) \(usage)", status: status)
    }
  }
}
