// A machine that cannot be built as asked, and why.

/// Why a machine configuration was refused.
public struct ConfigurationError: Error, Equatable, Sendable {
  /// The key at fault, as written.
  public var key: String
  /// The sentence for the user: the key, the value, and what is accepted.
  public var message: String

  /// Makes an error.
  public init(key: String, message: String) {
    self.key = key
    self.message = message
  }
}

extension ConfigurationError: CustomStringConvertible {
  /// What is wrong, in a line.
  public var description: String { message }
}
