// cut: parts of each line.

import ScriptLanguage

extension ShellCommands {
  /// GNU cut.
  static let cut = ShellCommand(
    name: "cut", usage: "-f LIST | -c LIST | -b LIST [-d CHAR] [-s] [FILE]...", source: "cut(1)",
    summary: "Prints some fields or characters of each line.",
    details:
      "LIST is such as 1,3-5,7-. -d says what stands between fields, a tab otherwise; -s leaves lines without it "
      + "out, --output-delimiter joins the fields, --complement prints the others.",
    style: .tryHelp,
    options: OptionTable(
      flags: "snC", valued: "fcbdO",
      long: [
        ("fields", "f"), ("characters", "c"), ("bytes", "b"), ("delimiter", "d"), ("only-delimited", "s"),
        ("output-delimiter", "O"), ("complement", "C"),
      ], notModelled: ["z", "zero-terminated"])
  ).entry { run in
    let options = try run.options()
    let lists = options.options.filter { "fcb".contains($0.letter) }
    guard let list = lists.last, let value = list.value else {
      throw run.command.usageFailure("you must specify a list of bytes, characters, or fields")
    }
    guard lists.count == 1 else { throw run.command.usageFailure("only one list may be specified") }
    let positions = try PositionList(value.text, isField: list.letter == "f", isComplement: options.has("C"))
    let delimiter = options.value("d")?.text ?? "\t"
    guard delimiter.unicodeScalars.count <= 1 else {
      throw run.command.usageFailure("the delimiter must be a single character")
    }
    if options.value("d") != nil, list.letter != "f" {
      throw run.command.usageFailure("an input delimiter may be specified only when operating on fields")
    }
    let sign = delimiter.first ?? "\0"
    let joint = options.value("O")?.text ?? (list.letter == "f" ? delimiter : "")
    try run.forEachInput(options.operands, problem: { "cut: \($0)" }) { run, text, _ in
      var output = ""
      for line in text.textLines {
        if list.letter != "f" {
          let parts = positions.ranges.compactMap { range -> String? in
            let scalars = Array(line.unicodeScalars)
            guard range.lowerBound <= scalars.count else { return nil }
            var part = String.UnicodeScalarView()
            part.append(contentsOf: scalars[(range.lowerBound - 1)..<min(range.upperBound, scalars.count)])
            return String(part)
          }
          output += parts.joined(separator: joint) + "\n"
          continue
        }
        guard line.contains(sign) else {
          if !options.has("s") { output += line + "\n" }
          continue
        }
        let fields = line.split(separator: sign, omittingEmptySubsequences: false)
        output +=
          fields.enumerated().filter { positions.contains($0.offset + 1) }.map { String($0.element) }
          .joined(separator: joint) + "\n"
      }
      run.print(output)
    }
  }
}

/// The positions of cut's `LIST`, in order and without overlaps.
private struct PositionList {
  /// Both ends included, from 1.
  private(set) var ranges: [ClosedRange<Int>] = []

  init(_ text: String, isField: Bool, isComplement: Bool) throws {
    let kind = isField ? "field" : "byte/character position"
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
      let low = ends[0].isEmpty ? 1 : Int(ends[0])
      let high = ends.count == 1 ? low : ends[1].isEmpty ? Int.max : Int(ends[1])
      guard let low, let high, part != "-", !part.isEmpty else {
        throw ShellFailure("cut: invalid \(kind) value '\(part)'\nTry 'cut --help' for more information.")
      }
      guard low > 0, high > 0 else {
        throw ShellFailure(
          "cut: \(isField ? "fields" : "byte/character positions") are numbered from 1\nTry 'cut --help' for more information."
        )
      }
      guard low <= high else {
        throw ShellFailure("cut: invalid decreasing range\nTry 'cut --help' for more information.")
      }
      ranges.append(low...high)
    }
    ranges.sort { $0.lowerBound < $1.lowerBound }
    var merged: [ClosedRange<Int>] = []
    for range in ranges {
      if let last = merged.last, range.lowerBound <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    ranges = isComplement ? Self.complement(merged) : merged
  }

  private static func complement(_ ranges: [ClosedRange<Int>]) -> [ClosedRange<Int>] {
    var result: [ClosedRange<Int>] = []
    var next = 1
    for range in ranges {
      if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
      guard range.upperBound < Int.max else { return result }
      next = range.upperBound + 1
    }
    return result + [next...Int.max]
  }

  func contains(_ position: Int) -> Bool { ranges.contains { $0.contains(position) } }
}
