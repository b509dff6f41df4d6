// A text that is measured first and written afterwards, so that it never takes more than its own bytes.

/// Takes the pieces of a text: it counts their bytes, and writes them where it was given room.
struct TextBuilder {
  /// How many bytes there are so far.
  private(set) var count = 0
  /// How many there may be.
  private let limit: Int
  /// Where they go; nil while they are only counted.
  private let target: UnsafeMutablePointer<UInt8>?
  private let budget: ScriptBudget?

  /// Thrown when the limit is reached.
  struct LimitReached: Error {}

  /// Makes a builder.
  ///
  /// - Parameters:
  ///   - limit: how many bytes the text may have.
  ///   - target: room for as many; nil to count only.
  ///   - budget: what is charged for the bytes.
  init(limit: Int, target: UnsafeMutablePointer<UInt8>? = nil, budget: ScriptBudget? = nil) {
    self.limit = limit
    self.target = target
    self.budget = budget
  }

  /// How many bytes are copied between two looks at the budget.
  private static let piece = 1 << 17

  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) throws {
    guard bytes.count <= limit - count else { throw LimitReached() }
    guard let target, let base = bytes.baseAddress else {
      count += bytes.count
      return
    }
    var done = 0
    while done < bytes.count {
      let length = min(bytes.count - done, Self.piece)
      try budget?.charge(bytes: length)
      (target + count).update(from: base + done, count: length)
      count += length
      done += length
    }
  }

  mutating func append(_ byte: UInt8) throws {
    guard count < limit else { throw LimitReached() }
    target?[count] = byte
    count += 1
  }

  mutating func append(_ text: StaticString) throws {
    try append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func append(_ integer: Int64) throws {
    if integer < 0 { try append(UInt8(ascii: "-")) }
    try append(integer.magnitude, radix: 10)
  }

  mutating func append(_ integer: UInt64) throws { try append(integer, radix: 10) }

  /// As few digits as read back the same number, always with a point or an exponent.
  mutating func append(_ double: Double) throws {
    var digits = double.description
    try digits.withUTF8 { try append($0) }
  }

  mutating func append(hexadecimal bits: UInt64) throws {
    try append("0x")
    try append(bits, radix: 16)
  }

  /// The digits of a number, the highest first.
  private mutating func append(_ number: UInt64, radix: UInt64) throws {
    try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var first = digits.count
      var rest = number
      repeat {
        first -= 1
        let digit = UInt8(truncatingIfNeeded: rest % radix)
        digits[first] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        rest /= radix
      } while rest > 0
      try append(UnsafeBufferPointer(rebasing: digits[first...]))
    }
  }

  /// A text in double quotes with the escapes of the language.
  mutating func append(quoted bytes: UnsafeBufferPointer<UInt8>) throws {
    try append(UInt8(ascii: "\""))
    var plain = 0
    for (index, byte) in bytes.enumerated() {
      guard let escape = ScriptValue.escape(for: byte) else { continue }
      try append(UnsafeBufferPointer(rebasing: bytes[plain..<index]))
      try append(UInt8(ascii: "\\"))
      try append(escape)
      plain = index + 1
    }
    try append(UnsafeBufferPointer(rebasing: bytes[plain...]))
    try append(UInt8(ascii: "\""))
  }
}
