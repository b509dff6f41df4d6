// cat: the content of files.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// GNU cat.
  static let cat = ShellCommand(
    name: "cat", usage: "[-n] FILE...", source: "cat(1)",
    summary: "Prints files or its input, or reads a simulated file into the page cache.",
    details:
      "Paths may be relative to the directory that cd chose. -n numbers the lines. Files that dd, truncate and "
      + "fallocate make have a size but no contents: cat FILE > /dev/null reads them through the page cache.",
    style: .tryHelp,
    options: OptionTable(
      flags: "n", long: [("number", "n")],
      notModelled: [
        "A", "b", "e", "E", "s", "t", "T", "u", "v", "show-all", "number-nonblank", "show-ends",
        "squeeze-blank", "show-tabs", "show-nonprinting",
      ])
  ).entry { run in
    let options = try run.options()
    var lineNumber = 0
    let files = try options.operands.filter { try !readSilently($0, &run) }
    guard !files.isEmpty || options.operands.isEmpty else { return }
    try run.forEachInput(files, problem: { "cat: \($0)" }, splits: options.has("n")) { run, text, _ in
      run.print(options.has("n") ? numbered(text, &lineNumber) : text)
    }
  }

  /// Reads a simulated file through the page cache for who does not look at its contents.
  ///
  /// - Returns: whether there is such a file.
  private static func readSilently(_ operand: ShellWord, _ run: inout ShellRun) throws -> Bool {
    let path = run.absolute(operand.text)
    guard run.discardsOutput, run.session.machine.files.file(at: path) != nil else { return false }
    _ = try run.session.machine.readFile(path, by: run.session.shellProcess)
    return true
  }

  private static func numbered(_ text: String, _ number: inout Int) -> String {
    var result = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast(
      text.hasSuffix("\n") ? 1 : 0)
    {
      number += 1
      result += "\(number.decimal(6))\t\(line)\n"
    }
    if !result.isEmpty, !text.hasSuffix("\n") { result.removeLast() }
    return result
  }
}
