// Printing diagnostics.

import MemScript
import ScriptLanguage

extension Console {
  /// Prints diagnostics with their source lines on standard error.
  func print(_ diagnostics: [Diagnostic]) {
    printError(DiagnosticRenderer(color: colorsDiagnostics).render(diagnostics))
  }
}
