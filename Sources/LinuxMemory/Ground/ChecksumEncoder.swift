// A number that tells whether a state that was read is the one that was written.

/// Computes a checksum of what a value encodes, so that a damaged file is refused before anybody trusts its numbers.
///
/// It finds damage, not malice: who changes a file on purpose can compute the checksum, too. The members of a keyed container
/// count in any order, for that of a dictionary is not the same in two programs.
package struct ChecksumEncoder: Encoder {
  /// What is summed up, level by level.
  fileprivate final class Sum {
    var value: UInt64
    init(_ value: UInt64) { self.value = value }
  }

  fileprivate let sum: Sum
  /// Nothing: a checksum has no places.
  package var codingPath: [any CodingKey] { [] }
  /// Nothing.
  package var userInfo: [CodingUserInfoKey: Any] { [:] }

  /// The checksum of a value.
  ///
  /// - Throws: what the value throws that refuses to be encoded.
  package static func checksum(of value: some Encodable) throws -> UInt64 { try hash(value) }

  fileprivate static func hash(_ value: some Encodable) throws -> UInt64 {
    switch value {
    case let value as any FixedWidthInteger: return mix(UInt64(truncatingIfNeeded: value))
    case let value as Bool: return mix(value ? 2 : 1)
    case let value as String: return value.utf8.reduce(mix(3)) { mix($0 ^ UInt64($1)) }
    case let value as Double: return mix(value.bitPattern)
    default:
      let sum = Sum(4)
      try value.encode(to: ChecksumEncoder(sum: sum))
      return mix(sum.value)
    }
  }

  /// The finalizer of SplitMix64.
  fileprivate static func mix(_ value: UInt64) -> UInt64 {
    var mixed = value &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Sums up the members.
  package func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(Members<Key>(sum: sum))
  }

  /// Sums up the elements in their order.
  package func unkeyedContainer() -> any UnkeyedEncodingContainer { Elements(sum: sum) }

  /// Sums up the only value.
  package func singleValueContainer() -> any SingleValueEncodingContainer { Single(sum: sum) }

  private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let sum: Sum
    var codingPath: [any CodingKey] { [] }

    private func add(_ key: Key, _ value: UInt64) throws {
      sum.value &+= mix(try hash(key.stringValue) ^ value)
    }

    mutating func encodeNil(forKey key: Key) throws { try add(key, 5) }
    mutating func encode(_ value: some Encodable, forKey key: Key) throws { try add(key, hash(value)) }
    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> { ChecksumEncoder(sum: sum).container(keyedBy: type) }
    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
      Elements(sum: sum)
    }
    mutating func superEncoder() -> any Encoder { ChecksumEncoder(sum: sum) }
    mutating func superEncoder(forKey key: Key) -> any Encoder { ChecksumEncoder(sum: sum) }
  }

  private struct Elements: UnkeyedEncodingContainer {
    let sum: Sum
    var codingPath: [any CodingKey] { [] }
    var count = 0

    private mutating func add(_ value: UInt64) {
      count += 1
      sum.value = mix(sum.value ^ value)
    }

    mutating func encodeNil() { add(6) }
    mutating func encode(_ value: some Encodable) throws { add(try hash(value)) }
    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type
    ) -> KeyedEncodingContainer<Nested> { ChecksumEncoder(sum: sum).container(keyedBy: type) }
    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { Elements(sum: sum) }
    mutating func superEncoder() -> any Encoder { ChecksumEncoder(sum: sum) }
  }

  private struct Single: SingleValueEncodingContainer {
    let sum: Sum
    var codingPath: [any CodingKey] { [] }

    mutating func encodeNil() { sum.value = mix(sum.value ^ 7) }
    mutating func encode(_ value: some Encodable) throws { sum.value = mix(sum.value ^ (try hash(value))) }
  }
}
