// Encodable values as JSON: the names of their properties in snake_case, in the order of their declaration.

import ScriptLanguage

extension JSONValue {
  /// The JSON of an encodable value; `null` for one that refuses to be encoded.
  public init(encoding value: some Encodable) {
    self.init((try? ScriptValue(encoding: value)) ?? .null)
  }

  /// The JSON of a script's value; a key `freePages` is called `free_pages`.
  init(_ value: ScriptValue) {
    switch value {
    case .null, .object: self = .null
    case .boolean(let value): self = .boolean(value)
    case .integer(let value): self = .integer(value)
    case .unsigned(let value), .pointer(let value): self = .unsigned(value)
    case .double(let value): self = .double(value)
    case .string(let value): self = .string(value)
    case .list(let values): self = .array(values.map { JSONValue($0) })
    case .map(let entries):
      self = .object(
        entries.map { Member(Self.snakeCase($0.key.description), JSONValue($0.value)) })
    }
  }
}
