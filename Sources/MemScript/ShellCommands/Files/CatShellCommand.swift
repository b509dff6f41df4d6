// cat: the content of files.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// GNU cat.
  static let cat = ShellCommand(
    name: "cat", usage: "[-n] FILE...", source: "cat(1)",
    summary: "Prints files of /proc and /sys, or reads a simulated file into the page cache.",
    details: "Paths may be relative to the directory that cd chose. -n numbers the lines. "
      + "Other files have a size but no contents: cat FILE > /dev/null reads them through the page cache.",
    style: .tryHelp,
    options: OptionTable(
      flags: "n", long: [("number", "n")],
      notModelled: [
        "A", "b", "e", "E", "s", "t", "T", "u", "v", "show-all", "number-nonblank", "show-ends",
        "squeeze-blank", "show-tabs", "show-nonprinting",
      ])
  ).entry { run in
    let options = try run.options()
    guard !options.operands.isEmpty else {
      throw ScriptError("cat without a file reads standard input, which is not modelled")
    }
    var lineNumber = 0
    for operand in options.operands {
      if operand.text == "-" {
        throw ScriptError("standard input is not modelled", argument: operand.index)
      }
      if try readSimulatedFile(operand, &run) { continue }
      do throws(Errno) {
        let text = try run.read(operand.text)
        run.print(options.has("n") ? numbered(text, &lineNumber) : text)
      } catch {
        run.complain("cat: \(operand.text): \(error.message)")
      }
    }
  }

  /// Reads a file that has a size but no contents, through the page cache.
  ///
  /// - Returns: whether there is such a file.
  private static func readSimulatedFile(_ operand: ShellWord, _ run: inout ShellRun) throws -> Bool {
    let path = run.absolute(operand.text)
    guard run.session.machine.files.file(at: path) != nil else { return false }
    guard run.discardsOutput else {
      throw ScriptError(
        "'\(operand.text)' has no contents", argument: operand.index,
        hint: "cat \(operand.text) > /dev/null reads it into the page cache")
    }
    _ = try run.session.machine.readFile(path, by: run.session.currentProcess)
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
    return result
  }
}
