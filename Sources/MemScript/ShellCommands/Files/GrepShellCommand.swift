// grep: the lines of files that match a pattern.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// GNU grep.
  static let grep = ShellCommand(
    name: "grep", usage: "[OPTION]... PATTERNS [FILE]...", source: "grep(1)",
    summary: "Prints the lines of files of /proc and /sys that match a pattern.",
    details:
      "-E and -F choose the syntax, -i ignores case, -v inverts, -w and -x match whole words and lines; "
      + "-n, -c, -o, -l, -H, -h, -q and -m choose what is printed, -A, -B and -C the lines around a match. "
      + "Quote a pattern that holds blanks, *, ?, [ or |.",
    style: .tryHelp, usageStatus: 2,
    options: OptionTable(
      flags: "GEFivwxncolHhqs", valued: "emABC",
      long: [
        ("basic-regexp", "G"), ("extended-regexp", "E"), ("fixed-strings", "F"), ("ignore-case", "i"),
        ("invert-match", "v"), ("word-regexp", "w"), ("line-regexp", "x"), ("line-number", "n"),
        ("count", "c"), ("only-matching", "o"), ("files-with-matches", "l"), ("with-filename", "H"),
        ("no-filename", "h"), ("quiet", "q"), ("silent", "q"), ("no-messages", "s"), ("regexp", "e"),
        ("max-count", "m"), ("after-context", "A"), ("before-context", "B"), ("context", "C"),
      ],
      notModelled: [
        "P", "f", "z", "b", "L", "T", "Z", "r", "R", "a", "I", "d", "D", "U", "perl-regexp", "file",
        "null-data",
        "byte-offset", "files-without-match", "initial-tab", "null", "recursive", "color", "colour", "label",
        "text", "include", "exclude", "group-separator",
      ])
  ).entry { run in
    let options = try run.options()
    var files = options.operands
    var search = try LineSearch(options, &files, run)
    guard !files.isEmpty else {
      throw ScriptError("grep without a file reads standard input, which is not modelled")
    }
    run.status = 1
    var failed = false
    for file in files {
      guard let text = try grepText(file, isSilent: options.has("s"), &run) else {
        failed = true
        continue
      }
      let found = try search.report(
        text, of: search.namesFiles ?? (files.count > 1) ? file.text : nil, named: file.text)
      run.print(found.output)
      if found.selected > 0 { run.status = 0 }
      if found.selected > 0, options.has("q") { return }
    }
    if failed { run.status = 2 }
  }

  /// The content of a file; nil with a message when it can not be read.
  private static func grepText(
    _ file: ShellWord, isSilent: Bool, _ run: inout ShellRun
  ) throws -> String? {
    if run.session.machine.files.file(at: run.absolute(file.text)) != nil {
      throw ScriptError("'\(file.text)' has no contents", argument: file.index)
    }
    do throws(Errno) {
      return try run.read(file.text)
    } catch {
      if !isSilent { run.complain("grep: \(file.text): \(error.message)") }
      return nil
    }
  }
}
