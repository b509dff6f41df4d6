// strerror and perror: what errno means.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let strerror = call(
    "strerror", [.init("errnum", .integer)], layer: .cLibrary, source: "strerror(3)",
    summary: "Returns the text of an error number."
  ) { _, arguments in
    .string(ErrorNumber(Int32(truncatingIfNeeded: try arguments.integer(0))).message)
  }

  static let perror = call(
    "perror", [.init("s", .any, optional: true)], layer: .cLibrary, source: "perror(3)",
    summary: "Prints a text and the meaning of errno to the standard error."
  ) { session, arguments in
    let text = arguments.isPresent(0) ? try arguments.value(0) : .null
    let message = session.machine.errno(of: session.currentProcess).message
    let head = text == .null || text == .string("") ? "" : "\(text.description): "
    session.output(.standardError, "\(head)\(message)\n")
    return .null
  }
}
