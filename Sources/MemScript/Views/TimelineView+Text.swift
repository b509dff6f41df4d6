// The timeline as a small chart for a terminal.

extension TimelineView {
  /// The picture: a row for each figure, under them letters at the largest steps, and the statements that caused them.
  public func text(_ style: ViewStyle = ViewStyle()) -> String {
    guard samples.count > 1 else {
      return TextWrap.lines(
        "nothing has been recorded yet: a timeline needs two statements", width: style.columns, hanging: 2)
    }
    let columns = max(min(style.columns - 30, samples.count, 120), 1)
    var text = ""
    for (name, values) in curves where Set(values).count > 1 || name == "RSS" || name == "free" {
      let low = values.min() ?? 0
      let high = values.max() ?? 0
      let unit = { (value: UInt64) in name == "faults" ? String(value) : byteCountText(value) }
      let line = Self.columns(values, columns).map { sign($0, low, high, style) }.joined()
      text +=
        "\(name.alignedLeft(7)) \(style.colored(line, name == "free" ? 33 : 32)) \(unit(low))..\(unit(high))\n"
    }
    let steps = steps()
    var marks = [Character](repeating: " ", count: columns)
    for (number, step) in steps.enumerated() {
      marks[min(step.index * columns / samples.count, columns - 1)] = Self.letter(number)
    }
    text += "        \(String(marks).trimmingEnd)\n"
    for (number, step) in steps.enumerated() {
      let sample = samples[step.index]
      let words =
        "  \(Self.letter(number))  \(sample.text): \(sample.process) \(step.figure) "
        + "\(byteChangeText(from: step.old, to: step.new)) -> \(byteCountText(step.new))"
      text += TextWrap.lines(words, width: style.columns, hanging: 5)
    }
    let each = stride > 1 ? ", a sample for each \(stride)" : ""
    return text + "\(samples.last?.statement ?? 0) statements\(each)\n"
  }

  /// The values of so many columns: of those that share one, the last.
  private static func columns(_ values: [UInt64], _ columns: Int) -> [UInt64] {
    (0..<columns).map { column in values[min((column + 1) * values.count / columns, values.count) - 1] }
  }

  private func sign(_ value: UInt64, _ low: UInt64, _ high: UInt64, _ style: ViewStyle) -> String {
    let signs = Array(style.isUnicode ? "▁▂▃▄▅▆▇█" : "_.-=+*%#")
    guard high > low else { return String(signs[0]) }
    let share = Double(value - low) / Double(high - low)
    return String(signs[min(Int(share * Double(signs.count)), signs.count - 1)])
  }

  private static func letter(_ number: Int) -> Character {
    Character(UnicodeScalar(UInt8(ascii: "a") + UInt8(min(number, 25))))
  }
}

extension String {
  /// Without the blanks at its end.
  fileprivate var trimmingEnd: String { String(reversed().drop { $0 == " " }.reversed()) }
}
