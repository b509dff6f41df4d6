// wc: lines, words and bytes.

import ScriptLanguage

extension ShellCommands {
  /// GNU wc.
  static let wc = ShellCommand(
    name: "wc", usage: "[-clmwL] [FILE]...", source: "wc(1)",
    summary: "Counts the lines, words and bytes of files or of its input.",
    details:
      "-l, -w, -m, -c and -L print lines, words, characters, bytes and the length of the longest line only.",
    style: .tryHelp,
    options: OptionTable(
      flags: "lwcmL",
      long: [("lines", "l"), ("words", "w"), ("bytes", "c"), ("chars", "m"), ("max-line-length", "L")],
      notModelled: ["files0-from", "total"])
  ).entry { run in
    let options = try run.options()
    let letters: [Character] = ["l", "w", "m", "c", "L"].filter { options.has($0) }
    let shown = letters.isEmpty ? ["l", "w", "c"] : letters
    var rows: [(numbers: [Int], name: String?)] = []
    var total = [Int](repeating: 0, count: shown.count)
    func add(_ numbers: [Int], _ name: String?) {
      for (index, letter) in shown.enumerated() {
        total[index] = letter == "L" ? max(total[index], numbers[index]) : total[index] + numbers[index]
      }
      rows.append((numbers, name))
    }
    for operand in options.operands.isEmpty ? [nil] : options.operands.map(Optional.some) {
      // The size of a file is known without its contents.
      if shown == ["c"], let operand, case .file(let file) = run.place(operand) {
        add([Int(clamping: file.size)], operand.text)
        continue
      }
      try run.forEachInput(
        operand.map { [$0] } ?? [], problem: { "wc: \($0)" }, splits: options.has("L")
      ) { _, text, file in
        add(shown.map { count(text, $0) }, file?.text)
      }
    }
    if options.operands.count > 1 { rows.append((total, "total")) }
    // Numbers of one file alone need no column; those of input get seven places.
    let width: Int
    if options.operands.isEmpty {
      width = shown.count == 1 ? 1 : 7
    } else {
      width =
        options.operands.count == 1 && shown.count == 1
        ? 1 : rows.flatMap(\.numbers).map { String($0).utf8.count }.max() ?? 1
    }
    for row in rows {
      let numbers = row.numbers.map { $0.decimal(width) }.joined(separator: " ")
      run.print(numbers + (row.name.map { " " + $0 } ?? "") + "\n")
    }
  }

  /// How wide a line is; a tab goes to the next multiple of eight.
  private static func columns(_ line: Substring) -> Int {
    line.unicodeScalars.reduce(0) { $1 == "\t" ? ($0 / 8 + 1) * 8 : $0 + 1 }
  }

  private static func count(_ text: String, _ letter: Character) -> Int {
    switch letter {
    case "l": text.utf8.count { $0 == UInt8(ascii: "\n") }
    case "w": text.utf8.split { $0 == 0x20 || (0x09...0x0D).contains($0) }.count
    case "m": text.unicodeScalars.count
    case "L": text.textLines.map(columns).max() ?? 0
    default: text.utf8.count
    }
  }
}
