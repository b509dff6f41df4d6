// Slots as the host sees them.

/// How deep and how large a list may be when it crosses the border to the host, where it becomes a tree.
enum BorderLimits {
  static let depth = 64
  static let elements = 1 << 22
  /// How many bytes the texts of one value may have together, where nobody has said another number.
  static let bytes = 256 << 20
}

extension Slot {
  /// The value for the host.
  ///
  /// - Parameter bytes: how many the copy may take; a list that holds the same text twice becomes two texts.
  /// - Throws: `ScriptError` when a list contains itself or is too large as a tree.
  func value(within bytes: Int = BorderLimits.bytes) throws -> ScriptValue {
    switch tag {
    case .integer: return .integer(payload)
    case .pointer: return .pointer(bits)
    case .boolean: return .boolean(payload != 0)
    case .null, .undefined: return .null
    case .unsigned: return .unsigned(bits)
    case .double: return .double(double)
    case .string: return .string(object.pointee.text)
    case .opaque: return .object(object.pointee.hostObject)
    case .list, .map:
      var room = (elements: BorderLimits.elements, bytes: bytes)
      return try tree(depth: 0, room: &room)
    }
  }

  private func tree(depth: Int, room: inout (elements: Int, bytes: Int)) throws -> ScriptValue {
    if tag == .string { room.bytes -= object.pointee.count }
    if tag == .list || tag == .map {
      room.elements -= object.pointee.count
      room.bytes -= object.pointee.count * MemoryLayout<ScriptValue>.stride
    }
    guard depth < BorderLimits.depth, room.elements >= 0, room.bytes >= 0 else {
      throw ScriptError(
        "this list is nested more than \(BorderLimits.depth) deep, has more than \(BorderLimits.elements) "
          + "elements or is larger than a script's heap",
        hint: "a list that contains itself cannot be given to a command")
    }
    switch tag {
    case .list: return .list(try object.pointee.slotBuffer.map { try $0.tree(depth: depth + 1, room: &room) })
    case .map:
      let entries = object.pointee.entries
      var pairs: [ScriptValue.MapEntry] = []
      for place in stride(from: 0, to: entries.count, by: 2) where entries[place].tag != .undefined {
        pairs.append(
          ScriptValue.MapEntry(
            key: try entries[place].value(),
            value: try entries[place + 1].tree(depth: depth + 1, room: &room)))
      }
      return .map(pairs)
    default: return try value()
    }
  }
}
