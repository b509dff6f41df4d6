// Elements of lists and strings, and lists made from ranges.

extension Interpreter {
  private static let contentsOfMemory = FailureKind.notModelled("contents of memory")

  func element(_ container: Slot, _ index: Slot) throws -> Slot {
    switch container.tag {
    case .list:
      let position = try checkedIndex(index, count: container.object.pointee.count, of: "list")
      return container.object.pointee.slots[position]
    case .string:
      let text = container.object
      if text.pointee.isASCII {
        let position = try checkedIndex(index, count: text.pointee.count, of: "string")
        try reserve(1)
        return Slot(heap.makeString(UnsafeBufferPointer(start: text.pointee.bytes + position, count: 1)))
      }
      let count = Int(try length(container).payload)
      let position = try checkedIndex(index, count: count, of: "string")
      return try substring(container, position, position + 1)
    case .map: return try value(of: index, in: container.object)
    case .pointer, .null:
      throw ScriptError(
        "a pointer cannot be indexed", kind: Self.contentsOfMemory,
        hint: "`peek(p + i)` reads what lies there, `poke(p + i, value)` stores")
    case .undefined: throw ScriptError("this variable has no value yet")
    default: throw ScriptError("\(container.kindName) has no elements", kind: .type)
    }
  }

  func setElement(_ container: Slot, _ index: Slot, _ value: Slot) throws {
    if container.tag == .map { return try set(index, to: value, in: container.object) }
    guard container.tag == .list else {
      if container.tag == .string {
        throw ScriptError("a string cannot be changed", hint: "make a new one, with `+`, `slice` or `join`")
      }
      if container.tag == .pointer || container.tag == .null {
        throw ScriptError(
          "a pointer cannot be indexed",
          kind: Self.contentsOfMemory,
          hint: "`poke(p + i, value)` stores, `peek(p + i)` reads what lies there")
      }
      throw ScriptError("\(container.kindName) has no elements", kind: .type)
    }
    let position = try checkedIndex(index, count: container.object.pointee.count, of: "list")
    container.object.pointee.slots[position] = value
  }

  /// An index that is inside; −1 is the last.
  func checkedIndex(_ index: Slot, count: Int, of what: String) throws -> Int {
    guard index.tag == .integer else {
      throw ScriptError("an index is an integer, not \(index.kindName)", kind: .type)
    }
    let position = index.payload < 0 ? index.payload + Int64(count) : index.payload
    guard position >= 0, position < Int64(count) else {
      let size = count == 1 ? "1 element" : "\(count) elements"
      throw ScriptError(
        "index \(index.payload) is outside this \(what) of \(what == "list" ? size : "length \(count)")",
        hint: count == 0
          ? "it is empty"
          : "indexes go from 0 to \(count - 1), and from -1 back to \(-count)")
    }
    return Int(position)
  }

  /// Appends values to a list.
  func append(_ values: UnsafePointer<Slot>, _ count: Int, to list: UnsafeMutablePointer<HeapObject>) throws {
    let needed = list.pointee.count + count
    if needed > list.pointee.capacity {
      try grow(list, to: needed)
    }
    (list.pointee.slots + list.pointee.count).update(from: values, count: count)
    list.pointee.count = needed
  }

  /// Gives a list room for at least `needed` elements: twice what it had, or a quarter more once it is large, since
  /// old and new are there together while it moves.
  private func grow(_ list: UnsafeMutablePointer<HeapObject>, to needed: Int) throws {
    let old = list.pointee.capacity
    let capacity = max(needed, old < 1 << 16 ? old * 2 : old + old / 4, 4)
    try reserve(slots: old > 1 << 16 ? capacity : capacity - old)
    try budget.charge(old >> 3)
    heap.grow(list, capacity: capacity)
  }

  /// The list of the integers from `lower` by `step` up to before `upper`.
  func makeRange(_ lower: Int64, _ upper: Int64, step: Int64 = 1, isClosed: Bool = false) throws -> Slot {
    guard step != 0 else { throw ScriptError("the step of a range cannot be 0") }
    let (low, high) = step > 0 ? (lower, upper) : (upper, lower)
    var count: UInt64 = 0
    if low < high || isClosed && low == high {
      let distance = UInt64(bitPattern: high &- low)
      let full = (isClosed ? distance : distance - 1) / step.magnitude
      guard full < UInt64(limits.heapBytes / MemoryLayout<Slot>.stride) else { throw heapExhausted() }
      count = full + 1
    }
    try reserve(slots: Int(count))
    let list = heap.makeList(capacity: Int(count))
    var value = lower
    for index in 0..<Int(count) {
      if index.isMultiple(of: Interpreter.elementsPerLook) {
        try charge(elements: min(Int(count) - index, Interpreter.elementsPerLook))
      }
      list.pointee.slots[index] = Slot(value)
      value &+= step
    }
    list.pointee.count = Int(count)
    return Slot(list)
  }

  /// Checks the bounds of a range.
  func bounds(_ lower: Slot, _ upper: Slot) throws -> (Int64, Int64) {
    guard lower.tag == .integer, upper.tag == .integer else {
      let wrong = lower.tag == .integer ? upper : lower
      throw ScriptError("a range goes from integer to integer, not \(wrong.kindName)", kind: .type)
    }
    return (lower.payload, upper.payload)
  }
}
