// A variable of the environment in which a program starts.

/// A variable of a program's environment.
package struct EnvironmentVariable: Sendable, Equatable {
  /// Its name.
  package var name: String
  /// Its value.
  package var value: String

  /// Makes a variable.
  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}
