// awk: fields of lines, in the forms that people type most.

import ScriptLanguage

extension ShellCommands {
  /// The common forms of awk.
  static let awk = ShellCommand(
    name: "awk", usage: "[-F CHAR] '[/RE/ | NR==N | NR>N | $N == TEXT ...] {print $N, ...}' [FILE]...",
    source: "awk(1)",
    summary: "Prints fields of the lines of files or of its input.",
    details:
      "Patterns are /RE/, !/RE/, comparisons such as NR==2, NF>3 or $3 == \"x\", $1 ~ /RE/, joined by && and ||; print "
      + "takes $N, $NF, $0, NR, NF, texts and sums such as $2/1024. Variables, END and the rest of the language are refused "
      + "by name.",
    style: .tryHelp, usageStatus: 2,
    options: OptionTable(
      flags: "", valued: "F", notModelled: ["v", "f", "assign", "file"], stopsAtOperand: true)
  ).entry { run in
    let options = try run.options()
    guard let source = options.operands.first else { throw run.command.usageFailure() }
    let program: AwkProgram
    do {
      program = try AwkProgram(source.text, separator: options.value("F")?.text)
    } catch let error as AwkProgram.Refusal {
      throw run.failure(error.message, kind: error.kind, source, hint: error.hint)
    }
    var counter = 0
    let files = Array(options.operands.dropFirst())
    try run.forEachInput(files, problem: { "awk: cannot open \($0)" }, status: 2) { run, text, _ in
      var output = ""
      for line in text.textLines {
        counter += 1
        try run.session.budget.charge(2)
        output += try program.output(for: String(line), number: counter, budget: run.session.budget)
      }
      run.print(output)
    }
  }
}
