// Values in the formats of other programs.

extension ScriptValue: Codable {
  /// Writes a value as JSON and its like have it: a pointer as its address, a map with its keys as texts.
  ///
  /// - Throws: `EncodingError` for an object of the host's.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .list(let values):
      var elements = encoder.unkeyedContainer()
      for value in values { try elements.encode(value) }
    case .map(let entries):
      var members = encoder.container(keyedBy: ValueKey.self)
      for entry in entries {
        try members.encode(entry.value, forKey: ValueKey(stringValue: entry.key.description))
      }
    default:
      var single = encoder.singleValueContainer()
      switch self {
      case .null: try single.encodeNil()
      case .boolean(let value): try single.encode(value)
      case .integer(let value): try single.encode(value)
      case .unsigned(let value), .pointer(let value): try single.encode(value)
      case .double(let value): try single.encode(value)
      case .string(let value): try single.encode(value)
      case .list, .map: break
      case .object(let object):
        throw EncodingError.invalidValue(
          object,
          EncodingError.Context(
            codingPath: encoder.codingPath, debugDescription: "an object of the host's cannot be encoded"))
      }
    }
  }

  /// Reads a value: whole numbers become integers, objects maps with their keys in order.
  public init(from decoder: any Decoder) throws {
    if let single = try? decoder.singleValueContainer() {
      if single.decodeNil() {
        self = .null
      } else if let value = try? single.decode(Bool.self) {
        self = .boolean(value)
      } else if let value = try? single.decode(Int64.self) {
        self = .integer(value)
      } else if let value = try? single.decode(UInt64.self) {
        self = .unsigned(value)
      } else if let value = try? single.decode(Double.self) {
        self = .double(value)
      } else if let value = try? single.decode(String.self) {
        self = .string(value)
      } else {
        self = try Self.compound(decoder)
      }
    } else {
      self = try Self.compound(decoder)
    }
  }

  private static func compound(_ decoder: any Decoder) throws -> ScriptValue {
    if var elements = try? decoder.unkeyedContainer() {
      var values: [ScriptValue] = []
      while !elements.isAtEnd { values.append(try elements.decode(ScriptValue.self)) }
      return .list(values)
    }
    let members = try decoder.container(keyedBy: ValueKey.self)
    let keys = members.allKeys.sorted { $0.stringValue < $1.stringValue }
    return .map(
      try keys.map {
        MapEntry(key: .string($0.stringValue), value: try members.decode(ScriptValue.self, forKey: $0))
      }
    )
  }
}

/// The key of a map in another format.
private struct ValueKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
