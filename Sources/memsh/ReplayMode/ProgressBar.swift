// How far a long run has come, on a terminal.

import Glibc

/// A line on standard error that fills up and is gone at the end; nothing where standard error is no terminal.
struct ProgressBar {
  private var stream: OutputStream?
  private let title: String
  private var shownPercent = -1

  private static let width = 40

  /// Makes a bar that is not visible yet.
  ///
  /// - Parameter title: What is under way.
  init(title: String) {
    self.title = title.isEmpty ? "" : title + " "
    if isatty(STDERR_FILENO) == 1 && Environment["TERM"] != "dumb" {
      stream = OutputStream(descriptor: STDERR_FILENO, collects: false)
    }
  }

  /// Shows a position.
  ///
  /// - Parameters:
  ///   - position: How much is done.
  ///   - total: How much there is to do.
  mutating func show(_ position: Int, of total: Int) {
    let percent = total > 0 ? min(position, total) * 100 / total : 100
    if percent == shownPercent { return }
    shownPercent = percent
    let filled = Self.width * percent / 100
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
    stream?.write("\r\(title)[\(bar)] \(percent) %\u{1B}[K")
  }

  /// Takes the line away.
  mutating func clear() {
    if shownPercent >= 0 { stream?.write("\r\u{1B}[K") }
  }
}
