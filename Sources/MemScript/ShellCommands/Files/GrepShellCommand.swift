// grep: the lines of files that match a pattern.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// GNU grep.
  static let grep = ShellCommand(
    name: "grep", usage: "[OPTION]... PATTERNS [FILE]...", source: "grep(1)",
    summary: "Prints the lines of files, or of its input, that match a pattern.",
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
    // Without a file it looks through its input.
    if files.isEmpty { files = [ShellWord(text: "-", index: 0)] }
    run.status = 1
    var failed = false
    for file in files {
      let text: String
      switch try run.contents(of: file) {
      case .success(let contents): text = contents
      case .failure(let error):
        if !options.has("s") { run.complain("grep: \(file.text): \(error.message)") }
        failed = true
        continue
      }
      let name = file.text == "-" ? "(standard input)" : file.text
      let found = try search.report(
        text, of: search.namesFiles ?? (files.count > 1) ? name : nil, named: name)
      run.print(found.output)
      if found.selected > 0 { run.status = 0 }
      if found.selected > 0, options.has("q") { return }
    }
    if failed { run.status = 2 }
  }
}
