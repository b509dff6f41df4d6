// What a script computes with, as the host of the language sees it.

/// One value of the language.
///
/// Integers are 64-bit and signed; a pointer is an address and prints as `0x…`.
public enum Value: Equatable, Sendable {
  /// `NULL`, and the result of a call that returns nothing.
  case null
  /// `true` or `false`.
  case boolean(Bool)
  /// A signed 64-bit integer.
  case integer(Int64)
  /// An address, in bytes from 0.
  case pointer(UInt64)
  /// A text; always valid UTF-8.
  case string(String)
  /// A list of values.
  case list([Value])
}
