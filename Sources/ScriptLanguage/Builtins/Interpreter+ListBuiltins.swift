// The functions of the language that work on lists.

extension Interpreter {
  func popElement(_ arguments: UnsafePointer<Slot>, _ count: Int) throws -> Slot {
    let list = try list(arguments, 0)
    guard list.pointee.count > 0 else { throw ScriptError("this list is empty", argument: 0) }
    if count == 2 { return try removeElement(arguments) }
    list.pointee.count -= 1
    return list.pointee.slots[list.pointee.count]
  }

  func removeElement(_ arguments: UnsafePointer<Slot>) throws -> Slot {
    let list = try list(arguments, 0)
    let position = try index(arguments, 1, below: list.pointee.count)
    let removed = list.pointee.slots[position]
    list.pointee.count -= 1
    let place = list.pointee.slots + position
    place.update(from: place + 1, count: list.pointee.count - position)
    return removed
  }

  func insertElement(_ arguments: UnsafePointer<Slot>) throws -> Slot {
    let list = try list(arguments, 0)
    let position = try index(arguments, 1, below: list.pointee.count + 1)
    try append(arguments + 2, 1, to: list)
    let place = list.pointee.slots + position
    (place + 1).update(from: place, count: list.pointee.count - 1 - position)
    place.pointee = arguments[2]
    return .null
  }

  private func index(_ arguments: UnsafePointer<Slot>, _ index: Int, below count: Int) throws -> Int {
    do {
      return try checkedIndex(arguments[index], count: count, of: "list")
    } catch var error as ScriptError {
      error.argument = index
      throw error
    }
  }

  /// Sorts in place and returns the list: all numbers, or all strings.
  func sortList(_ arguments: UnsafePointer<Slot>) throws -> Slot {
    let list = try list(arguments, 0)
    var elements = list.pointee.slotBuffer
    if elements.allSatisfy({ $0.tag == .integer }) {
      elements.sort { $0.payload < $1.payload }
    } else if elements.allSatisfy({ $0.tag == .string }) {
      elements.sort { Interpreter.compareStrings($0, $1) < 0 }
    } else {
      guard elements.allSatisfy(\.isNumeric) else {
        throw ScriptError("a list to be sorted holds only numbers or only strings", argument: 0)
      }
      if elements.contains(where: \.comparesUnsigned) {
        elements.sort { $0.bits < $1.bits }
      } else {
        elements.sort { $0.payload < $1.payload }
      }
    }
    return arguments[0]
  }

  func reverseList(_ arguments: UnsafePointer<Slot>) throws -> Slot {
    var elements = try list(arguments, 0).pointee.slotBuffer
    elements.reverse()
    return arguments[0]
  }

  func rangeList(_ arguments: UnsafePointer<Slot>, _ count: Int) throws -> Slot {
    let first = try integer(arguments, 0)
    if count == 1 { return try makeRange(0, first) }
    let end = try integer(arguments, 1)
    return try makeRange(first, end, step: count == 3 ? try integer(arguments, 2) : 1)
  }

  func filledList(_ arguments: UnsafePointer<Slot>) throws -> Slot {
    let count = try integer(arguments, 0)
    guard count >= 0 else { throw ScriptError("a count cannot be \(count)", argument: 0) }
    guard count <= Int64(limits.heapBytes / MemoryLayout<Slot>.stride) else { throw heapExhausted() }
    try reserve(Int(count) * MemoryLayout<Slot>.stride)
    let list = heap.makeList(capacity: Int(count))
    list.pointee.slots.update(repeating: arguments[1], count: Int(count))
    list.pointee.count = Int(count)
    return Slot(list)
  }

  /// Where the second argument is in the first, nil when nowhere.
  func position(_ arguments: UnsafePointer<Slot>) throws -> Int? {
    if arguments[0].tag == .string { return try substringPosition(arguments) }
    let elements = try list(arguments, 0).pointee.slotBuffer
    return try elements.firstIndex { try areEqual($0, arguments[1]) }
  }

  func slice(_ arguments: UnsafePointer<Slot>, _ count: Int) throws -> Slot {
    let length = Int(try self.length(arguments[0]).payload)
    let start = try index(arguments, 1, below: length + 1)
    let end = count == 3 ? try index(arguments, 2, below: length + 1) : length
    guard start <= end else { throw ScriptError("the slice ends before it starts", argument: 2) }
    if arguments[0].tag == .string { return try substring(arguments[0], start, end) }
    try reserve((end - start) * MemoryLayout<Slot>.stride)
    let list = heap.makeList(capacity: end - start)
    list.pointee.slots.update(from: arguments[0].object.pointee.slots + start, count: end - start)
    list.pointee.count = end - start
    return Slot(list)
  }

  /// The smallest or largest of the arguments, or of the only argument's elements.
  func extreme(_ arguments: UnsafePointer<Slot>, _ count: Int, isMinimum: Bool) throws -> Slot {
    var values = UnsafeBufferPointer(start: arguments, count: count)
    if count == 1, arguments[0].tag == .list {
      values = UnsafeBufferPointer(try list(arguments, 0).pointee.slotBuffer)
    }
    guard var best = values.first else { throw ScriptError("this list is empty", argument: 0) }
    for value in values.dropFirst() {
      let comparison = try order(value, best, "<")
      if isMinimum ? comparison < 0 : comparison > 0 { best = value }
    }
    return best
  }

  func sum(_ arguments: UnsafePointer<Slot>) throws -> Slot {
    var total = Slot(0)
    for element in try list(arguments, 0).pointee.slotBuffer {
      guard element.tag == .integer else {
        throw ScriptError("`sum` adds integers, and found \(element.kindName)", argument: 0)
      }
      total = try arithmetic(.add, total, element)
    }
    return total
  }
}
