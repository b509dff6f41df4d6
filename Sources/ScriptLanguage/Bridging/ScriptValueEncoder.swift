// From values of Swift to values of scripts.

extension ScriptValue {
  /// The script's form of an encodable value: numbers, texts, lists, and maps with the names of properties as keys in the
  /// order in which they are encoded.
  ///
  /// - Throws: what the value throws that refuses to be encoded.
  public init(encoding value: some Encodable) throws {
    if let value = value as? ScriptValue {
      self = value
      return
    }
    let node = ValueNode()
    try write(value, into: node)
    self = node.value
  }
}

/// A value that is being put together; the containers of an encoder share it.
private final class ValueNode {
  var plain = ScriptValue.null
  var elements: [ValueNode]?
  var members: [(name: String, node: ValueNode)]?

  var value: ScriptValue {
    if let members {
      return .map(members.map { ScriptValue.MapEntry(key: .string($0.name), value: $0.node.value) })
    }
    if let elements { return .list(elements.map(\.value)) }
    return plain
  }

  func append() -> ValueNode {
    let node = ValueNode()
    elements = elements ?? []
    elements?.append(node)
    return node
  }

  func add(_ key: some CodingKey) -> ValueNode {
    let node = ValueNode()
    members = members ?? []
    members?.append((key.stringValue, node))
    return node
  }
}

private struct ValueNodeEncoder: Encoder {
  let node: ValueNode
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    node.members = node.members ?? []
    return KeyedEncodingContainer(ValueMembers<Key>(node: node))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    node.elements = node.elements ?? []
    return ValueElements(node: node)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { SingleValue(node: node) }
}

private func write(_ value: some Encodable, into node: ValueNode) throws {
  switch value {
  case let value as ScriptValue: node.plain = value
  case let value as Bool: node.plain = .boolean(value)
  case let value as String: node.plain = .string(value)
  case let value as Double: node.plain = .double(value)
  case let value as Float: node.plain = .double(Double(value))
  case let value as any BinaryInteger:
    guard let number = ScriptValue(exactly: value) else {
      throw EncodingError.invalidValue(
        value, EncodingError.Context(codingPath: [], debugDescription: "the number has more than 64 bits"))
    }
    node.plain = number
  default: try value.encode(to: ValueNodeEncoder(node: node))
  }
}

private struct ValueMembers<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let node: ValueNode
  var codingPath: [any CodingKey] { [] }

  mutating func encodeNil(forKey key: Key) { _ = node.add(key) }

  mutating func encode(_ value: some Encodable, forKey key: Key) throws {
    try write(value, into: node.add(key))
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    ValueNodeEncoder(node: node.add(key)).container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    ValueNodeEncoder(node: node.add(key)).unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder { ValueNodeEncoder(node: node) }
  mutating func superEncoder(forKey key: Key) -> any Encoder { ValueNodeEncoder(node: node.add(key)) }
}

private struct ValueElements: UnkeyedEncodingContainer {
  let node: ValueNode
  var codingPath: [any CodingKey] { [] }
  var count: Int { node.elements?.count ?? 0 }

  mutating func encodeNil() { _ = node.append() }
  mutating func encode(_ value: some Encodable) throws { try write(value, into: node.append()) }
  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> { ValueNodeEncoder(node: node.append()).container(keyedBy: type) }
  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    ValueNodeEncoder(node: node.append()).unkeyedContainer()
  }
  mutating func superEncoder() -> any Encoder { ValueNodeEncoder(node: node.append()) }
}

private struct SingleValue: SingleValueEncodingContainer {
  let node: ValueNode
  var codingPath: [any CodingKey] { [] }

  mutating func encodeNil() { node.plain = .null }
  mutating func encode(_ value: some Encodable) throws { try write(value, into: node) }
}
