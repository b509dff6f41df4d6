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
    if arguments[0].tag == .map { return try removeEntry(arguments[1], from: arguments[0].object) }
    let list = try list(arguments, 0)
    let position = try index(arguments, 1, below: list.pointee.count)
    let removed = list.pointee.slots[position]
    list.pointee.count -= 1
    let place = list.pointee.slots + position
    place.update(from: place + 1, count: list.pointee.count - position)
    try charge(elements: (list.pointee.count - position) >> 3)
    return removed
  }

  func insertElement(_ arguments: UnsafePointer<Slot>) throws -> Slot {
    let list = try list(arguments, 0)
    let position = try bound(arguments, 1, list.pointee.count)
    try append(arguments + 2, 1, to: list)
    try charge(elements: (list.pointee.count - position) >> 3)
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
    let elements = list.pointee.slotBuffer
    try charge(elements: elements.count)
    var hasStrings = false
    var hasNumbers = false
    var isUnsigned = false
    var hasDoubles = false
    for element in elements {
      if element.tag == .string { hasStrings = true }
      if element.isArithmetic { hasNumbers = true }
      if element.comparesUnsigned { isUnsigned = true }
      if element.tag == .double { hasDoubles = true }
      guard element.tag == .string || element.isArithmetic, !(hasStrings && hasNumbers) else {
        throw ScriptError("a list to be sorted holds only numbers or only strings", kind: .type, argument: 0)
      }
    }
    if hasStrings {
      try sortStrings(elements)
    } else if hasDoubles {
      // What is no number comes last, so that the order is one.
      try sortNumbers(elements) { left, right in
        let (x, y) = (left.asDouble, right.asDouble)
        return x < y || (!x.isNaN && y.isNaN)
      }
    } else if isUnsigned {
      try sortNumbers(elements) { $0.bits < $1.bits }
    } else {
      try sortNumbers(elements) { $0.payload < $1.payload }
    }
    return arguments[0]
  }

  /// Sorts strings, whose comparison takes as long as they are alike. They are sorted beside the list, so that a run
  /// that has to stop leaves it as it was.
  private func sortStrings(_ elements: UnsafeMutableBufferPointer<Slot>) throws {
    try reserve(slots: elements.count)
    var copy = Array(elements)
    try copy.sort {
      try charge(elements: 1)
      return try compareStrings($0, $1) < 0
    }
    _ = elements.update(fromContentsOf: copy)
  }

  /// Sorts numbers: blocks in place, which then are merged with room for half of them.
  ///
  /// A run that has to stop leaves the list with all its elements, in some order.
  @inline(__always)
  private func sortNumbers(
    _ elements: UnsafeMutableBufferPointer<Slot>, by isLess: (Slot, Slot) -> Bool
  ) throws {
    let block = 1 << 15
    guard let base = elements.baseAddress else { return }
    for start in stride(from: 0, to: elements.count, by: block) {
      let length = min(block, elements.count - start)
      try charge(elements: length * (Int.bitWidth - length.leadingZeroBitCount) / 4)
      var part = UnsafeMutableBufferPointer(start: base + start, count: length)
      part.sort(by: isLess)
    }
    var width = block
    if width >= elements.count { return }
    try reserve(slots: elements.count)
    let room = UnsafeMutablePointer<Slot>.allocate(capacity: elements.count)
    defer { room.deallocate() }
    var (source, target) = (base, room)
    while width < elements.count {
      for start in stride(from: 0, to: elements.count, by: 2 * width) {
        let middle = min(start + width, elements.count)
        let end = min(middle + width, elements.count)
        var (left, right) = (start, middle)
        for place in start..<end {
          if place & 4095 == 0 {
            do {
              try charge(elements: 4096)
            } catch {
              // What the last pass left is whole.
              if source != base { base.update(from: source, count: elements.count) }
              throw error
            }
          }
          let takesRight = left == middle || right < end && isLess(source[right], source[left])
          target[place] = source[takesRight ? right : left]
          if takesRight { right += 1 } else { left += 1 }
        }
      }
      swap(&source, &target)
      width *= 2
    }
    if source != base { base.update(from: source, count: elements.count) }
  }

  func reverseList(_ arguments: UnsafePointer<Slot>) throws -> Slot {
    var elements = try list(arguments, 0).pointee.slotBuffer
    try charge(elements: elements.count)
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
    try reserve(slots: Int(clamping: count))
    let list = heap.makeList(capacity: Int(count))
    while list.pointee.count < Int(count) {
      let length = min(Int(count) - list.pointee.count, Interpreter.elementsPerLook)
      try charge(elements: length)
      (list.pointee.slots + list.pointee.count).update(repeating: arguments[1], count: length)
      list.pointee.count += length
    }
    return Slot(list)
  }

  /// Where the second argument is in the first, nil when nowhere.
  func position(_ arguments: UnsafePointer<Slot>) throws -> Int? {
    if arguments[0].tag == .string { return try substringPosition(arguments) }
    let elements = try list(arguments, 0).pointee.slotBuffer
    return try elements.firstIndex {
      try charge(elements: 1)
      return try areSame($0, arguments[1])
    }
  }

  func slice(_ arguments: UnsafePointer<Slot>, _ count: Int) throws -> Slot {
    guard arguments[0].tag != .map else { throw mismatch("a list or a string", arguments, 0) }
    let length = Int(try self.length(arguments[0]).payload)
    let start = try bound(arguments, 1, length)
    let end = count == 3 ? try bound(arguments, 2, length) : length
    guard start <= end else { throw ScriptError("the slice ends before it starts", argument: 2) }
    if arguments[0].tag == .string { return try substring(arguments[0], start, end) }
    try reserve(slots: end - start)
    let list = heap.makeList(capacity: end - start)
    try copy(UnsafePointer(arguments[0].object.pointee.slots + start), end - start, to: list)
    return Slot(list)
  }

  /// A bound of a slice; one below 0 counts from the end.
  private func bound(_ arguments: UnsafePointer<Slot>, _ index: Int, _ length: Int) throws -> Int {
    if arguments[index].tag == .integer, arguments[index].payload == Int64(length) { return length }
    return try self.index(arguments, index, below: length)
  }

  /// The smallest or largest of the arguments, or of the only argument's elements.
  func extreme(_ arguments: UnsafePointer<Slot>, _ count: Int, isMinimum: Bool) throws -> Slot {
    var values = UnsafeBufferPointer(start: arguments, count: count)
    if count == 1, arguments[0].tag == .list {
      values = UnsafeBufferPointer(try list(arguments, 0).pointee.slotBuffer)
    }
    guard var best = values.first else { throw ScriptError("this list is empty", argument: 0) }
    for value in values.dropFirst() {
      try charge(elements: 1)
      let comparison = try order(value, best, "<")
      if isMinimum ? comparison < 0 : comparison > 0 { best = value }
    }
    return best
  }

  func sum(_ arguments: UnsafePointer<Slot>) throws -> Slot {
    var total = Slot(0)
    for element in try list(arguments, 0).pointee.slotBuffer {
      try charge(elements: 1)
      guard element.tag == .integer || element.tag == .double || element.tag == .unsigned else {
        throw ScriptError("`sum` adds numbers, and found \(element.kindName)", kind: .type, argument: 0)
      }
      total = try arithmetic(.add, total, element)
    }
    return total
  }
}
