// head and tail: the first and the last lines.

import ScriptLanguage

extension ShellCommands {
  /// GNU head.
  static let head = ShellCommand(
    name: "head", usage: "[-n [-]NUM] [-c NUM] [-q] [-v] [FILE]...", source: "head(1)",
    summary: "Prints the first 10 lines of files or of its input.",
    details: "-n NUM, or -NUM, prints as many lines, -n -NUM all but the last ones, -c NUM as many bytes.",
    style: .tryHelp,
    options: OptionTable(
      flags: "qv", valued: "nc",
      long: [("lines", "n"), ("bytes", "c"), ("quiet", "q"), ("silent", "q"), ("verbose", "v")],
      notModelled: ["z", "zero-terminated"])
  ).entry { run in
    let part = try TextPart(&run)
    try part.print(&run) { text, count, unit, sign in
      unit == .lines
        ? lines(text, sign == "-" ? -count : count)
        : bytes(text, sign == "-" ? max(0, text.utf8.count - count) : count)
    }
  }

  /// GNU tail.
  static let tail = ShellCommand(
    name: "tail", usage: "[-n [+]NUM] [-c [+]NUM] [-q] [-v] [FILE]...", source: "tail(1)",
    summary: "Prints the last 10 lines of files or of its input.",
    details: "-n NUM, or -NUM, prints as many lines, -n +NUM all from line NUM on, -c NUM as many bytes.",
    style: .tryHelp,
    options: OptionTable(
      flags: "qv", valued: "nc",
      long: [("lines", "n"), ("bytes", "c"), ("quiet", "q"), ("silent", "q"), ("verbose", "v")],
      notModelled: ["f", "F", "s", "z", "follow", "retry", "pid", "zero-terminated"])
  ).entry { run in
    let part = try TextPart(&run)
    try part.print(&run) { text, count, unit, sign in
      let all = unit == .lines ? lineCount(text) : text.utf8.count
      let skipped = sign == "+" ? max(0, count - 1) : max(0, all - count)
      return unit == .lines ? String(text.dropFirst(lines(text, skipped).count)) : suffix(text, from: skipped)
    }
  }

  /// The first lines of a text; all but the last ones for a number below 0.
  private static func lines(_ text: String, _ count: Int) -> String {
    var left = count >= 0 ? count : max(0, lineCount(text) + count)
    var end = text.utf8.startIndex
    while left > 0, end < text.utf8.endIndex {
      guard let next = text.utf8[end...].firstIndex(of: UInt8(ascii: "\n")) else { return text }
      end = text.utf8.index(after: next)
      left -= 1
    }
    return String(text[..<end])
  }

  private static func lineCount(_ text: String) -> Int {
    let ends = text.utf8.count { $0 == UInt8(ascii: "\n") }
    return text.isEmpty || text.utf8.last == UInt8(ascii: "\n") ? ends : ends + 1
  }

  private static func bytes(_ text: String, _ count: Int) -> String {
    String(decoding: text.utf8.prefix(count), as: UTF8.self)
  }

  private static func suffix(_ text: String, from start: Int) -> String {
    String(decoding: text.utf8.dropFirst(start), as: UTF8.self)
  }
}

/// Which part of its files head or tail prints.
private struct TextPart {
  enum Unit { case lines, bytes }

  private var count = 10
  private var unit = Unit.lines
  /// `-` and `+` before the number; nil for none.
  private var sign: Character?
  private let files: [ShellWord]
  private let showsNames: Bool

  /// Reads the options; `-5` is `-n 5`.
  init(_ run: inout ShellRun) throws {
    var words = run.words
    if let first = words.first, first.count > 1, first.hasPrefix("-"),
      first.dropFirst().allSatisfy({ ("0"..."9").contains($0) })
    {
      words[0] = "-n" + first.dropFirst()
    } else if run.command.name == "tail", let first = words.first, first.count > 1, first.hasPrefix("+"),
      first.dropFirst().allSatisfy({ ("0"..."9").contains($0) })
    {
      words[0] = "-n" + first
    }
    let options = try ShellOptions(words, table: run.command.options, command: run.command)
    for (letter, value) in options.options where letter == "n" || letter == "c" {
      guard let value else { continue }
      unit = letter == "n" ? .lines : .bytes
      var digits = Substring(value.text)
      sign = nil
      if let first = digits.first, first == "-" || first == "+" {
        sign = first
        digits = digits.dropFirst()
      }
      guard case .bytes(let number) = ToolSize.read(String(digits)), !digits.isEmpty else {
        throw ShellFailure(
          "\(run.command.name): invalid number of \(unit == .lines ? "lines" : "bytes"): ‘\(value.text)’")
      }
      count = Int(clamping: number)
    }
    files = options.operands
    showsNames = options.has("v") || (files.count > 1 && !options.has("q"))
  }

  /// Prints the part of each file.
  func print(
    _ run: inout ShellRun, _ part: (String, Int, Unit, Character?) -> String
  ) throws {
    var isFirst = true
    let name = run.command.name
    func problem(_ file: String) -> String { "\(name): cannot open '\(file)' for reading" }
    try run.forEachInput(files, problem: problem, splits: false) { run, text, file in
      if showsNames {
        run.print(
          "\(isFirst ? "" : "\n")==> \(file.map { $0.text == "-" ? "standard input" : $0.text } ?? "standard input") <==\n"
        )
      }
      isFirst = false
      run.print(part(text, count, unit, sign))
    }
  }
}
