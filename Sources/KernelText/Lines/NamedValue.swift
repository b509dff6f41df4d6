// A number with its name.

/// A number with its name, as in `free:451`.
public struct NamedValue: Sendable, Equatable {
  /// The name.
  public var name: String
  /// The number; its unit is that of the list in which it stands.
  public var value: Int

  /// Makes a named number.
  public init(_ name: String, _ value: Int) {
    self.name = name
    self.value = value
  }
}

extension [NamedValue] {
  /// The value of a name; nil where it is not there.
  public subscript(name: String) -> Int? { first { $0.name == name }?.value }
}
