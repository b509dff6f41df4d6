// From values of scripts to values of Swift.

extension ScriptValue {
  /// The value as a type of Swift: maps become structures and dictionaries, lists arrays, `NULL` an optional's nil, and a
  /// pointer a whole number.
  ///
  /// - Throws: `DecodingError` with the path to what does not fit.
  public func decoded<Result: Decodable>(as type: Result.Type = Result.self) throws -> Result {
    try readValue(type, self, [])
  }
}

private struct ValueDecoder: Decoder {
  let value: ScriptValue
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .map(let entries) = value else {
      throw mismatch([String: ScriptValue].self, value, codingPath)
    }
    return KeyedDecodingContainer(MemberReader<Key>(entries: entries, codingPath: codingPath))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .list(let values) = value else { throw mismatch([ScriptValue].self, value, codingPath) }
    return ElementReader(values: values, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer {
    SingleReader(value: value, codingPath: codingPath)
  }
}

/// A place in a list, or the name of a key, on the way to what is read.
private struct PathKey: CodingKey {
  var stringValue: String
  var intValue: Int?

  init(_ index: Int) { (stringValue, intValue) = ("\(index)", index) }
  init(stringValue: String) { self.stringValue = stringValue }
  init(intValue: Int) { self.init(intValue) }
}

private func mismatch(_ type: Any.Type, _ value: ScriptValue, _ path: [any CodingKey]) -> DecodingError {
  DecodingError.typeMismatch(
    type,
    DecodingError.Context(codingPath: path, debugDescription: "found \(value.kindName) instead of \(type)"))
}

private func readValue<Result: Decodable>(
  _ type: Result.Type, _ value: ScriptValue, _ path: [any CodingKey]
) throws -> Result {
  func found(_ result: Any?) throws -> Result {
    guard let result = result as? Result else { throw mismatch(type, value, path) }
    return result
  }
  switch type {
  case is ScriptValue.Type: return try found(value)
  case is Bool.Type: return try found(value.boolValue)
  case is String.Type: return try found(value.stringValue)
  case is Double.Type: return try found(value.doubleValue)
  case is Float.Type: return try found(value.doubleValue.map { Float($0) })
  case let type as any FixedWidthInteger.Type:
    if value.intValue != nil || value.uint64Value != nil, whole(type, value) == nil {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: path, debugDescription: "\(value) does not fit \(type)"))
    }
    return try found(whole(type, value))
  default: return try Result(from: ValueDecoder(value: value, codingPath: path))
  }
}

private func whole<Number: FixedWidthInteger>(_ type: Number.Type, _ value: ScriptValue) -> Number? {
  switch value {
  case .integer(let number): Number(exactly: number)
  case .unsigned(let number), .pointer(let number): Number(exactly: number)
  default: nil
  }
}

private struct MemberReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let entries: [ScriptValue.MapEntry]
  let codingPath: [any CodingKey]

  var allKeys: [Key] {
    entries.compactMap { entry in
      switch entry.key {
      case .string(let name): Key(stringValue: name)
      case .integer(let number): Int(exactly: number).flatMap { Key(intValue: $0) }
      default: nil
      }
    }
  }

  private func value(_ key: Key) throws -> ScriptValue {
    let number = key.intValue.map { ScriptValue.integer(Int64($0)) }
    guard
      let entry = entries.first(where: {
        $0.key == .string(key.stringValue) || number != nil && $0.key == number
      })
    else {
      throw DecodingError.keyNotFound(
        key,
        DecodingError.Context(codingPath: codingPath, debugDescription: "there is no key \(key.stringValue)"))
    }
    return entry.value
  }

  func contains(_ key: Key) -> Bool { (try? value(key)) != nil }
  func decodeNil(forKey key: Key) throws -> Bool { try value(key) == .null }
  func decode<Result: Decodable>(_ type: Result.Type, forKey key: Key) throws -> Result {
    try readValue(type, value(key), codingPath + [key])
  }
  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try ValueDecoder(value: value(key), codingPath: codingPath + [key]).container(keyedBy: type)
  }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try ValueDecoder(value: value(key), codingPath: codingPath + [key]).unkeyedContainer()
  }
  func superDecoder() -> any Decoder { ValueDecoder(value: .map(entries), codingPath: codingPath) }
  func superDecoder(forKey key: Key) throws -> any Decoder {
    ValueDecoder(value: try value(key), codingPath: codingPath + [key])
  }
}

private struct ElementReader: UnkeyedDecodingContainer {
  let values: [ScriptValue]
  let codingPath: [any CodingKey]
  var currentIndex = 0
  var count: Int? { values.count }
  var isAtEnd: Bool { currentIndex >= values.count }

  private mutating func next() throws -> ValueDecoder {
    let path = codingPath + [PathKey(currentIndex)]
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(
        ScriptValue.self, DecodingError.Context(codingPath: path, debugDescription: "the list ends here"))
    }
    defer { currentIndex += 1 }
    return ValueDecoder(value: values[currentIndex], codingPath: path)
  }

  mutating func decodeNil() throws -> Bool {
    guard !isAtEnd, values[currentIndex] == .null else { return false }
    currentIndex += 1
    return true
  }
  mutating func decode<Result: Decodable>(_ type: Result.Type) throws -> Result {
    let next = try next()
    return try readValue(type, next.value, next.codingPath)
  }
  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> { try next().container(keyedBy: type) }
  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next().unkeyedContainer()
  }
  mutating func superDecoder() throws -> any Decoder { try next() }
}

private struct SingleReader: SingleValueDecodingContainer {
  let value: ScriptValue
  let codingPath: [any CodingKey]

  func decodeNil() -> Bool { value == .null }
  func decode<Result: Decodable>(_ type: Result.Type) throws -> Result {
    try readValue(type, value, codingPath)
  }
}
