// Values written in Swift source, and read as the types of Swift.

extension ScriptValue: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral,
  ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  /// `.null`.
  public init(nilLiteral: ()) { self = .null }

  /// An integer.
  public init(integerLiteral value: Int64) { self = .integer(value) }

  /// A floating-point number.
  public init(floatLiteral value: Double) { self = .double(value) }

  /// A text.
  public init(stringLiteral value: String) { self = .string(value) }

  /// `true` or `false`.
  public init(booleanLiteral value: Bool) { self = .boolean(value) }

  /// A list.
  public init(arrayLiteral elements: ScriptValue...) { self = .list(elements) }

  /// A map with its entries in this order.
  public init(dictionaryLiteral elements: (ScriptValue, ScriptValue)...) {
    self = .map(elements.map { MapEntry(key: $0.0, value: $0.1) })
  }

  /// A whole number: `.integer`, or `.unsigned` from 2^63 on.
  ///
  /// - Returns: nil for one that has more than 64 bits.
  public init?(exactly number: some BinaryInteger) {
    if let value = Int64(exactly: number) {
      self = .integer(value)
    } else if let value = UInt64(exactly: number) {
      self = .unsigned(value)
    } else {
      return nil
    }
  }
}

extension ScriptValue {
  /// The number as an `Int`; nil for what is no whole number, and for one that does not fit. A pointer is none.
  public var intValue: Int? {
    if case .integer(let value) = self { Int(exactly: value) } else { nil }
  }

  /// The whole number, or the address of a pointer, as 64 bits without a sign; nil for anything else and below 0.
  public var uint64Value: UInt64? {
    switch self {
    case .integer(let value): UInt64(exactly: value)
    case .unsigned(let value), .pointer(let value): value
    default: nil
    }
  }

  /// The number as a `Double`, rounded where it has more digits; nil for what is no number.
  public var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  /// The text; nil for anything else.
  public var stringValue: String? { if case .string(let value) = self { value } else { nil } }

  /// The truth value; nil for anything else.
  public var boolValue: Bool? { if case .boolean(let value) = self { value } else { nil } }

  /// The address of a pointer, 0 for `.null`; nil for anything else.
  public var pointerValue: UInt64? {
    switch self {
    case .pointer(let value): value
    case .null: 0
    default: nil
    }
  }

  /// The elements of a list; nil for anything else.
  public var listValue: [ScriptValue]? { if case .list(let values) = self { values } else { nil } }

  /// The entries of a map whose keys are texts; nil for anything else.
  public var dictionaryValue: [String: ScriptValue]? {
    guard case .map(let entries) = self else { return nil }
    var result: [String: ScriptValue] = [:]
    for entry in entries {
      guard case .string(let key) = entry.key else { return nil }
      result[key] = entry.value
    }
    return result
  }

  /// The host's object; nil for anything else.
  public var objectValue: HostObject? { if case .object(let object) = self { object } else { nil } }

  /// Whether it is `.null`.
  public var isNull: Bool { self == .null }

  /// The element of a list.
  ///
  /// - Returns: nil for an index outside of it, and for anything else.
  public subscript(index: Int) -> ScriptValue? {
    guard case .list(let values) = self, values.indices.contains(index) else { return nil }
    return values[index]
  }

  /// The value of a map's key.
  ///
  /// - Returns: nil for a key that is not there, and for anything else.
  public subscript(key: String) -> ScriptValue? {
    guard case .map(let entries) = self else { return nil }
    return entries.first { $0.key == .string(key) }?.value
  }
}
