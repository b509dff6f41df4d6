// Values as text, and texts joined.

extension Slot {
  /// How deep a list is printed.
  private static let printedDepth = 16

  /// The text of a value, without a bound; for messages about scalars.
  static func text(of slot: Slot) -> String {
    var text = TextBuilder(limit: 1 << 12)
    try? slot.append(to: &text)
    return text.string
  }

  /// A short text of a value for a message; strings are quoted, long texts cut.
  static func brief(_ slot: Slot) -> String {
    var text = TextBuilder(limit: 400)
    do {
      try slot.append(to: &text, isElement: true)
      return text.string
    } catch {
      return text.string + "…"
    }
  }

  /// Appends the text that `print` gives.
  func append(to text: inout TextBuilder, isElement: Bool = false, depth: Int = 0) throws {
    switch tag {
    case .integer: try text.append(payload)
    case .pointer where payload != 0: try text.append(hexadecimal: bits)
    case .pointer, .null, .undefined: try text.append("NULL")
    case .boolean: try text.append(payload != 0 ? "true" : "false")
    case .string:
      try isElement ? text.append(Value.quoted(object.pointee.text)) : text.append(object.pointee.byteBuffer)
    case .list:
      guard depth < Slot.printedDepth else { return try text.append("[…]") }
      try text.append("[")
      for (index, element) in object.pointee.slotBuffer.enumerated() {
        if index > 0 { try text.append(", ") }
        try element.append(to: &text, isElement: true, depth: depth + 1)
      }
      try text.append("]")
    }
  }
}

/// A text that grows up to a limit.
struct TextBuilder {
  private(set) var bytes: [UInt8] = []
  let limit: Int

  /// Thrown when the limit is reached.
  struct LimitReached: Error {}

  init(limit: Int) { self.limit = limit }

  var string: String { String(decoding: bytes, as: UTF8.self) }

  mutating func append(_ text: String) throws {
    bytes.append(contentsOf: text.utf8)
    guard bytes.count <= limit else { throw LimitReached() }
  }

  mutating func append(_ text: UnsafeBufferPointer<UInt8>) throws {
    guard text.count <= limit - bytes.count else { throw LimitReached() }
    bytes.append(contentsOf: text)
  }

  mutating func append(_ integer: Int64) throws { try append(String(integer)) }

  mutating func append(hexadecimal bits: UInt64) throws { try append("0x" + String(bits, radix: 16)) }
}

extension Interpreter {
  /// The text of values in neighbouring registers, with something between them.
  func joinedText(_ first: UnsafePointer<Slot>, _ count: Int, separator: String = "") throws -> TextBuilder {
    var text = TextBuilder(limit: max(0, limits.heapBytes - heap.bytes))
    do {
      for index in 0..<count {
        if index > 0, !separator.isEmpty { try text.append(separator) }
        try first[index].append(to: &text)
      }
    } catch is TextBuilder.LimitReached {
      throw heapExhausted()
    }
    return text
  }

  func makeString(_ text: TextBuilder) throws -> Slot {
    try reserve(text.bytes.count)
    return Slot(text.bytes.withUnsafeBufferPointer { heap.makeString($0) })
  }

  /// `x + y` where one is a string: both as text.
  func concatenation(_ x: Slot, _ y: Slot) throws -> Slot {
    if x.tag == .undefined || y.tag == .undefined { throw ScriptError("this variable has no value yet") }
    if x.tag == .string, y.tag == .string {
      let (left, right) = (x.object.pointee, y.object.pointee)
      try reserve(left.count + right.count)
      return Slot(
        heap.makeString(count: left.count + right.count) { target in
          target.update(from: left.bytes, count: left.count)
          (target + left.count).update(from: right.bytes, count: right.count)
        })
    }
    let pair = [x, y]
    return try makeString(
      try pair.withUnsafeBufferPointer { try joinedText($0.baseAddress.unsafelyUnwrapped, 2) })
  }

  /// A new list with the elements of both.
  func listSum(_ x: Slot, _ y: Slot) throws -> Slot {
    let count = x.object.pointee.count + y.object.pointee.count
    try reserve(count * MemoryLayout<Slot>.stride)
    let list = heap.makeList(capacity: count)
    list.pointee.slots.update(from: x.object.pointee.slots, count: x.object.pointee.count)
    (list.pointee.slots + x.object.pointee.count).update(
      from: y.object.pointee.slots, count: y.object.pointee.count)
    list.pointee.count = count
    return Slot(list)
  }
}
