// Dictionaries and sets in other formats: in one order, so that the same state has the same bytes.

/// A dictionary whose keys are neither texts nor integers, written in the order of its keys' descriptions.
@propertyWrapper
struct InKeyOrder<Key: Hashable & Sendable, Value: Sendable & Equatable>: Sendable, Equatable {
  var wrappedValue: [Key: Value]

  @inline(__always)
  init(wrappedValue: [Key: Value]) { self.wrappedValue = wrappedValue }
}

extension InKeyOrder: Codable where Key: Codable, Value: Codable {
  private struct Entry: Codable {
    var key: Key
    var value: Value
  }

  /// Reads the entries.
  ///
  /// - Throws: `DecodingError` for a key that stands twice.
  init(from decoder: any Decoder) throws {
    let entries = try [Entry](from: decoder)
    wrappedValue = Dictionary(entries.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    guard wrappedValue.count == entries.count else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "a key stands twice"))
    }
  }

  /// Writes the entries.
  func encode(to encoder: any Encoder) throws {
    let entries = wrappedValue.map { (order: "\($0.key)", entry: Entry(key: $0.key, value: $0.value)) }
    try entries.sorted { ($0.order.utf8.count, $0.order) < ($1.order.utf8.count, $1.order) }.map(\.entry)
      .encode(to: encoder)
  }
}

/// A set, written in the order of its elements' descriptions.
@propertyWrapper
struct InElementOrder<Element: Hashable & Sendable>: Sendable, Equatable {
  var wrappedValue: Set<Element>

  @inline(__always)
  init(wrappedValue: Set<Element>) { self.wrappedValue = wrappedValue }
}

extension InElementOrder: Codable where Element: Codable {
  /// Reads the elements.
  init(from decoder: any Decoder) throws { wrappedValue = try Set<Element>(from: decoder) }

  /// Writes the elements.
  func encode(to encoder: any Encoder) throws {
    let elements = wrappedValue.map { (order: "\($0)", element: $0) }
    try elements.sorted { $0.order < $1.order }.map(\.element).encode(to: encoder)
  }
}
