// A step of a layer as JSON: its name, and its parts under the names that they have in the source.

import LinuxMemory

extension JSONValue {
  /// A value that is no `Encodable`, by its parts.
  init(reflecting value: Any) {
    switch value {
    case let value as Bool: self = .boolean(value)
    case let value as String: self = .string(value)
    case let value as UInt64: self = Int64(exactly: value).map { .integer($0) } ?? .unsigned(value)
    case let value as any BinaryInteger: self = .integer(Int64(clamping: value))
    case let value as Double: self = .double(value)
    case let value as ProcessID: self = .integer(Int64(value.rawValue))
    case let value as FrameNumber: self = .integer(Int64(value.rawValue))
    case let value as ErrorNumber: self = .string(value.name)
    case let value as MemoryPermissions: self = .string(value.text)
    case let value as MigrateType: self = .string(value.name)
    default:
      let mirror = Mirror(reflecting: value)
      switch mirror.displayStyle {
      case .optional: self = mirror.children.first.map { JSONValue(reflecting: $0.value) } ?? .null
      case .collection: self = .array(mirror.children.map { JSONValue(reflecting: $0.value) })
      case .enum where mirror.children.isEmpty: self = .string("\(value)")
      case .enum: self = .object(Self.caseMembers(of: mirror))
      default: self = .object(Self.members(of: mirror))
      }
    }
  }

  /// An enumeration's case and its associated values.
  static func parts(of value: Any) -> (name: String, members: [Member]) {
    let mirror = Mirror(reflecting: value)
    guard let child = mirror.children.first, let label = child.label else {
      return (Self.snakeCase("\(value)"), [])
    }
    let inner = Mirror(reflecting: child.value)
    if inner.displayStyle == .tuple { return (snakeCase(label), members(of: inner)) }
    // One value without a name.
    return (snakeCase(label), [Member("value", JSONValue(reflecting: child.value))])
  }

  private static func caseMembers(of mirror: Mirror) -> [Member] {
    mirror.children.map { Member(snakeCase($0.label ?? "value"), JSONValue(reflecting: $0.value)) }
  }

  private static func members(of mirror: Mirror) -> [Member] {
    mirror.children.enumerated().map { index, child in
      let label = child.label.map { $0.hasPrefix(".") ? "value\(index)" : $0 } ?? "value\(index)"
      return Member(snakeCase(label), JSONValue(reflecting: child.value))
    }
  }

  /// `freedPages` as `freed_pages`.
  static func snakeCase(_ name: String) -> String {
    var text = ""
    for character in name {
      if character.isUppercase, !text.isEmpty { text += "_" }
      text += character.lowercased()
    }
    return text
  }
}
