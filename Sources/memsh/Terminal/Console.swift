// Standard output and standard error as one, so that what they show keeps its order.

import Glibc
import MemScript

/// The two streams of a run of memsh, with their colours.
final class Console {
  private var output = OutputStream(descriptor: STDOUT_FILENO)
  private var errors = OutputStream(descriptor: STDERR_FILENO, collects: false)
  private let colorsTrace: Bool
  /// Whether diagnostics are coloured.
  let colorsDiagnostics: Bool

  /// Makes a console.
  ///
  /// - Parameter color: when to use colours.
  init(color: ColorChoice) {
    colorsTrace = color.isOn(for: STDOUT_FILENO)
    colorsDiagnostics = color.isOn(for: STDERR_FILENO)
  }

  /// Prints on standard output.
  func print(_ text: String) { output.write(text) }

  /// Prints on standard error, behind everything printed so far.
  func printError(_ text: String) {
    output.flush()
    errors.write(text)
  }

  /// Prints what a session says where it belongs.
  func print(_ text: String, kind: OutputKind) {
    switch kind {
    case .standard: output.write(text)
    case .trace: output.write(colorsTrace ? Self.dimmed(text) : text)
    case .standardError: printError(text)
    case .diagnostic: printError((output.isAtLineStart ? "" : "\n") + LimitsOption.named(text))
    }
  }

  /// Writes out what is still waiting.
  func flush() { output.flush() }

  /// The text in the terminal's faint rendition (ECMA-48, SGR 2), its newline outside.
  private static func dimmed(_ text: String) -> String {
    text.hasSuffix("\n") ? "\u{1B}[2m\(text.dropLast())\u{1B}[22m\n" : "\u{1B}[2m\(text)\u{1B}[22m"
  }
}
