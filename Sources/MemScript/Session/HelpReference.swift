// Lists for the generated reference: constants, files and exit codes.

import LinuxMemory

/// The parts of the reference that are lists.
package enum HelpReference {
  /// Every constant with its value, in lines.
  package static var constants: String {
    var text = ""
    for name in Constants.names {
      guard let value = Constants.value(of: name) else { continue }
      text += "`\(name)` \(value.description), "
    }
    for name in Constants.wordNames {
      guard let wide = Constants.wordValue(of: name, word: 8),
        let narrow = Constants.wordValue(of: name, word: 4)
      else {
        continue
      }
      text += "`\(name)` \(wide.description) (\(narrow.description) on i386), "
    }
    return Session.wrapped(String(text.dropLast(2)), at: 118).joined(separator: "\n") + "\n"
  }

  /// Every file of /proc and /sys, in lines.
  package static var files: String {
    let paths = ProcFileSystem.files.map { "`\($0.pattern)`\($0.write == nil ? "" : " (w)")" }
    return Session.wrapped(Array(Set(paths)).sorted().joined(separator: ", "), at: 118).joined(
      separator: "\n") + "\n"
  }

  /// What memsh ends with, and when.
  package static let exitCodes: [(status: String, meaning: String)] = [
    ("0", "all went well"),
    ("1", "a diagnostic, a failed `expect`, or a kernel panic that nobody looked at"),
    ("2", "memsh was called wrongly"),
    (
      "n",
      "`exit n` of the process main, the value of C's `main`, or under `set -e` and `--strict` the status of the command that failed"
    ),
    ("128 + n", "the process main died of signal n"),
    ("130", "interrupted"),
  ]
}
