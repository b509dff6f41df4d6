// Why a trace cannot be replayed.

/// A machine or an option that makes a replay impossible.
public struct ReplayError: Error, Equatable, Sendable {
  /// The reason, in one line.
  public var message: String
  /// What would be right.
  public var hint: String?

  /// Makes an error.
  public init(message: String, hint: String? = nil) {
    self.message = message
    self.hint = hint
  }
}
