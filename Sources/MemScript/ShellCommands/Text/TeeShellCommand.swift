// tee: its input to files and on.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// GNU tee.
  static let tee = ShellCommand(
    name: "tee", usage: "[-a] [FILE]...", source: "tee(1)",
    summary: "Writes its input to files and to its output.", details: "-a appends to the files.",
    style: .tryHelp,
    options: OptionTable(flags: "ai", long: [("append", "a")], notModelled: ["p", "output-error"])
  ).entry { run in
    let options = try run.options()
    let text = try run.standardInput()
    for file in options.operands {
      let path = run.absolute(file.text)
      var failure = try run.session.openOutput(path, appends: options.has("a"))
      if failure == nil { failure = try run.session.writeOutput(text, to: path) }
      guard let failure else { continue }
      guard failure != .EOPNOTSUPP else {
        throw run.failure(
          "writing to '\(file.text)' is not modelled", kind: .notModelled("writing to '\(file.text)'"), file)
      }
      run.complain("tee: \(file.text): \(failure.message)")
    }
    run.print(text)
  }
}
