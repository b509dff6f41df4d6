// Encodable values as JSON: the names of their properties in snake_case, in the order of their declaration.

extension JSONValue {
  /// The JSON of an encodable value.
  public init(encoding value: some Encodable) {
    let node = JSONNode()
    // Encoding into memory fails for nothing but a value that refuses to be encoded.
    try? value.encode(to: JSONNodeEncoder(node: node))
    self = node.value
  }
}

/// A value that is being put together; the containers of an encoder share it.
private final class JSONNode {
  var plain = JSONValue.null
  var elements: [JSONNode]?
  var members: [(name: String, node: JSONNode)]?

  var value: JSONValue {
    if let members { return .object(members.map { JSONValue.Member($0.name, $0.node.value) }) }
    if let elements { return .array(elements.map(\.value)) }
    return plain
  }

  func append() -> JSONNode {
    let node = JSONNode()
    elements = elements ?? []
    elements?.append(node)
    return node
  }

  /// Adds a member; `freePages` is called `free_pages`.
  func add(_ key: some CodingKey) -> JSONNode {
    let node = JSONNode()
    members = members ?? []
    members?.append((JSONValue.snakeCase(key.stringValue), node))
    return node
  }
}

private struct JSONNodeEncoder: Encoder {
  let node: JSONNode
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    node.members = node.members ?? []
    return KeyedEncodingContainer(JSONMembers<Key>(node: node))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    node.elements = node.elements ?? []
    return JSONElements(node: node)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { JSONSingle(node: node) }
}

private func write(_ value: some Encodable, into node: JSONNode) throws {
  switch value {
  case let value as Bool: node.plain = (.boolean(value))
  case let value as String: node.plain = (.string(value))
  case let value as Double: node.plain = (.double(value))
  case let value as UInt64:
    node.plain = (Int64(exactly: value).map { .integer($0) } ?? .unsigned(value))
  case let value as Int: node.plain = (.integer(Int64(value)))
  case let value as any BinaryInteger: node.plain = (.integer(Int64(clamping: value)))
  default: try value.encode(to: JSONNodeEncoder(node: node))
  }
}

private struct JSONMembers<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let node: JSONNode
  var codingPath: [any CodingKey] { [] }

  mutating func encodeNil(forKey key: Key) { node.add(key).plain = (.null) }

  mutating func encode(_ value: some Encodable, forKey key: Key) throws {
    try write(value, into: node.add(key))
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    JSONNodeEncoder(node: node.add(key)).container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    JSONNodeEncoder(node: node.add(key)).unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder { JSONNodeEncoder(node: node) }
  mutating func superEncoder(forKey key: Key) -> any Encoder {
    JSONNodeEncoder(node: node.add(key))
  }
}

private struct JSONElements: UnkeyedEncodingContainer {
  let node: JSONNode
  var codingPath: [any CodingKey] { [] }
  var count: Int { node.elements?.count ?? 0 }

  mutating func encodeNil() { node.append().plain = (.null) }
  mutating func encode(_ value: some Encodable) throws { try write(value, into: node.append()) }
  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> { JSONNodeEncoder(node: node.append()).container(keyedBy: type) }
  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    JSONNodeEncoder(node: node.append()).unkeyedContainer()
  }
  mutating func superEncoder() -> any Encoder { JSONNodeEncoder(node: node.append()) }
}

private struct JSONSingle: SingleValueEncodingContainer {
  let node: JSONNode
  var codingPath: [any CodingKey] { [] }

  mutating func encodeNil() { node.plain = (.null) }
  mutating func encode(_ value: some Encodable) throws { try write(value, into: node) }
}
