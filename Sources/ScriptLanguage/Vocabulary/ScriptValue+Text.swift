// Values as text, the same way wherever a script or its host prints one.

extension ScriptValue: CustomStringConvertible {
  /// The text that `print` and `{…}` give: decimal integers, doubles with as few digits as read back the same,
  /// `0x…` pointers, `NULL`, the bare text of a string, `[1, "a"]` for a list and `{"a": 1}` for a map.
  public var description: String {
    switch self {
    case .null, .pointer(0): "NULL"
    case .boolean(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .unsigned(let value): String(value)
    case .double(let value): value.description
    case .pointer(let address): "0x" + String(address, radix: 16)
    case .string(let text): text
    case .object(let object): "<\(object.name)>"
    case .list(let values): "[" + values.map(\.elementDescription).joined(separator: ", ") + "]"
    case .map(let entries):
      "{"
        + entries.map { $0.key.elementDescription + ": " + $0.value.elementDescription }
        .joined(separator: ", ") + "}"
    }
  }

  /// The text as an element of a list: as `description`, but strings are quoted.
  public var elementDescription: String {
    if case .string(let text) = self { return ScriptValue.quoted(text) }
    return description
  }

  /// A text in double quotes with the escapes of the language.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      if let byte = UInt8(exactly: scalar.value), let escape = escape(for: byte) {
        result.append("\\")
        result.unicodeScalars.append(Unicode.Scalar(escape))
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// What stands behind the backslash for a byte that a quoted text cannot hold as it is.
  static func escape(for byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "{"): byte
    case UInt8(ascii: "\n"): UInt8(ascii: "n")
    case UInt8(ascii: "\t"): UInt8(ascii: "t")
    default: nil
    }
  }
}
