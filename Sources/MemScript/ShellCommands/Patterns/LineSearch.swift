// What grep looks for in lines, and how it prints them.

import ScriptLanguage

/// A search through the lines of texts, as grep's options describe it.
struct LineSearch {
  /// Whether lines carry the name of their file; nil to decide by the number of files.
  let namesFiles: Bool?
  private let pattern: LinePattern
  private var room = PatternSearch()
  private let budget: ScriptBudget
  private let options: ShellOptions
  private let limit: Int
  private let before: Int
  private let after: Int

  /// Reads the options.
  ///
  /// - Parameters:
  ///   - operands: the words that are no options; without `-e` the first is taken as the pattern.
  ///   - run: whose budget pays for the search.
  /// - Throws: `ShellFailure` in grep's words, `ScriptError` for patterns that are not modelled.
  init(_ options: ShellOptions, _ operands: inout [ShellWord], _ run: ShellRun) throws {
    self.options = options
    budget = run.session.budget
    let command = run.command
    var texts = options.options.filter { $0.letter == "e" }.compactMap { $0.value?.text }
    if texts.isEmpty {
      guard !operands.isEmpty else { throw command.usageFailure() }
      texts = [operands.removeFirst().text]
    }
    let last = options.options.last { "GEF".contains($0.letter) }?.letter
    let syntax: PatternSyntax = last == "E" ? .extended : last == "F" ? .fixed : .basic
    let lines = texts.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
    do throws(PatternError) {
      pattern = try LinePattern(
        lines, syntax, ignoresCase: options.has("i"),
        extent: options.has("x") ? .line : options.has("w") ? .words : .part)
    } catch {
      switch error {
      case .malformed(let problem): throw ShellFailure("grep: \(problem)", status: 2)
      case .notModelled(let what):
        throw ScriptError("\(what) in patterns are not modelled", kind: .notModelled("\(what) in patterns"))
      }
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
  /// - Throws: what ends the run.
  mutating func report(
    _ text: String, of prefix: String?, named name: String
  ) throws -> (output: String, selected: Int) {
    try budget.charge(bytes: text.utf8.count)
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    let selected = try selectedLines(lines)
    if options.has("q") { return ("", selected.count) }
    if options.has("l") { return (selected.isEmpty ? "" : name + "\n", selected.count) }
    let head = prefix.map { $0 + ":" } ?? ""
    if options.has("c") { return ("\(head)\(selected.count)\n", selected.count) }
    var output = ""
    if options.has("o") {
      for line in selected where !options.has("v") {
        let number = options.has("n") ? "\(line + 1):" : ""
        for match in try matches(in: lines[line]) { output += "\(head)\(number)\(match)\n" }
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
        try budget.charge(1)
        let mark = shown == line ? ":" : "-"
        output += prefix.map { $0 + mark } ?? ""
        if options.has("n") { output += "\(shown + 1)\(mark)" }
        output += lines[shown] + "\n"
      }
      next = max(stop, line + 1)
    }
    return (output, selected.count)
  }

  private mutating func selectedLines(_ lines: [Substring]) throws -> [Int] {
    var selected: [Int] = []
    for (index, line) in lines.enumerated() {
      if selected.count >= limit { break }
      if (try match(in: line, from: 0) != nil) != options.has("v") { selected.append(index) }
    }
    return selected
  }

  /// The match that begins first, and the longest of those.
  private mutating func match(in line: Substring, from start: Int) throws -> Range<Int>? {
    let budget = budget
    // Substrings of a text lie in one piece; others are copied into one.
    let found: Range<Int>?? = try line.utf8.withContiguousStorageIfAvailable { bytes -> Range<Int>? in
      try pattern.firstMatch(in: bytes, from: start, &room) { try budget.charge($0) }
    }
    return try found
      ?? Array(line.utf8).withUnsafeBufferPointer { bytes in
        try pattern.firstMatch(in: bytes, from: start, &room) { try budget.charge($0) }
      }
  }

  /// All matches in a line that are not empty.
  private mutating func matches(in line: Substring) throws -> [String] {
    var found: [String] = []
    var from = 0
    while let range = try match(in: line, from: from) {
      if range.isEmpty {
        from = range.upperBound + 1
      } else {
        found.append(
          String(decoding: line.utf8.dropFirst(range.lowerBound).prefix(range.count), as: UTF8.self))
        from = range.upperBound
      }
      if from > line.utf8.count { break }
    }
    return found
  }
}
