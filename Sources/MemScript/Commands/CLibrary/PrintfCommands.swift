// printf and its kin: C's formatted output.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let printf = call(
    "printf", [.init("format", .any)], layer: .cLibrary, source: "printf(3)",
    summary: "Prints values by a format; returns how many bytes that were.",
    details:
      "%d, %u, %x, %o, %c, %s, %p, %f, %e, %g and %a with flags, width, precision and length as in C; %d prints the low 32 "
      + "bits of a larger number, with a warning. printf with words instead of parentheses is the shell's.",
    isVariadic: true
  ) { session, arguments in
    let text = try session.formatted(arguments, from: 0)
    session.emit(text)
    return .integer(Int64(text.utf8.count))
  }

  static let fprintf = call(
    "fprintf", [.init("stream", .integer), .init("format", .any)], layer: .cLibrary, source: "printf(3)",
    summary: "Prints values by a format to stdout or stderr.", isVariadic: true
  ) { session, arguments in
    let kind = try session.stream(arguments, 0)
    let text = try session.formatted(arguments, from: 1)
    session.output(kind, text)
    return .integer(Int64(text.utf8.count))
  }

  static let puts = call(
    "puts", [.init("s", .any)], layer: .cLibrary, source: "puts(3)", summary: "Prints a text and a line end."
  ) { session, arguments in
    session.emit(try arguments.value(0).description + "\n")
    return .integer(1)
  }

  static let fputs = call(
    "fputs", [.init("s", .any), .init("stream", .integer)], layer: .cLibrary, source: "puts(3)",
    summary: "Prints a text to stdout or stderr, without a line end."
  ) { session, arguments in
    session.output(try session.stream(arguments, 1), try arguments.value(0).description)
    return .integer(1)
  }

  static let putchar = call(
    "putchar", [.init("c", .integer)], layer: .cLibrary, source: "puts(3)", summary: "Prints one character."
  ) { session, arguments in
    let byte = UInt8(truncatingIfNeeded: try arguments.integer(0))
    session.emit(String(UnicodeScalar(byte)))
    return .integer(Int64(byte))
  }

  static let fflush = call(
    "fflush", [.init("stream", .any)], layer: .cLibrary, source: "fflush(3)",
    summary: "Does nothing: what is printed is never held back."
  ) { _, _ in .integer(0) }
}

extension Session {
  /// The stream that an argument names by its file descriptor.
  fileprivate func stream(_ arguments: borrowing CallArguments, _ index: Int) throws -> OutputKind {
    switch try arguments.integer(index) {
    case 1: return .standard
    case 2: return .standardError
    default: throw ScriptError("there are the streams stdout and stderr", argument: index)
    }
  }

  /// The text of a format and the arguments behind it.
  fileprivate func formatted(_ arguments: borrowing CallArguments, from index: Int) throws -> String {
    let format = try arguments.string(index)
    var values: [ScriptValue] = []
    for next in (index + 1)..<max(arguments.count, index + 1) { values.append(try arguments.value(next)) }
    try budget.charge(bytes: format.utf8.count)
    do {
      return try PrintfText.text(
        format, values, word: wordBytes, error: machine.errno(of: currentProcess).message
      ) { cut in
        warn("\(cut.conversion) prints the low 32 bits of \(cut.value); \(cut.better) prints all of it")
      }
    } catch var error as ScriptError {
      error.argument = error.argument.map { $0 + index }
      throw error
    }
  }
}
