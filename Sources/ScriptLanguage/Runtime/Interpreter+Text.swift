// Values as text, and texts joined.

extension Slot {
  /// How deep a list is printed.
  private static let printedDepth = 16

  /// The text of a value for a message about scalars; long texts are cut.
  static func text(of slot: Slot) -> String { cut(1 << 12) { try slot.append(to: &$0) }.text }

  /// A short text of a value for a message; strings are quoted, long texts cut.
  static func brief(_ slot: Slot) -> String {
    let (text, isCut) = cut(400) { try slot.append(to: &$0, isElement: true) }
    return isCut ? text + "..." : text
  }

  /// The first bytes of a text.
  private static func cut(
    _ limit: Int, _ body: (inout TextBuilder) throws -> Void
  ) -> (text: String, isCut: Bool) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: limit) { bytes in
      var builder = TextBuilder(limit: limit, target: bytes.baseAddress)
      let isWhole = (try? body(&builder)) != nil
      return (String(decoding: bytes[..<builder.count], as: UTF8.self), !isWhole)
    }
  }

  /// Appends the text that `print` gives.
  func append(to text: inout TextBuilder, isElement: Bool = false, depth: Int = 0) throws {
    switch tag {
    case .integer: try text.append(payload)
    case .unsigned: try text.append(bits)
    case .double: try text.append(double)
    case .pointer where payload != 0: try text.append(hexadecimal: bits)
    case .pointer, .null, .undefined: try text.append("NULL")
    case .boolean: try payload != 0 ? text.append("true") : text.append("false")
    case .string:
      let bytes = object.pointee.byteBuffer
      try isElement ? text.append(quoted: bytes) : text.append(bytes)
    case .opaque:
      var name = "<\(object.pointee.hostObject.name)>"
      try name.withUTF8 { try text.append($0) }
    case .list:
      guard depth < Slot.printedDepth else { return try text.append("[...]") }
      try text.append("[")
      for (index, element) in object.pointee.slotBuffer.enumerated() {
        if index > 0 { try text.append(", ") }
        try element.append(to: &text, isElement: true, depth: depth + 1)
      }
      try text.append("]")
    case .map:
      guard depth < Slot.printedDepth else { return try text.append("{...}") }
      try text.append("{")
      let entries = object.pointee.entries
      var isFirst = true
      for place in stride(from: 0, to: entries.count, by: 2) where entries[place].tag != .undefined {
        if !isFirst { try text.append(", ") }
        isFirst = false
        try entries[place].append(to: &text, isElement: true, depth: depth + 1)
        try text.append(": ")
        try entries[place + 1].append(to: &text, isElement: true, depth: depth + 1)
      }
      try text.append("}")
    }
  }
}

extension Interpreter {
  /// Writes the texts of neighbouring registers with something between them.
  private func write(
    _ first: UnsafePointer<Slot>, _ count: Int, _ separator: UnsafeBufferPointer<UInt8>,
    to text: inout TextBuilder
  ) throws {
    for index in 0..<count {
      if index > 0 { try text.append(separator) }
      if first[index].tag == .list || first[index].tag == .map {
        try budget.charge(first[index].object.pointee.count)
      }
      try first[index].append(to: &text)
    }
  }

  /// How many bytes the text of neighbouring registers has.
  ///
  /// - Throws: the error for a heap that is too small for it.
  private func measure(
    _ first: UnsafePointer<Slot>, _ count: Int, _ separator: UnsafeBufferPointer<UInt8>
  ) throws -> Int {
    for attempt in 1...2 {
      var text = TextBuilder(limit: max(0, max(limits.heapBytes, 0) - heap.bytes), budget: budget)
      do {
        try write(first, count, separator, to: &text)
        return text.count
      } catch is TextBuilder.LimitReached {
        // What nothing reaches any more is in the way of nobody.
        if attempt == 1 { collect() }
        try budget.check()
      }
    }
    throw heapExhausted()
  }

  /// The text of values in neighbouring registers as a string of the script.
  func joined(
    _ first: UnsafePointer<Slot>, _ count: Int, separator: UnsafeBufferPointer<UInt8> = Interpreter.nothing
  ) throws -> Slot {
    let length = try measure(first, count, separator)
    try reserve(length)
    return try makeString(count: length) { target in
      var text = TextBuilder(limit: length, target: target, budget: budget)
      try write(first, count, separator, to: &text)
    }
  }

  /// The text of values in neighbouring registers for the host.
  func joinedText(
    _ first: UnsafePointer<Slot>, _ count: Int, separator: UnsafeBufferPointer<UInt8> = Interpreter.nothing
  ) throws -> String {
    let length = try measure(first, count, separator)
    return try String(unsafeUninitializedCapacity: length) { target in
      var text = TextBuilder(limit: length, target: target.baseAddress, budget: budget)
      try write(first, count, separator, to: &text)
      return text.count
    }
  }

  /// Prints the values of neighbouring registers with blanks between them.
  func printLine(_ first: UnsafePointer<Slot>, _ count: Int, _ host: any ScriptHost) throws {
    let blank: StaticString = " "
    let separator = UnsafeBufferPointer(start: blank.utf8Start, count: 1)
    try budget.charge(count)
    host.printLine(try joinedText(first, count, separator: separator))
    try budget.check()
  }

  static var nothing: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: nil, count: 0) }

  /// Makes a string for which room was reserved.
  func makeString(count: Int, fill: (UnsafeMutablePointer<UInt8>) throws -> Void) throws -> Slot {
    Slot(try heap.makeString(count: count, fill: fill))
  }

  /// `x + y` where one is a string: both as text.
  func concatenation(_ x: Slot, _ y: Slot) throws -> Slot {
    if x.tag == .undefined || y.tag == .undefined { throw ScriptError("this variable has no value yet") }
    return try withUnsafeTemporaryAllocation(of: Slot.self, capacity: 2) { pair in
      pair.initializeElement(at: 0, to: x)
      pair.initializeElement(at: 1, to: y)
      return try joined(UnsafePointer(pair.baseAddress.unsafelyUnwrapped), 2)
    }
  }

  /// `text * count`: the text as many times.
  func repetition(_ x: Slot, _ y: Slot) throws -> Slot {
    let (text, count) = x.tag == .string ? (x, y) : (y, x)
    guard text.tag == .string, count.tag == .integer, count.payload >= 0 else {
      throw ScriptError(
        "`*` repeats a string an integer number of times, from 0", kind: .type,
        hint: "`int(text)` reads a number")
    }
    let bytes = text.object.pointee.byteBuffer
    let (length, overflow) = bytes.count.multipliedReportingOverflow(by: Int(count.payload))
    guard !overflow else { throw heapExhausted() }
    try reserve(length)
    return try makeString(count: length) { target in
      var builder = TextBuilder(limit: length, target: target, budget: budget)
      guard !bytes.isEmpty else { return }
      for round in 0..<Int(count.payload) {
        if round & 0xFFF == 0 { try budget.charge(1) }
        try builder.append(bytes)
      }
    }
  }

  /// A new list with the elements of both.
  func listSum(_ x: Slot, _ y: Slot) throws -> Slot {
    let (left, right) = (x.object.pointee, y.object.pointee)
    try reserve(slots: left.count + right.count)
    let list = heap.makeList(capacity: left.count + right.count)
    try copy(UnsafePointer(left.slots), left.count, to: list)
    try copy(UnsafePointer(right.slots), right.count, to: list)
    return Slot(list)
  }

  /// Appends slots to a list that has room for them.
  func copy(_ slots: UnsafePointer<Slot>, _ count: Int, to list: UnsafeMutablePointer<HeapObject>) throws {
    var done = 0
    while done < count {
      let length = min(count - done, Interpreter.elementsPerLook)
      try budget.charge(length)
      (list.pointee.slots + list.pointee.count).update(from: slots + done, count: length)
      list.pointee.count += length
      done += length
    }
  }

  /// How many elements are touched between two looks at the budget.
  static var elementsPerLook: Int { 4096 }
}
