// One setting of a machine, as a script writes it.

/// One `key=value` of a `machine` statement.
public struct MachineSetting: Sendable, Equatable {
  /// The key, as written.
  public var key: String
  /// Its value: an integer for sizes and numbers, else the text as written.
  public var value: ScriptValue
  /// Where both stand.
  public var span: SourceSpan

  /// Makes a setting.
  public init(key: String, value: ScriptValue, span: SourceSpan) {
    self.key = key
    self.value = value
    self.span = span
  }
}
