// The types of Swift that a command may return.

/// A type whose values a command of the host returns to a script.
public protocol ScriptResult {
  /// The value that the script gets.
  var scriptValue: ScriptValue { get }
}

extension ScriptValue {
  /// The script's form of a value that a command may return: numbers, texts, lists, maps, objects.
  public init(_ value: some ScriptResult) { self = value.scriptValue }
}

extension ScriptResult where Self: FixedWidthInteger {
  /// The whole number; one of more than 64 bits keeps its last 64.
  public var scriptValue: ScriptValue {
    ScriptValue(exactly: self) ?? .integer(Int64(truncatingIfNeeded: self))
  }
}

extension Int: ScriptResult {}
extension Int32: ScriptResult {}
extension Int64: ScriptResult {
  /// The number.
  public var scriptValue: ScriptValue { .integer(self) }
}
extension UInt: ScriptResult {}
extension UInt32: ScriptResult {}
extension UInt64: ScriptResult {}

extension Double: ScriptResult {
  /// The number.
  public var scriptValue: ScriptValue { .double(self) }
}

extension Bool: ScriptResult {
  /// `true` or `false`.
  public var scriptValue: ScriptValue { .boolean(self) }
}

extension String: ScriptResult {
  /// The text.
  public var scriptValue: ScriptValue { .string(self) }
}

extension ScriptValue: ScriptResult {
  /// The value itself.
  public var scriptValue: ScriptValue { self }
}

extension ScriptPointer: ScriptResult {
  /// The pointer.
  public var scriptValue: ScriptValue { .pointer(address) }
}

extension HostObject: ScriptResult {
  /// The object.
  public var scriptValue: ScriptValue { .object(self) }
}

extension Array: ScriptResult where Element: ScriptResult {
  /// A list.
  public var scriptValue: ScriptValue { .list(map(\.scriptValue)) }
}

extension Dictionary: ScriptResult where Key == String, Value: ScriptResult {
  /// A map with its keys in order.
  public var scriptValue: ScriptValue {
    .map(
      sorted { $0.key < $1.key }.map {
        ScriptValue.MapEntry(key: .string($0.key), value: $0.value.scriptValue)
      })
  }
}

extension Optional: ScriptResult where Wrapped: ScriptResult {
  /// `NULL` for nil.
  public var scriptValue: ScriptValue { self?.scriptValue ?? .null }
}
