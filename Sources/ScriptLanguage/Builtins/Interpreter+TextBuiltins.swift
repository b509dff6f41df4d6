// The functions of the language that work on texts and numbers.

extension Interpreter {
  /// The number of elements of a list, or of characters (Unicode scalars) of a string.
  func length(_ slot: Slot) throws -> Slot {
    switch slot.tag {
    case .list: return Slot(Int64(slot.object.pointee.count))
    case .string:
      if slot.object.pointee.isASCII { return Slot(Int64(slot.object.pointee.count)) }
      return Slot(Int64(try characterCount(slot.object.pointee.byteBuffer)))
    case .map: return Slot(Int64(slot.object.pointee.liveCount))
    default:
      throw ScriptError(
        "expected a list, a map or a string, found \(slot.kindName)", kind: .type, argument: 0)
    }
  }

  func substring(_ slot: Slot, _ start: Int, _ end: Int) throws -> Slot {
    let text = slot.object.pointee
    var (from, to) = (start, end)
    if !text.isASCII {
      from = try characterOffset(text, start)
      to = try characterOffset(text, end)
    }
    try reserve(to - from)
    return try makeString(UnsafeBufferPointer(start: text.bytes + from, count: to - from))
  }

  /// Makes a string of bytes for which room was reserved.
  private func makeString(_ bytes: UnsafeBufferPointer<UInt8>) throws -> Slot {
    try makeString(count: bytes.count) { target in
      var text = TextBuilder(limit: bytes.count, target: target, budget: budget)
      try text.append(bytes)
    }
  }

  /// The byte at which a character begins.
  private func characterOffset(_ text: HeapObject, _ position: Int) throws -> Int {
    var left = position
    for offset in 0..<text.count {
      if offset.isMultiple(of: Interpreter.bytesPerLook) {
        try budget.charge(bytes: Interpreter.bytesPerLook)
      }
      if text.bytes[offset] & 0xC0 == 0x80 { continue }
      if left == 0 { return offset }
      left -= 1
    }
    return text.count
  }

  /// How many characters (Unicode scalars) begin in some bytes.
  private func characterCount(_ bytes: UnsafeBufferPointer<UInt8>) throws -> Int {
    var count = 0
    for start in stride(from: 0, to: bytes.count, by: Interpreter.bytesPerLook) {
      let end = min(start + Interpreter.bytesPerLook, bytes.count)
      try budget.charge(bytes: end - start)
      count += bytes[start..<end].count { $0 & 0xC0 != 0x80 }
    }
    return count
  }

  /// Where a text begins in another, counted in characters.
  func substringPosition(_ arguments: UnsafePointer<Slot>) throws -> Int? {
    let text = try string(arguments, 0).pointee.byteBuffer
    let wanted = try string(arguments, 1).pointee.byteBuffer
    if wanted.isEmpty { return 0 }
    guard let offset = try TextSearch(for: wanted, budget: budget).firstOffset(in: text) else { return nil }
    return try characterCount(UnsafeBufferPointer(rebasing: text[..<offset]))
  }

  func join(_ arguments: UnsafePointer<Slot>, _ count: Int) throws -> Slot {
    let list = try list(arguments, 0)
    let separator = count == 2 ? try string(arguments, 1).pointee.byteBuffer : Interpreter.nothing
    try charge(elements: list.pointee.count)
    return try joined(list.pointee.slots, list.pointee.count, separator: separator)
  }

  func split(_ arguments: UnsafePointer<Slot>) throws -> Slot {
    let text = try string(arguments, 0).pointee.byteBuffer
    let separator = try string(arguments, 1).pointee.byteBuffer
    guard separator.count > 0 else { throw ScriptError("the separator is empty", argument: 1) }
    let search = try TextSearch(for: separator, budget: budget)
    // What the parts take at most is reserved as they are counted, before any is made: nothing may be collected then.
    let perPart = HeapObject.emptyFootprint + 16 + MemoryLayout<Slot>.stride + MemoryLayout<Int>.stride
    var starts = [0]
    while let offset = try search.firstOffset(in: text, from: starts[starts.count - 1]) {
      starts.append(offset + separator.count)
      if starts.count.isMultiple(of: 1024) { try reserve(text.count + starts.count * perPart) }
    }
    try reserve(text.count + starts.count * perPart)
    let list = heap.makeList(capacity: starts.count)
    for (index, start) in starts.enumerated() {
      let end = index + 1 < starts.count ? starts[index + 1] - separator.count : text.count
      try charge(elements: 4)
      list.pointee.slots[index] = try makeString(UnsafeBufferPointer(rebasing: text[start..<end]))
      list.pointee.count = index + 1
    }
    return Slot(list)
  }

  /// The lines of a text; a line end at its end begins no other.
  func lines(_ arguments: UnsafePointer<Slot>) throws -> Slot {
    try parts(of: try string(arguments, 0)) { text in
      var lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
      if lines.last?.isEmpty == true { lines.removeLast() }
      return lines
    }
  }

  /// The words of a text between blanks and line ends.
  func words(_ arguments: UnsafePointer<Slot>) throws -> Slot {
    try parts(of: try string(arguments, 0)) { $0.split { $0 == 0x20 || (0x09...0x0D).contains($0) } }
  }

  /// A list of parts of a text.
  private func parts(
    of text: UnsafeMutablePointer<HeapObject>,
    _ split: (UnsafeBufferPointer<UInt8>) -> [Slice<UnsafeBufferPointer<UInt8>>]
  ) throws -> Slot {
    let bytes = text.pointee.byteBuffer
    try budget.charge(bytes: bytes.count)
    // A part takes a place in the host's memory and becomes an object.
    let perPart = HeapObject.emptyFootprint + 2 * MemoryLayout<Slot>.stride + 64
    var count = 1
    for byte in bytes where byte <= 0x20 { count += 1 }
    guard count <= (limits.heapBytes - min(limits.heapBytes, bytes.count)) / perPart else {
      throw heapExhausted()
    }
    try reserve(bytes.count + count * perPart)
    try charge(elements: count * 4)
    let parts = split(bytes)
    let list = heap.makeList(capacity: parts.count)
    for (index, part) in parts.enumerated() {
      list.pointee.slots[index] = try makeString(UnsafeBufferPointer(rebasing: part))
      list.pointee.count = index + 1
    }
    return Slot(list)
  }

  /// The text that printf would print.
  func format(_ arguments: UnsafePointer<Slot>, _ count: Int) throws -> Slot {
    let format = try string(arguments, 0).pointee.text
    var values: [ScriptValue] = []
    for index in 1..<max(count, 1) { values.append(try arguments[index].value(within: limits.heapBytes)) }
    try budget.charge(bytes: format.utf8.count)
    return try slot(from: .string(try PrintfText.text(format, values)))
  }

  /// Changes the case of ASCII letters.
  func changeCase(_ arguments: UnsafePointer<Slot>, isUpper: Bool) throws -> Slot {
    let text = try string(arguments, 0)
    try reserve(text.pointee.count)
    let range = isUpper ? UInt8(ascii: "a")...UInt8(ascii: "z") : UInt8(ascii: "A")...UInt8(ascii: "Z")
    return try makeString(count: text.pointee.count) { target in
      for (index, byte) in text.pointee.byteBuffer.enumerated() {
        if index.isMultiple(of: Interpreter.bytesPerLook) {
          try budget.charge(bytes: Interpreter.bytesPerLook)
        }
        target[index] = range.contains(byte) ? byte ^ 0x20 : byte
      }
    }
  }

  // MARK: Numbers

  func absolute(_ arguments: UnsafePointer<Slot>) throws -> Slot {
    if arguments[0].tag == .double { return Slot(double: arguments[0].double.magnitude) }
    if arguments[0].tag == .unsigned { return arguments[0] }
    let value = try integer(arguments, 0)
    return value < 0 ? try negation(arguments[0]) : arguments[0]
  }

  /// `int`: a pointer's bits, 0 or 1, or the number that a text writes.
  func integer(_ arguments: UnsafePointer<Slot>) throws -> Slot {
    let slot = arguments[0]
    switch slot.tag {
    case .integer, .boolean: return Slot(slot.payload)
    case .pointer, .null:
      guard slot.payload >= 0 else {
        throw ScriptError("this pointer does not fit a signed integer", argument: 0)
      }
      return Slot(slot.payload)
    case .unsigned: return slot
    case .double:
      let whole = slot.double.rounded(.towardZero)
      if let number = Int64(exactly: whole) { return Slot(number) }
      guard let number = UInt64(exactly: whole) else {
        throw ScriptError("\(slot.double.description) does not fit an integer", argument: 0)
      }
      return Slot(unsigned: number)
    case .string: return try integer(inText: slot)
    default: throw mismatch("a number or a string", arguments, 0)
    }
  }

  /// The number that a text writes, with blanks around it and in decimal even behind zeros, as tools print it.
  private func integer(inText slot: Slot) throws -> Slot {
    let failure = ScriptError("\(Slot.brief(slot)) is no integer", argument: 0)
    guard slot.object.pointee.count <= 64 else { throw failure }
    let text = slot.object.pointee.text.utf8.split { $0 == 0x20 || (0x09...0x0D).contains($0) }
    guard text.count == 1, var word = String(text[0]) else { throw failure }
    let isNegative = word.hasPrefix("-")
    if isNegative || word.hasPrefix("+") { word.removeFirst() }
    if word.utf8.allSatisfy({ Lexer.isDigit($0) }) {
      let digits = word.drop { $0 == "0" }
      guard !word.isEmpty else { throw failure }
      if let number = Int64((isNegative ? "-" : "") + (digits.isEmpty ? "0" : digits)) { return Slot(number) }
      guard !isNegative, let number = UInt64(digits) else { throw failure }
      return Slot(unsigned: number)
    }
    guard let value = Lexer.integer(word) else { throw failure }
    return Slot(isNegative ? -value : value)
  }

  /// `double`: a number, or the one that a text writes.
  func double(_ arguments: UnsafePointer<Slot>) throws -> Slot {
    guard arguments[0].tag == .string else { return Slot(double: try number(arguments, 0)) }
    let text = arguments[0].object.pointee
    let words = text.byteBuffer.split { $0 == 0x20 || (0x09...0x0D).contains($0) }
    guard text.count <= 64, words.count == 1, let number = Double(String(decoding: words[0], as: UTF8.self))
    else {
      throw ScriptError("\(Slot.brief(arguments[0])) is no number", argument: 0)
    }
    return Slot(double: number)
  }

  func pointer(_ arguments: UnsafePointer<Slot>) throws -> Slot {
    guard arguments[0].isNumeric else { throw mismatch("an integer", arguments, 0) }
    return Slot(pointer: arguments[0].bits)
  }

  func hexadecimal(_ arguments: UnsafePointer<Slot>) throws -> Slot {
    guard arguments[0].isNumeric else { throw mismatch("an integer", arguments, 0) }
    try reserve(32)
    return Slot(heap.makeString("0x" + String(arguments[0].bits, radix: 16)))
  }
}
