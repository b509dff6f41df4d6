// A shell command as it is declared.

import LinuxMemory
import ScriptLanguage

/// What a shell command is, apart from what it does.
struct ShellCommand: Sendable {
  /// Its name.
  var name: String
  /// Its synopsis without the name.
  var usage: String
  /// Its manual page, such as `free(1)`.
  var source: String
  /// One sentence: what it does.
  var summary: String
  /// What is special here; may be empty.
  var details = ""
  /// Whose manners it has when used wrongly.
  var style: UsageStyle
  /// The exit status of a wrong use.
  var usageStatus: Int32 = 1
  /// Its options.
  var options = OptionTable(flags: "")
  /// Whether it tells what the console of a halted machine still shows.
  var worksAfterPanic = false

  /// The failure for a wrong use; without a problem, the synopsis alone.
  func usageFailure(_ problem: String? = nil) -> ShellFailure {
    style.failure(problem, command: name, usage: usage, status: usageStatus)
  }

  /// Makes the catalogue's entry.
  ///
  /// - Parameter body: runs the command; `ShellFailure` ends it with a message and a status.
  func entry(
    layer: CatalogueEntry.Layer = .shell, _ body: @escaping @Sendable (inout ShellRun) throws -> Void
  ) -> CatalogueEntry {
    CatalogueEntry.shell(
      name, usage: usage, source: source, summary: summary, details: details,
      worksAfterPanic: worksAfterPanic, optionWords: options.words, layer: layer
    ) { session, line in
      try ShellRun.perform(self, session, line, body)
    }
  }
}
