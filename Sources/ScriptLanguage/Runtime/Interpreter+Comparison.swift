// Order and equality of values.

extension Interpreter {
  /// How many bytes are compared or searched between two looks at the budget.
  static var bytesPerLook: Int { 1 << 15 }
  /// How many pairs of lists one comparison looks at.
  private static let comparedLists = 1_000_000

  /// Whether x < y. Integers compare as signed, pointers as unsigned, strings by their characters.
  func isLess(_ x: Slot, _ y: Slot) throws -> Bool { try order(x, y, "<") == -1 }

  /// Whether x <= y.
  func isLessOrEqual(_ x: Slot, _ y: Slot) throws -> Bool { try order(x, y, "<=") <= 0 }

  func order(_ x: Slot, _ y: Slot, _ sign: String) throws -> Int {
    if x.tag == .string, y.tag == .string { return try compareStrings(x, y) }
    guard x.isArithmetic, y.isArithmetic else {
      if x.tag == .undefined || y.tag == .undefined { throw ScriptError("this variable has no value yet") }
      throw ScriptError(
        "\(x.kindName) and \(y.kindName) have no order", kind: .type,
        hint: x.tag == .string || y.tag == .string ? "`int(text)` reads a number" : nil)
    }
    if x.tag == .double || y.tag == .double {
      let (left, right) = (x.asDouble, y.asDouble)
      // What is no number is neither below nor above; 2 is neither below 0 nor equal to it.
      return left < right ? -1 : left == right ? 0 : left > right ? 1 : 2
    }
    if x.comparesUnsigned || y.comparesUnsigned {
      return x.bits < y.bits ? -1 : (x.bits == y.bits ? 0 : 1)
    }
    return x.payload < y.payload ? -1 : (x.payload == y.payload ? 0 : 1)
  }

  /// Compares the bytes of two strings: below, equal to or above 0.
  func compareStrings(_ x: Slot, _ y: Slot) throws -> Int {
    let left = x.object.pointee.byteBuffer
    let right = y.object.pointee.byteBuffer
    var start = 0
    let common = min(left.count, right.count)
    while start < common {
      let end = min(start + Interpreter.bytesPerLook, common)
      for index in start..<end where left[index] != right[index] {
        try budget.charge(bytes: index - start)
        return left[index] < right[index] ? -1 : 1
      }
      try budget.charge(bytes: end - start)
      start = end
    }
    return left.count == right.count ? 0 : (left.count < right.count ? -1 : 1)
  }

  /// Whether `x == y`, where a text that writes a number is not to be mistaken for one.
  func areEqual(_ x: Slot, _ y: Slot) throws -> Bool {
    if x.tag == .string, y.isArithmetic { try refuseNumberInText(x) }
    if y.tag == .string, x.isArithmetic { try refuseNumberInText(y) }
    return try areSame(x, y)
  }

  /// Whether two values are equal; values of different kinds are not, except numbers as C compares them.
  func areSame(_ x: Slot, _ y: Slot) throws -> Bool {
    if x.tag == y.tag, x.tag == .list || x.tag == .map { return try areEqualLists(x, y) }
    return try areEqualScalars(x, y)
  }

  /// Throws for a text that writes a number, such as a command's output, beside a number: it never equals one.
  private func refuseNumberInText(_ text: Slot) throws {
    let bytes = text.object.pointee.byteBuffer
    guard let first = bytes.first, Lexer.isDigit(first) || first == UInt8(ascii: "-"), bytes.count <= 32,
      Double(text.object.pointee.text) != nil
    else { return }
    throw ScriptError(
      "the text \(Slot.brief(text)) equals no number", kind: .type,
      hint: "`int(text)` or `$((...))` reads the number")
  }

  private func areEqualScalars(_ x: Slot, _ y: Slot) throws -> Bool {
    if x.isNumeric, y.isNumeric { return x.payload == y.payload }
    if x.isArithmetic, y.isArithmetic { return x.asDouble == y.asDouble }
    if x.tag == .opaque { return x == y }
    guard x.tag == .string, y.tag == .string else { return false }
    if x.payload == y.payload { return true }
    return try x.object.pointee.count == y.object.pointee.count && compareStrings(x, y) == 0
  }

  /// Compares lists with a stack of its own, so that neither depth nor cycles can exhaust the host's.
  private func areEqualLists(_ x: Slot, _ y: Slot) throws -> Bool {
    var pending = [(x, y)]
    var seen = 0
    while let (left, right) = pending.popLast() {
      if left.payload == right.payload { continue }
      let (a, b) = (left.object.pointee, right.object.pointee)
      if left.tag == .map {
        guard try addPairs(left, right, &pending) else { return false }
        continue
      }
      guard a.count == b.count else { return false }
      // Lists that hold each other are compared without end, unless somebody counts.
      seen += 1
      guard seen <= Interpreter.comparedLists,
        pending.count <= limits.heapBytes / MemoryLayout<(Slot, Slot)>.stride
      else { throw ScriptError("these lists are too large to compare") }
      for index in 0..<a.count {
        try budget.charge(1)
        let (p, q) = (a.slots[index], b.slots[index])
        if p.tag == q.tag, p.tag == .list || p.tag == .map {
          pending.append((p, q))
        } else if try !areEqualScalars(p, q) {
          return false
        }
      }
    }
    return true
  }
}

extension Interpreter {
  /// Compares two maps: the same keys with equal values, in any order. What has to be compared further is added.
  private func addPairs(_ left: Slot, _ right: Slot, _ pending: inout [(Slot, Slot)]) throws -> Bool {
    let (a, b) = (left.object, right.object)
    guard a.pointee.liveCount == b.pointee.liveCount else { return false }
    let entries = a.pointee.entries
    for place in stride(from: 0, to: entries.count, by: 2) where entries[place].tag != .undefined {
      try budget.charge(1)
      guard let other = try self.place(of: entries[place], in: b) else { return false }
      let (p, q) = (entries[place + 1], b.pointee.entries[other + 1])
      if p.tag == q.tag, p.tag == .list || p.tag == .map {
        pending.append((p, q))
      } else if try !areEqualScalars(p, q) {
        return false
      }
    }
    return true
  }
}

extension Slot {
  var comparesUnsigned: Bool { tag == .pointer || tag == .null || tag == .unsigned }
}
