// sort: lines in order.

import ScriptLanguage

extension ShellCommands {
  /// GNU sort in the C locale.
  static let sort = ShellCommand(
    name: "sort", usage: "[-bfhnru] [-t CHAR] [-k START[,END]] [FILE]...", source: "sort(1)",
    summary: "Sorts the lines of files or of its input, by their bytes.",
    details:
      "-n sorts by number, -h by sizes such as 2K, -r in reverse, -f without regard to case, -u keeps the first of "
      + "equal lines, -k chooses the fields that count, -t what stands between them, -b skips blanks, -s is stable.",
    style: .tryHelp, usageStatus: 2,
    options: OptionTable(
      flags: "bfhnrus", valued: "tk",
      long: [
        ("ignore-leading-blanks", "b"), ("ignore-case", "f"), ("human-numeric-sort", "h"),
        ("numeric-sort", "n"),
        ("reverse", "r"), ("unique", "u"), ("stable", "s"), ("field-separator", "t"), ("key", "k"),
      ],
      notModelled: [
        "c", "C", "d", "g", "i", "M", "m", "o", "R", "S", "T", "V", "z", "check", "dictionary-order",
        "general-numeric-sort", "ignore-nonprinting", "month-sort", "merge", "output", "random-sort",
        "version-sort",
      ])
  ).entry { run in
    let options = try run.options()
    let order = try LineOrder(options)
    var lines: [Substring] = []
    try run.forEachInput(options.operands, problem: { "sort: cannot read: \($0)" }, status: 2) { _, text, _ in
      lines += text.textLines
    }
    guard run.status == 0 else { return }
    let budget = run.session.budget
    var compared = 0
    func count() throws {
      compared += 1
      if compared & 0x3F == 0 { try budget.charge(0x40) }
    }
    var sorted = try lines.enumerated().map { offset, line in
      try count()
      return order.entry(line, offset)
    }
    try sorted.sort { left, right in
      try count()
      return order.compare(left, right) < 0
    }
    if options.has("u") {
      sorted = sorted.enumerated().filter { index, entry in
        index == 0 || order.compareKeys(sorted[index - 1], entry) != 0
      }.map(\.element)
    }
    run.print(sorted.map { $0.line + "\n" }.joined())
  }
}

/// The order of lines that sort's options describe.
struct LineOrder {
  /// One `-k`.
  private struct Key {
    var start = (field: 1, character: 1)
    var end: (field: Int, character: Int)?
    var isNumeric = false
    var isHuman = false
    var isReverse = false
    var ignoresCase = false
    var skipsBlanks = false
  }

  /// A line with what is compared of it.
  struct Entry {
    let line: Substring
    let position: Int
    fileprivate let parts: [Part]
  }

  fileprivate struct Part {
    var text: [UInt8]
    var number: Double
  }

  private var keys: [Key] = []
  private let separator: UInt8?
  private let isReverse: Bool
  private let isStable: Bool

  init(_ options: ShellOptions) throws {
    var general = Key()
    general.isNumeric = options.has("n")
    general.isHuman = options.has("h")
    general.ignoresCase = options.has("f")
    general.skipsBlanks = options.has("b")
    general.isReverse = options.has("r")
    isReverse = options.has("r")
    isStable = options.has("s") || options.has("u")
    if let value = options.value("t") {
      let bytes = Array(value.text.utf8)
      guard bytes.count == 1 || value.text == "\\0" else {
        throw ShellFailure(
          bytes.isEmpty ? "sort: empty tab" : "sort: multi-character tab '\(value.text)'", status: 2)
      }
      separator = value.text == "\\0" ? 0 : bytes[0]
    } else {
      separator = nil
    }
    for case (let letter, let value?) in options.options where letter == "k" {
      keys.append(try Self.key(value.text, general))
    }
    if keys.isEmpty { keys = [general] }
  }

  /// Reads `2`, `2n`, `2,3` or `2.1,2.4r`.
  private static func key(_ text: String, _ general: Key) throws -> Key {
    let failure = ShellFailure(
      "sort: invalid number at field start: invalid count at start of '\(text)'", status: 2)
    let parts = text.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
    var key = Key()
    var ownLetters = false
    func position(_ part: Substring, _ key: inout Key) throws -> (Int, Int) {
      let field = part.prefix { ("0"..."9").contains($0) }
      guard let number = Int(field), number > 0 else { throw failure }
      var rest = part.dropFirst(field.count)
      var character = 0
      if rest.first == "." {
        let digits = rest.dropFirst().prefix { ("0"..."9").contains($0) }
        character = Int(digits) ?? 0
        rest = rest.dropFirst(1 + digits.count)
      }
      for letter in rest {
        ownLetters = true
        switch letter {
        case "n": key.isNumeric = true
        case "h": key.isHuman = true
        case "r": key.isReverse = true
        case "f": key.ignoresCase = true
        case "b": key.skipsBlanks = true
        default:
          throw ShellFailure(
            "sort: stray character in field spec: invalid field specification '\(text)'", status: 2)
        }
      }
      return (number, character)
    }
    let start = try position(parts[0], &key)
    key.start = (start.0, max(start.1, 1))
    if parts.count == 2 { key.end = try position(parts[1], &key) }
    if !ownLetters {
      let (start, end) = (key.start, key.end)
      key = general
      (key.start, key.end) = (start, end)
    }
    return key
  }

  /// A line with its keys.
  func entry(_ line: Substring, _ position: Int) -> Entry {
    let bytes = Array(line.utf8)
    let parts = keys.map { key -> Part in
      var text = self.text(of: key, in: bytes)
      if key.skipsBlanks || key.isNumeric || key.isHuman { text = text.drop { $0 == 0x20 || $0 == 0x09 } }
      let number = key.isNumeric || key.isHuman ? Self.number(text, isHuman: key.isHuman) : 0
      var kept = Array(text)
      if key.ignoresCase { kept = kept.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 } }
      return Part(text: kept, number: number)
    }
    return Entry(line: line, position: position, parts: parts)
  }

  private func text(of key: Key, in line: [UInt8]) -> ArraySlice<UInt8> {
    let fields = ranges(line)
    guard key.start.field <= fields.count else { return [] }
    let first = fields[key.start.field - 1]
    let start = min(first.lowerBound + key.start.character - 1, line.count)
    guard let end = key.end else { return line[start...] }
    guard end.field <= fields.count else { return line[start...] }
    let last = fields[end.field - 1]
    let stop = end.character == 0 ? last.upperBound : min(last.lowerBound + end.character, last.upperBound)
    return start < stop ? line[start..<stop] : []
  }

  /// The fields of a line; without a separator a field begins with the blanks before it.
  private func ranges(_ line: [UInt8]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start = 0
    var place = 0
    if let separator {
      while place <= line.count {
        if place == line.count || line[place] == separator {
          result.append(start..<place)
          start = place + 1
        }
        place += 1
      }
      return result
    }
    let isBlank: (Int) -> Bool = { line[$0] == 0x20 || line[$0] == 0x09 }
    while place < line.count {
      while place < line.count, isBlank(place) { place += 1 }
      while place < line.count, !isBlank(place) { place += 1 }
      result.append(start..<place)
      start = place
    }
    return result
  }

  /// The number at the beginning of a text; 0 for none.
  private static func number(_ text: ArraySlice<UInt8>, isHuman: Bool) -> Double {
    var rest = text
    var sign = 1.0
    if rest.first == UInt8(ascii: "-") {
      sign = -1
      rest = rest.dropFirst()
    }
    let digits = rest.prefix { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    let number =
      sign
      * (Double(String(decoding: digits, as: UTF8.self)) ?? Double(
        String(decoding: digits, as: UTF8.self) + "0") ?? 0)
    guard isHuman, let suffix = rest.dropFirst(digits.count).first,
      let power = Array("KMGTPE".utf8).firstIndex(
        of: suffix == UInt8(ascii: "k") ? UInt8(ascii: "K") : suffix)
    else { return number }
    // A larger suffix comes later, whatever the number.
    return number + sign * Double(power + 1) * 1e15
  }

  /// Below, equal to or above 0 by the keys alone.
  func compareKeys(_ x: Entry, _ y: Entry) -> Int {
    for (index, key) in keys.enumerated() {
      let (left, right) = (x.parts[index], y.parts[index])
      var result = 0
      if key.isNumeric || key.isHuman {
        result = left.number < right.number ? -1 : left.number > right.number ? 1 : 0
      } else {
        result = Self.compare(left.text, right.text)
      }
      if result != 0 { return key.isReverse ? -result : result }
    }
    return 0
  }

  /// The whole order: equal lines by all of their bytes.
  func compare(_ x: Entry, _ y: Entry) -> Int {
    let result = compareKeys(x, y)
    if result != 0 { return result }
    if !isStable {
      let last = Self.compare(Array(x.line.utf8), Array(y.line.utf8))
      if last != 0 { return isReverse ? -last : last }
    }
    return x.position - y.position
  }

  private static func compare(_ x: [UInt8], _ y: [UInt8]) -> Int {
    if x.lexicographicallyPrecedes(y) { return -1 }
    return y.lexicographicallyPrecedes(x) ? 1 : 0
  }
}
