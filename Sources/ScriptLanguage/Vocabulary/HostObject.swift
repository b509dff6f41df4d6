// A value of the host's that scripts carry without looking into it.

/// A value of the host's that goes through a script as it is: scripts store it, compare it and give it to commands.
///
/// Two are equal when they are the same object. The script sees the name alone, as `<name>`.
public final class HostObject: Sendable {
  /// The host's value.
  public let value: any Sendable
  /// What scripts print: `<name>`.
  public let name: String

  /// Wraps a value.
  ///
  /// - Parameters:
  ///   - value: any value that may cross threads, as everything may that a script holds.
  ///   - name: what scripts print; the name of the value's type unless another one is given.
  public init(_ value: any Sendable, name: String? = nil) {
    self.value = value
    self.name = name ?? String(describing: type(of: value))
  }
}

extension HostObject: Equatable {
  /// Whether both are the same object.
  public static func == (left: HostObject, right: HostObject) -> Bool { left === right }
}
