// Breaking text into lines that fit a terminal.

/// Wraps text at words.
enum TextWrap {
  /// A line broken at blanks where it is wider than a terminal; a word that is wider stays whole, and so does a number
  /// with its unit.
  ///
  /// - Parameters:
  ///   - line: one line without its newline; its blanks stay as they are where it is not broken.
  ///   - width: how many columns there are.
  ///   - hanging: by how much the lines behind the first are indented.
  /// - Returns: the lines, each with its newline.
  static func lines(_ line: String, width: Int, hanging: Int) -> String {
    guard line.count > width else { return line + "\n" }
    let indentation = String(repeating: " ", count: min(hanging, max(width / 2, 0)))
    var text = ""
    var current = String(line.prefix { $0 == " " })
    var isFirst = true
    for word in words(of: line.dropFirst(current.count)) {
      let gap = isFirst ? "" : " "
      if !isFirst, !word.isEmpty, current.count + gap.count + word.count > width {
        text += current.trimmingBlanks + "\n"
        current = indentation + word
      } else {
        current += gap + word
      }
      isFirst = false
    }
    return text + current.trimmingBlanks + "\n"
  }

  private static let units: Set<Substring> = [
    "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "bytes", "pages", "times",
  ]

  /// The words of a line between its blanks; where several blanks stand side by side, empty ones; a unit is one word
  /// with its number.
  static func words(of line: some StringProtocol) -> [String] {
    var words: [String] = []
    for word in line.split(separator: " ", omittingEmptySubsequences: false) {
      let plain = word.prefix { $0.isLetter }
      if let last = words.last?.last, last.isNumber, units.contains(Substring(plain)) {
        words[words.count - 1] += " " + word
      } else {
        words.append(String(word))
      }
    }
    return words
  }
}

extension String {
  /// Without the blanks at its end.
  fileprivate var trimmingBlanks: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
