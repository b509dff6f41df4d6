// What a script computes with, as the host of the language sees it.

/// One value of the language.
///
/// Integers are 64-bit and signed; a pointer is an address and prints as `0x…`.
public enum ScriptValue: Equatable, Sendable {
  /// `NULL`, and the result of a call that returns nothing.
  case null
  /// `true` or `false`.
  case boolean(Bool)
  /// A signed 64-bit integer.
  case integer(Int64)
  /// An unsigned integer that has no place in a signed one: 2^63…2^64 − 1.
  case unsigned(UInt64)
  /// A floating-point number, C's `double`.
  case double(Double)
  /// An address, in bytes from 0.
  case pointer(UInt64)
  /// A text; always valid UTF-8.
  case string(String)
  /// A list of values.
  case list([ScriptValue])
  /// A map: its entries in the order of their insertion.
  case map([MapEntry])
  /// An object of the host's.
  case object(HostObject)

  /// One entry of a map.
  public struct MapEntry: Equatable, Sendable {
    /// The key: a text or an integer.
    public var key: ScriptValue
    /// What it leads to.
    public var value: ScriptValue

    /// Makes an entry.
    public init(key: ScriptValue, value: ScriptValue) {
      self.key = key
      self.value = value
    }
  }
}
