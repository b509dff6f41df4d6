// Order and equality of values.

extension Interpreter {
  /// How many pairs of elements one comparison of lists looks at.
  private static let comparisonBudget = 10_000_000

  /// Whether x < y. Integers compare as signed, pointers as unsigned, strings by their characters.
  func isLess(_ x: Slot, _ y: Slot) throws -> Bool { try order(x, y, "<") < 0 }

  /// Whether x <= y.
  func isLessOrEqual(_ x: Slot, _ y: Slot) throws -> Bool { try order(x, y, "<=") <= 0 }

  func order(_ x: Slot, _ y: Slot, _ sign: String) throws -> Int {
    if x.tag == .string, y.tag == .string { return Interpreter.compareStrings(x, y) }
    guard x.isNumeric, y.isNumeric else {
      if x.tag == .undefined || y.tag == .undefined { throw ScriptError("this variable has no value yet") }
      throw ScriptError("\(x.kindName) and \(y.kindName) have no order")
    }
    if x.comparesUnsigned || y.comparesUnsigned {
      return x.bits < y.bits ? -1 : (x.bits == y.bits ? 0 : 1)
    }
    return x.payload < y.payload ? -1 : (x.payload == y.payload ? 0 : 1)
  }

  static func compareStrings(_ x: Slot, _ y: Slot) -> Int {
    let left = x.object.pointee.byteBuffer
    let right = y.object.pointee.byteBuffer
    for index in 0..<min(left.count, right.count) where left[index] != right[index] {
      return left[index] < right[index] ? -1 : 1
    }
    return left.count == right.count ? 0 : (left.count < right.count ? -1 : 1)
  }

  /// Whether two values are equal; values of different kinds are not, except numbers as C compares them.
  func areEqual(_ x: Slot, _ y: Slot) throws -> Bool {
    if x.tag == .list, y.tag == .list { return try areEqualLists(x, y) }
    return areEqualScalars(x, y)
  }

  private func areEqualScalars(_ x: Slot, _ y: Slot) -> Bool {
    if x.isNumeric, y.isNumeric { return x.payload == y.payload }
    guard x.tag == .string, y.tag == .string else { return false }
    return x.payload == y.payload || Interpreter.compareStrings(x, y) == 0
  }

  /// Compares lists with a stack of its own, so that neither depth nor cycles can exhaust the host's.
  private func areEqualLists(_ x: Slot, _ y: Slot) throws -> Bool {
    var pending = [(x, y)]
    var budget = Interpreter.comparisonBudget
    while let (left, right) = pending.popLast() {
      if left.payload == right.payload { continue }
      let (a, b) = (left.object.pointee, right.object.pointee)
      guard a.count == b.count else { return false }
      budget -= a.count + 1
      guard budget >= 0 else { throw ScriptError("these lists are too large to compare") }
      for index in 0..<a.count {
        let (p, q) = (a.slots[index], b.slots[index])
        if p.tag == .list, q.tag == .list {
          pending.append((p, q))
        } else if !areEqualScalars(p, q) {
          return false
        }
      }
    }
    return true
  }
}

extension Slot {
  var comparesUnsigned: Bool { tag == .pointer || tag == .null }
}
