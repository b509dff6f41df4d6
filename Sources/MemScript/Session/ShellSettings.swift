// What the shell's `set` changes.

/// The shell's own settings.
struct ShellSettings: Sendable, Equatable, Codable {
  /// `set -e`: a failing command ends the script.
  var exitsOnFailure = false
  /// `set -o pipefail`: a pipeline fails when any of its commands does.
  var failsWithAnyStage = false
}
