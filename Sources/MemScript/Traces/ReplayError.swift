// Why a trace cannot be replayed.

/// A machine or an option that makes a replay impossible.
package struct ReplayError: Error, Equatable, Sendable {
  /// The reason, in one line.
  package var message: String
  /// What would be right.
  package var hint: String?

  /// Makes an error.
  package init(message: String, hint: String? = nil) {
    self.message = message
    self.hint = hint
  }
}
