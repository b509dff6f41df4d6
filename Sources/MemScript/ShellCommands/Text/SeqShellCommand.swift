// seq: numbers one after another.

import ScriptLanguage

extension ShellCommands {
  /// GNU seq for whole numbers and decimal fractions.
  static let seq = ShellCommand(
    name: "seq", usage: "[-w] [-s STRING] [FIRST [INCREMENT]] LAST", source: "seq(1)",
    summary: "Prints the numbers from FIRST to LAST.",
    details: "-s says what stands between them, -w makes them equally wide.",
    style: .tryHelp, options: OptionTable(flags: "w", valued: "s", notModelled: ["f", "format"])
  ).entry { run in
    // A number below 0 is no option.
    var words: [String] = []
    var width = false
    var separator = "\n"
    var rest = run.words[...]
    while let word = rest.popFirst() {
      switch word {
      case "-w", "--equal-width": width = true
      case "-s": separator = rest.popFirst() ?? "\n"
      case _ where word.hasPrefix("-s"): separator = String(word.dropFirst(2))
      case "--":
        words += rest
        rest = []
      case _ where word.hasPrefix("-") && DecimalNumber(word) == nil: _ = try run.options()
      default: words.append(word)
      }
    }
    guard !words.isEmpty else { throw run.command.usageFailure("missing operand") }
    guard words.count <= 3 else { throw run.command.usageFailure("extra operand ‘\(words[3])’") }
    let numbers = try words.map { word in
      guard let number = DecimalNumber(word) else {
        throw run.command.usageFailure("invalid floating point argument: ‘\(word)’")
      }
      return number
    }
    let places = numbers.dropLast().map(\.places).max() ?? 0
    let scaled = numbers.map { $0.scaled(to: max(places, numbers[numbers.count - 1].places)) }
    let shown = max(places, 0)
    let step =
      numbers.count == 3 ? scaled[1] : DecimalNumber.power(max(places, numbers[numbers.count - 1].places))
    let first = numbers.count == 1 ? DecimalNumber.power(max(places, numbers[0].places)) : scaled[0]
    let last = scaled[scaled.count - 1]
    guard let step, let first, let last else {
      throw run.failure("these numbers are too large", ShellWord(text: "", index: 0))
    }
    guard step != 0 else {
      throw run.command.usageFailure("invalid Zero increment value: ‘\(words[1])’")
    }
    let scale = max(places, numbers[numbers.count - 1].places)
    var texts: [String] = []
    var value = first
    while step > 0 ? value <= last : value >= last {
      if texts.count & 0x3FF == 0 { try run.session.budget.charge(0x400) }
      guard texts.count < run.session.limits.heapBytes / 64 else {
        throw ScriptLimit.heapBytes.error(under: run.session.limits)
      }
      texts.append(DecimalNumber.text(value, scale: scale, places: shown))
      let (next, overflow) = value.addingReportingOverflow(step)
      if overflow { break }
      value = next
    }
    if width {
      let end = DecimalNumber.text(last, scale: scale, places: shown)
      let longest = max(texts.map(\.utf8.count).max() ?? 0, end.utf8.count)
      texts = texts.map { text in
        let isNegative = text.hasPrefix("-")
        let digits = isNegative ? String(text.dropFirst()) : text
        return (isNegative ? "-" : "") + String(repeating: "0", count: longest - text.utf8.count) + digits
      }
    }
    if !texts.isEmpty { run.print(texts.joined(separator: separator) + "\n") }
  }
}

/// A number with a fixed number of decimal places.
private struct DecimalNumber {
  private let digits: Int64
  /// How many digits stand behind the point.
  let places: Int

  init?(_ text: String) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count <= 2, let last = parts.last, !text.isEmpty else { return nil }
    let fraction = parts.count == 2 ? last : ""
    guard fraction.allSatisfy({ ("0"..."9").contains($0) }), fraction.utf8.count <= 9,
      let digits = Int64(String(parts[0]) + fraction)
    else { return nil }
    (self.digits, places) = (digits, fraction.utf8.count)
  }

  /// The number as a multiple of 10^-places; nil when it does not fit.
  func scaled(to places: Int) -> Int64? {
    guard let factor = Self.power(places - self.places) else { return nil }
    let (product, overflow) = digits.multipliedReportingOverflow(by: factor)
    return overflow ? nil : product
  }

  static func power(_ count: Int) -> Int64? {
    (0..<max(count, 0)).reduce(1) { product, _ in
      product.flatMap { (number: Int64) -> Int64? in
        let (next, overflow) = number.multipliedReportingOverflow(by: 10)
        return overflow ? nil : next
      }
    }
  }

  static func text(_ value: Int64, scale: Int, places: Int) -> String {
    guard scale > 0 else { return String(value) }
    var digits = String(value.magnitude)
    if digits.utf8.count <= scale {
      digits = String(repeating: "0", count: scale + 1 - digits.utf8.count) + digits
    }
    let whole = digits.dropLast(scale)
    let fraction = digits.suffix(scale).prefix(places)
    return (value < 0 ? "-" : "") + whole + (places > 0 ? "." + fraction : "")
  }
}
