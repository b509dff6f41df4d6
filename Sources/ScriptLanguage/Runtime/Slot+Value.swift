// Slots as the host sees them.

/// How deep and how large a list may be when it crosses the border to the host, where it becomes a tree.
enum BorderLimits {
  static let depth = 64
  static let elements = 1 << 22
}

extension Slot {
  /// The value for the host.
  ///
  /// - Throws: `ScriptError` when a list contains itself or is too large as a tree.
  func value() throws -> Value {
    switch tag {
    case .integer: return .integer(payload)
    case .pointer: return .pointer(bits)
    case .boolean: return .boolean(payload != 0)
    case .null, .undefined: return .null
    case .string: return .string(object.pointee.text)
    case .list:
      var budget = BorderLimits.elements
      return try tree(depth: 0, budget: &budget)
    }
  }

  private func tree(depth: Int, budget: inout Int) throws -> Value {
    guard tag == .list else { return try value() }
    let list = object.pointee
    budget -= list.count
    guard depth < BorderLimits.depth, budget >= 0 else {
      throw ScriptError(
        "this list is nested more than \(BorderLimits.depth) deep or has more than "
          + "\(BorderLimits.elements) elements",
        hint: "a list that contains itself cannot be given to a command")
    }
    return .list(try list.slotBuffer.map { try $0.tree(depth: depth + 1, budget: &budget) })
  }
}
