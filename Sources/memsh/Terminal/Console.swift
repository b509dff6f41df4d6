// Standard output and standard error as one, so that what they show keeps its order.

import Glibc
import MemScript

/// The two streams of a run of memsh, with their colours, and what stands in the way of the first: a pager or a file.
final class Console {
  private var output = OutputStream(descriptor: STDOUT_FILENO)
  private var errors = OutputStream(descriptor: STDERR_FILENO, collects: false)
  /// The file of `.output` or `.once`.
  private var file: OutputStream?
  private var pager = Pager()
  /// Whether what is printed is coloured.
  let colorsOutput: Bool
  /// Whether diagnostics are coloured.
  let colorsDiagnostics: Bool
  /// Whether a terminal stops at each screenful.
  var pages = false

  /// Makes a console.
  ///
  /// - Parameter color: when to use colours.
  init(color: ColorChoice) {
    colorsOutput = color.isOn(for: STDOUT_FILENO)
    colorsDiagnostics = color.isOn(for: STDERR_FILENO)
  }

  /// Whether what is printed appears on a terminal.
  var isOnTerminal: Bool { file == nil && isatty(STDOUT_FILENO) == 1 }

  /// How many columns there are to print into.
  var width: Int { file == nil ? TerminalSize(of: STDOUT_FILENO)?.columns ?? TerminalSize.usual.columns : 80 }

  /// Takes what is printed for people, where standard output is for programs; nil for nobody.
  var reader: ((String) -> Void)?

  /// Prints on standard output, whoever else reads and wherever else output goes.
  func printRecord(_ text: String) { output.write(text) }

  /// Prints on standard output.
  func print(_ text: String) {
    if let reader { return reader(text) }
    if file != nil {
      file?.write(text)
    } else if pages {
      pager.write(text) { output.write($0) }
    } else {
      output.write(text)
    }
  }

  /// Prints on standard error, behind everything printed so far.
  func printError(_ text: String) {
    output.flush()
    errors.write(text)
    if pages { pager.note(text) }
  }

  /// Prints what a session says where it belongs.
  func print(_ text: String, kind: OutputKind) {
    switch kind {
    case .standard: print(text)
    case .trace: print(colorsOutput && file == nil ? TraceColors.colored(text) : text)
    case .standardError: printError(text)
    case .diagnostic: printError((output.isAtLineStart ? "" : "\n") + LimitsOption.named(text))
    }
  }

  /// How long the user has read since the last prompt, while output waited.
  var waited: Duration { pager.waited }

  /// Tells that the user has seen what was printed so far: the next screenful begins.
  func beginScreen() { pager.beginScreen() }

  /// Prints into a file from now on; nil for standard output again.
  ///
  /// - Throws: `HostFileError` when the file cannot be written.
  func redirect(to path: String?) throws(HostFileError) {
    file?.close()
    file = nil
    guard let path else { return }
    output.flush()
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw HostFileError(path: path, reason: String(cString: strerror(errno))) }
    file = OutputStream(descriptor: descriptor, collects: true)
  }

  /// Writes out what is still waiting.
  func flush() {
    output.flush()
    file?.flush()
  }
}
