// uniq: neighbouring equal lines once.

import ScriptLanguage

extension ShellCommands {
  /// GNU uniq.
  static let uniq = ShellCommand(
    name: "uniq", usage: "[-cdiu] [FILE]", source: "uniq(1)",
    summary: "Prints neighbouring lines that are equal once.",
    details:
      "-c puts their number before them, -d prints only those that are repeated, -u only the others, -i ignores case.",
    style: .tryHelp,
    options: OptionTable(
      flags: "cdiu", long: [("count", "c"), ("repeated", "d"), ("unique", "u"), ("ignore-case", "i")],
      notModelled: [
        "D", "f", "s", "w", "z", "all-repeated", "skip-fields", "skip-chars", "check-chars", "group",
      ])
  ).entry { run in
    let options = try run.options()
    if options.operands.count > 1 {
      throw run.failure(
        "uniq to a file is not modelled", kind: .notModelled("uniq to a file"), options.operands[1],
        hint: "write `uniq FILE > TARGET`")
    }
    try run.forEachInput(options.operands, problem: { "uniq: \($0)" }) { run, text, _ in
      var lines = text.textLines[...]
      var output = ""
      while let first = lines.first {
        let key = options.has("i") ? first.lowercased() : String(first)
        let count = lines.prefix { (options.has("i") ? $0.lowercased() : String($0)) == key }.count
        lines = lines.dropFirst(count)
        if options.has("d"), count < 2 { continue }
        if options.has("u"), count > 1 { continue }
        output += (options.has("c") ? count.decimal(7) + " " : "") + first + "\n"
      }
      run.print(output)
    }
  }
}
