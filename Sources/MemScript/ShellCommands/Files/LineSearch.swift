// What grep looks for in lines, and how it prints them.

/// A search through the lines of texts, as grep's options describe it.
struct LineSearch {
  /// Whether lines carry the name of their file; nil to decide by the number of files.
  let namesFiles: Bool?
  private let patterns: [LinePattern]
  private let options: ShellOptions
  private let limit: Int
  private let before: Int
  private let after: Int

  /// Reads the options.
  ///
  /// - Parameters:
  ///   - operands: the words that are no options; without `-e` the first is taken as the pattern.
  /// - Throws: `ShellFailure` in grep's words.
  init(_ options: ShellOptions, _ operands: inout [ShellWord], _ command: ShellCommand) throws {
    self.options = options
    var texts = options.options.filter { $0.letter == "e" }.compactMap { $0.value?.text }
    if texts.isEmpty {
      guard !operands.isEmpty else { throw command.usageFailure() }
      texts = [operands.removeFirst().text]
    }
    let last = options.options.last { "GEF".contains($0.letter) }?.letter
    let syntax: LinePattern.Syntax = last == "E" ? .extended : last == "F" ? .fixed : .basic
    do {
      patterns = try texts.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }.map {
        try LinePattern(String($0), syntax, ignoresCase: options.has("i"))
      }
    } catch let error as LinePattern.CompileError {
      throw ShellFailure("grep: \(error.message)", status: 2)
    }
    limit = try Self.count(options.value("m"), or: .max, "invalid max count")
    let around = try Self.count(
      options.value("C"), or: 0, "invalid context length argument", namesValue: true)
    before = try Self.count(
      options.value("B"), or: around, "invalid context length argument", namesValue: true)
    after = try Self.count(
      options.value("A"), or: around, "invalid context length argument", namesValue: true)
    let naming = options.options.last { "Hh".contains($0.letter) }?.letter
    namesFiles = naming.map { $0 == "H" }
  }

  private static func count(
    _ value: ShellWord?, or preset: Int, _ problem: String, namesValue: Bool = false
  ) throws -> Int {
    guard let value else { return preset }
    guard let number = Int(value.text), number >= 0 else {
      throw ShellFailure("grep: \(namesValue ? value.text + ": " : "")\(problem)", status: 2)
    }
    return number
  }

  /// Searches a text.
  ///
  /// - Parameters:
  ///   - text: lines, each with its newline.
  ///   - prefix: the name that stands before each line; nil for none.
  ///   - name: the file's name, for a list of files.
  /// - Returns: what grep prints, and how many lines were selected.
  func report(_ text: String, of prefix: String?, named name: String) -> (output: String, selected: Int) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    let selected = selectedLines(lines)
    if options.has("q") { return ("", selected.count) }
    if options.has("l") { return (selected.isEmpty ? "" : name + "\n", selected.count) }
    let head = prefix.map { $0 + ":" } ?? ""
    if options.has("c") { return ("\(head)\(selected.count)\n", selected.count) }
    var output = ""
    if options.has("o") {
      for line in selected where !options.has("v") {
        let number = options.has("n") ? "\(line + 1):" : ""
        for match in matches(in: lines[line]) { output += "\(head)\(number)\(match)\n" }
      }
      return (output, selected.count)
    }
    var next = 0
    for (position, line) in selected.enumerated() {
      let start = max(next, line - before)
      if start > next, next > 0, before + after > 0 { output += "--\n" }
      let end = min(lines.count, after >= lines.count ? lines.count : line + 1 + after)
      let stop = position + 1 < selected.count ? min(end, selected[position + 1]) : end
      for shown in start..<max(stop, line + 1) {
        let mark = shown == line ? ":" : "-"
        output += prefix.map { $0 + mark } ?? ""
        if options.has("n") { output += "\(shown + 1)\(mark)" }
        output += lines[shown] + "\n"
      }
      next = max(stop, line + 1)
    }
    return (output, selected.count)
  }

  private func selectedLines(_ lines: [Substring]) -> [Int] {
    var selected: [Int] = []
    for (index, line) in lines.enumerated() {
      if selected.count >= limit { break }
      if (match(in: line, from: 0) != nil) != options.has("v") { selected.append(index) }
    }
    return selected
  }

  /// The match that begins first, and the longest of those.
  private func match(in line: Substring, from start: Int) -> Range<Int>? {
    let found = patterns.compactMap { wholeMatch(of: $0, in: line, from: start) }
    return found.min { ($0.lowerBound, $1.upperBound) < ($1.lowerBound, $0.upperBound) }
  }

  /// A match that is a whole word or line where the options ask for one.
  private func wholeMatch(of pattern: LinePattern, in line: Substring, from start: Int) -> Range<Int>? {
    var from = start
    while from <= line.utf8.count, let found = pattern.firstMatch(in: line, from: from) {
      if options.has("x") { return found == 0..<line.utf8.count ? found : nil }
      if !options.has("w") || isWord(found, in: line) { return found }
      from = found.lowerBound + 1
    }
    return nil
  }

  private func isWord(_ range: Range<Int>, in line: Substring) -> Bool {
    let bytes = line.utf8
    func isPart(_ offset: Int) -> Bool {
      guard offset >= 0, offset < bytes.count else { return false }
      switch bytes[bytes.index(bytes.startIndex, offsetBy: offset)] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"):
        return true
      default: return false
      }
    }
    return !isPart(range.lowerBound - 1) && !isPart(range.upperBound)
  }

  /// All matches in a line that are not empty.
  private func matches(in line: Substring) -> [String] {
    var found: [String] = []
    var from = 0
    while let range = match(in: line, from: from) {
      if range.isEmpty {
        from = range.upperBound + 1
      } else {
        found.append(String(decoding: Array(line.utf8)[range], as: UTF8.self))
        from = range.upperBound
      }
      if from > line.utf8.count { break }
    }
    return found
  }
}
